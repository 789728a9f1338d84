import { type Caller, type GrantKind } from '#libs/connections';
import { type Policy } from '#libs/permissions';
import { type Expiry } from './choice/expiry.js';

/** Who asks for access, as the person must see it (AS-B10). */
export interface Asking {
  id: string;
  /** What it calls itself. */
  name: string;
  /** Whether `id` is the URL of its document: then its host proves the publisher, whatever the name says. */
  verified: boolean;
  /** Validated: where the person is sent in the end. */
  redirectUri: string;
}

/** What a person came to the pages for. The steps of all flows are the same and lie under `base`. */
export interface Flow {
  /** Proofs made for one flow are worth nothing for another. */
  purpose: string;
  /** Path of its steps: `<base>/credential`, `/clickup`, `/access`, `/grant`, `/cancel`. */
  base: string;
  /** Path of its first page. */
  start: string;
  kind: 'authorize' | 'key' | 'manage' | 'change' | 'url' | 'jwt' | 'console' | 'approve';
  asking?: Asking;
  /** What the client asked for; undefined = it left that to the person. */
  asked?: 'read' | 'write';
  /** Of a change of rights: what was granted so far, which the pages show as chosen. */
  preset?: Policy;
  /** The Workspace, where it is not the person who chooses: of a change of rights, or asked for with a login. */
  workspace?: string;
  /** Of a change of rights: whose. */
  changing?: { kind: GrantKind; label: string; address: string | null; loopback: boolean; readOnly: boolean };
  /** How long what comes of it may hold, where the person chooses that. */
  expiry?: Expiry;
  /** As whom what comes of it will call: a Workspace may let in some clients and kinds of credentials only. Absent where nothing is made. */
  makes?: Pick<Caller, 'kind' | 'clientId'>;
}

/** The change of one grant's rights. Its proof is worth nothing for another grant. */
export const changeFlow = (grant: string): Flow => ({
  kind: 'change',
  purpose: `change:${grant}`,
  base: `/sessions/${encodeURIComponent(grant)}`,
  start: '/sessions',
});
export const KEY_FLOW: Flow = { kind: 'key', purpose: 'key', base: '/key', start: '/', makes: { kind: 'api_key' } };
export const MANAGE_FLOW: Flow = { kind: 'manage', purpose: 'manage', base: '/sessions', start: '/sessions' };
/** Whoever may not come in may end what they have, at `/sessions`, but not approve anything: hence a flow of its own. */
export const APPROVALS_FLOW: Flow = { kind: 'approve', purpose: 'approve', base: '/approvals', start: '/approvals' };
/** The same by the link to one change, which is then shown first. A proof for one of these pages is good for all of them. */
export const approvalFlow = (approval: string): Flow => {
  const base = `/approvals/${encodeURIComponent(approval)}`;
  return { ...APPROVALS_FLOW, base, start: base };
};
export const NEW_URL_FLOW: Flow = {
  kind: 'url',
  purpose: 'url',
  base: '/sessions/urls',
  start: '/sessions',
  makes: { kind: 'server_url' },
};
/** The renaming and renewing of one server URL. */
export const urlFlow = (grant: string): Flow => ({
  ...NEW_URL_FLOW,
  purpose: `url:${grant}`,
  base: `/sessions/urls/${encodeURIComponent(grant)}`,
});
