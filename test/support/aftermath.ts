import { type Vault } from '#libs/connections';
import { type Journey } from './journey.js';
import { query } from './postgres.js';
import { sealedCredentials } from './stored.js';

/** What must never be in the database, whatever was interrupted. Each statement counts violations. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  'a grant without its connection':
    'SELECT 1 FROM access_grants g LEFT JOIN connections c ON c.tenant_id = g.tenant_id AND c.id = g.connection_id WHERE c.id IS NULL',
  'a connection without its person':
    'SELECT 1 FROM connections c LEFT JOIN people p ON p.tenant_id = c.tenant_id AND p.id = c.person_id WHERE p.id IS NULL',
  'a connection that nobody can end':
    'SELECT 1 FROM connections c WHERE NOT EXISTS (SELECT 1 FROM access_grants g WHERE g.tenant_id = c.tenant_id AND g.connection_id = c.id)',
  'a code or token of no grant': `SELECT 1 FROM oauth_artifacts a LEFT JOIN access_grants g ON g.id = a.grant_id WHERE a.model <> 'Interaction' AND g.id IS NULL`,
  'a code or token of an ended grant':
    'SELECT 1 FROM oauth_artifacts a JOIN access_grants g ON g.id = a.grant_id WHERE g.revoked_at IS NOT NULL',
};

/**
 * What is wrong after a journey was interrupted, in words; nothing is expected. The client tries everything once more with
 * what it holds, as real ones do, and the database is looked at before and after.
 */
export async function aftermath(journey: Journey, databaseUrl: string, vault: Vault): Promise<string[]> {
  const found = await inspect(databaseUrl, vault);
  await retryTokens(journey, (what, is) => void (is && found.push(what)));
  await journey
    .anew()
    .go()
    .catch((error: Error) => found.push(`cannot begin anew: ${error.message}`));
  return [...found, ...(await inspect(databaseUrl, vault))];
}

/** The same after the person has clicked, or the client has asked, once more. Some pages wait for what will never come, so call it for all journeys at once. */
export async function afterReload(journey: Journey, databaseUrl: string): Promise<string[]> {
  let status = await journey.again();
  // 503 says "try again": all journeys come at once, and on a busy machine a new connection to the database can take too long.
  if (status === 503) status = await journey.again();
  const grants = (kind: string) =>
    query(databaseUrl, 'SELECT 1 FROM access_grants WHERE kind = $1 AND label = $2', [kind, journey.name]);
  return [
    ...(status >= 500 ? [`the interrupted request, sent again: ${status}`] : []),
    ...((await grants('session')).length > 1 ? ['two sessions of one approval'] : []),
    ...((await grants('api_key')).length > 1 ? ['two keys of one form'] : []),
  ];
}

async function retryTokens(journey: Journey, wrong: (what: string, is: boolean) => void): Promise<void> {
  const { revoked, revoking } = journey;
  const [newest] = journey.pairs.slice(-1);
  if (revoked)
    for (const { access_token } of journey.pairs)
      wrong('works although revoked', (await journey.works(access_token)) !== 401);
  if (newest) {
    const { status } = await journey.refresh(newest.refresh_token);
    wrong(
      `the newest refresh token: ${status}`,
      revoked ? status !== 400 : status !== 200 && !(revoking && status === 400),
    );
  }
  if (journey.code) {
    for (const { status } of [await journey.redeem(), await journey.redeem()])
      wrong(`the code, sent again: ${status}`, status !== 200 && status !== 400);
    wrong('a code that was good twice', journey.redeemed > 1);
  }
  if (!journey.pairs.length) return;
  wrong('revocation fails', (await journey.revoke()).status !== 200);
  for (const { access_token, refresh_token } of journey.pairs) {
    wrong('an access token that outlives its session', (await journey.works(access_token)) !== 401);
    wrong('a refresh token that outlives its session', (await journey.refresh(refresh_token)).status !== 400);
  }
}

async function inspect(databaseUrl: string, vault: Vault): Promise<string[]> {
  const found: string[] = [];
  for (const [what, statement] of Object.entries(FORBIDDEN))
    if ((await query(databaseUrl, statement)).length) found.push(what);
  // Throws when one does not open.
  for (const { context, sealed } of await sealedCredentials(databaseUrl))
    if (!vault.open(context, sealed).text.startsWith('pk_')) found.push('a connection without its credential');
  return found;
}
