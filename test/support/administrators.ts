import { type NewConnection } from '#libs/connections';
import { type Role } from '#libs/web';
import { type TestApp } from './app.js';
import { apiKey, type Connected } from './connect.js';
import { rawRequest } from './raw-http.js';

/** The operator's token of tests. */
export const ADMIN_TOKEN = 'test-admin-token-0123456789abcdef';
/** Of the sandbox: whose token has which role in the Workspace 12345. */
const TOKENS: Readonly<Record<Exclude<Role, 'operator'>, string>> = {
  owner: 'pk_sandbox_owner',
  admin: 'pk_sandbox_admin',
  auditor: 'pk_sandbox_both',
  member: 'pk_sandbox_member',
  guest: 'pk_sandbox_guest',
};
/** What makes the operator, and an auditor of somebody who is a member. */
export const ADMIN_ENV = { ADMIN_TOKEN, AUDITOR_EMAILS: 'chloe.bennett@acme.example', API_KEY_MODE: 'user_bound' };

export interface Administering extends Connected {
  personId: string;
}

/** An API key of somebody of the sandbox, as the start page makes it. */
export async function keyOf(app: TestApp, clickupToken: string, workspaceId = '12345'): Promise<Administering> {
  const answer = await fetch(`${app.sandbox.url}/api/v2/user`, { headers: { authorization: clickupToken } });
  const { user } = (await answer.json()) as { user: { id: number; username: string } };
  const who: Omit<NewConnection, 'grant'> = {
    workspaceId,
    person: { id: String(user.id), name: user.username },
    credential: clickupToken,
    policy: { mode: 'write' },
  };
  return { ...(await apiKey(app.gateway, who)), personId: String(user.id) };
}

/** An API key for each role in the Workspace 12345. */
export async function keysByRole(app: TestApp): Promise<Record<Exclude<Role, 'operator'>, Administering>> {
  const keys = await Promise.all(
    Object.entries(TOKENS).map(async ([role, token]) => [role, await keyOf(app, token)] as const),
  );
  return Object.fromEntries(keys) as Record<Exclude<Role, 'operator'>, Administering>;
}

/** Each request comes from a network of its own: the ceilings per network have tests of their own. */
let networks = 0;

/** Sends a request to the REST API; a body as JSON. */
export const api = (
  { url }: Pick<TestApp, 'url'>,
  token: string,
  line: string,
  body?: unknown,
  headers: Record<string, string> = {},
) => {
  const [method = '', path = ''] = line.split(' ');
  const json = body === undefined ? '' : JSON.stringify(body);
  const type: Record<string, string> = json ? { 'Content-Type': 'application/json' } : {};
  networks += 1;
  const from = { 'X-Forwarded-For': `100.${64 + (networks >> 8)}.${networks % 256}.1` };
  return rawRequest(url, method, path, { Authorization: `Bearer ${token}`, ...from, ...type, ...headers }, json);
};
