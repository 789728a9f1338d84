import { type AuditEventKind } from '#libs/audit';
import { type Risk } from '#libs/core';
import { type Switched, type SwitchReason } from '#libs/connections';
import { languageOf } from '#libs/web';
import { type FastifyRequest } from 'fastify';

/** A moment as a page shows it: for people in their language, and for machines. */
export interface ShownMoment {
  text: string;
  iso: string;
}

/** Writes moments for whoever sends the request, in UTC: administrators look at people in many zones. */
export function momentsOf({ headers }: Pick<FastifyRequest, 'headers'>): (moment: Date) => ShownMoment {
  const language = languageOf(headers['accept-language']);
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return (moment) => ({ text: format.format(moment), iso: moment.toISOString() });
}

/** What the pages call the states of connections and grants, and how they stand out. */
export const STATES = {
  active: { text: 'console.state.active', tone: 'good' },
  needs_reauth: { text: 'console.state.needs_reauth', tone: '' },
  expired: { text: 'console.state.expired', tone: 'plain-badge' },
  revoked: { text: 'console.state.revoked', tone: 'plain-badge' },
} as const;

export const KINDS = {
  session: 'sessions.kind.session',
  api_key: 'sessions.kind.api_key',
  server_url: 'sessions.kind.server_url',
  jwt: 'sessions.kind.jwt',
} as const;

/** What the pages call who comes, where a list names kinds. */
export const CLIENT_KINDS = {
  session: 'console.clients.kind.session',
  api_key: 'console.clients.kind.api_key',
  server_url: 'console.clients.kind.server_url',
  jwt: 'console.clients.kind.jwt',
  global_key: 'console.clients.kind.global_key',
  client_credentials: 'console.clients.kind.client_credentials',
} as const;

export const MODES = { read: 'mode.read', selective: 'mode.selective', write: 'mode.write' } as const;

/** What the pages call what the audit holds. */
export const EVENTS: Readonly<Record<AuditEventKind, string>> = {
  call: 'console.event.call',
  call_begun: 'console.event.call_begun',
  grant_made: 'console.event.grant_made',
  grant_ended: 'console.event.grant_ended',
  rights_changed: 'console.event.rights_changed',
  connection_ended: 'console.event.connection_ended',
  credential_refused: 'console.event.credential_refused',
  credential_accepted: 'console.event.credential_accepted',
  server_url_made: 'console.event.server_url_made',
  server_url_renamed: 'console.event.server_url_renamed',
  server_url_rotated: 'console.event.server_url_rotated',
  policy_changed: 'console.event.policy_changed',
  kill_switch_set: 'console.event.kill_switch_set',
  kill_switch_lifted: 'console.event.kill_switch_lifted',
  approval_asked: 'console.event.approval_asked',
  approval_given: 'console.event.approval_given',
  approval_refused: 'console.event.approval_refused',
  approval_ended: 'console.event.approval_ended',
  approval_used: 'console.event.approval_used',
  signed_on: 'console.event.signed_on',
  actor_erased: 'console.event.actor_erased',
  events_dropped: 'console.event.events_dropped',
};

/** What the pages call how risky a change is. */
export const RISKS: Readonly<Record<Risk, string>> = {
  normal: 'approvals.risk.normal',
  destructive: 'approvals.risk.destructive',
  admin: 'approvals.risk.admin',
};

/** What the pages call the things that can be switched off, and why that was done. */
export const SWITCH_KINDS: Readonly<Record<Switched, string>> = {
  workspace: 'console.switch.workspace',
  client: 'console.switch.client',
  tool: 'console.switch.tool',
  connection: 'console.switch.connection',
};
export const REASONS: Readonly<Record<SwitchReason, string>> = {
  incident: 'console.reason.incident',
  compromised: 'console.reason.compromised',
  misuse: 'console.reason.misuse',
  offboarding: 'console.reason.offboarding',
  maintenance: 'console.reason.maintenance',
  other: 'console.reason.other',
};
