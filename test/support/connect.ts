import { Connections, type NewConnection, newSecret } from '#libs/connections';
import { sha256 } from '#libs/core';
import { type Gateway } from '../../apps/gateway/src/gateway.js';
import { execute } from './postgres.js';

/** The two people of the sandbox, each in a Workspace that the other cannot see. */
export const OWNER = {
  workspaceId: '12345',
  person: { id: '183', name: 'Ada Lovelace' },
  credential: 'pk_sandbox_owner',
  policy: { mode: 'write' },
} as const satisfies Omit<NewConnection, 'grant'>;
export const OTHER = {
  workspaceId: '67890',
  person: { id: '901', name: 'Grace Hopper' },
  credential: 'pk_sandbox_other',
  policy: { mode: 'write' },
} as const satisfies Omit<NewConnection, 'grant'>;

export interface Connected {
  connectionId: string;
  grantId: string;
  /** What a client would send. */
  token: string;
}

/** An API key, as the start page makes it. */
export async function apiKey(
  gateway: Gateway,
  who: Omit<NewConnection, 'grant'> = OWNER,
  grant: Partial<NewConnection['grant']> = {},
): Promise<Connected> {
  const { connectionId, grantId, secret } = await gateway.app
    .get(Connections)
    .connect({ ...who, grant: { kind: 'api_key', label: 'test', ...grant } });
  return { connectionId, grantId, token: `cuk_${grantId}:${secret}` };
}

/** A session with one access token, as the authorization server leaves it behind. */
export async function session(
  gateway: Gateway,
  databaseUrl: string,
  who: Omit<NewConnection, 'grant'> = OWNER,
  {
    scope = 'read write',
    ttlSeconds = 3600,
    ...grant
  }: Partial<NewConnection['grant']> & { scope?: string; ttlSeconds?: number } = {},
): Promise<Connected> {
  const { connectionId, grantId } = await gateway.app
    .get(Connections)
    .connect({ ...who, grant: { kind: 'session', label: 'test', ...grant } });
  return { connectionId, grantId, token: await accessToken(databaseUrl, grantId, { scope, ttlSeconds }) };
}

/** A further access token of a session. */
export async function accessToken(
  databaseUrl: string,
  grantId: string,
  { scope = 'read write', ttlSeconds = 3600 }: { scope?: string; ttlSeconds?: number } = {},
): Promise<string> {
  const secret = newSecret();
  await execute(
    databaseUrl,
    `INSERT INTO oauth_artifacts (model, id_hash, grant_id, payload, expires_at) VALUES ('AccessToken', $1, $2, $3, now() + $4 * interval '1 second')`,
    [sha256(secret), grantId, { scope }, ttlSeconds],
  );
  return `cus_${grantId}:${secret}`;
}
