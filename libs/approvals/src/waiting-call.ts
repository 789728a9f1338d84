import { type EncryptionContext, type Vault } from '#libs/connections';
import { type Approval } from './approval.entity.js';

/** A call as the person is shown it, and as it is carried out: content, so it is kept sealed. */
export interface WaitingCall {
  /** What the tool does, in a few words. */
  title: string;
  /** One sentence: what would happen. */
  summary: string;
  /** Current values of what would change. */
  current: Record<string, unknown>;
  /** What was asked for. */
  arguments: Record<string, unknown>;
  /** Unix milliseconds that words such as "tomorrow" are read from. */
  now: number;
  /** Identifies the state that was shown: if it differs when the call is carried out, a person is asked again. */
  state: string;
  /** Of a call by filter: what it has found. */
  selection?: readonly (readonly string[])[] | undefined;
  /** Whether the person may also decide in the client that asks; otherwise on the page, behind a login of their own, only. */
  inClient?: boolean | undefined;
}

type Key = Pick<Approval, 'tenantId' | 'id'>;

export const sealedCall = (vault: Vault, key: Key, call: WaitingCall): Buffer =>
  vault.seal(contextOf(key), JSON.stringify(call));

export const openedCall = (vault: Vault, key: Key, sealed: Buffer): WaitingCall =>
  JSON.parse(vault.open(contextOf(key), sealed).text) as WaitingCall;

const contextOf = ({ tenantId: tenant, id: row }: Key): EncryptionContext => ({
  table: 'approvals',
  column: 'sealed_call',
  tenant,
  row,
});
