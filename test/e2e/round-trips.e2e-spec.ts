import { WorkspacePolicies } from '#libs/connections';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { OWNER } from '../support/connect.js';
import { CALLBACK, OAuthTester, pkce } from '../support/oauth.js';
import { Person } from '../support/person.js';
import { testDatabase } from '../support/postgres.js';
import { countRoundTrips, type RoundTrips } from '../support/round-trips.js';

let trips: RoundTrips;
let app: TestApp;
let client: OAuthTester;
let release: () => Promise<unknown>;
beforeAll(async () => {
  const [database, sandbox] = await Promise.all([testDatabase(), startSandbox({ port: 0 })]);
  trips = await countRoundTrips(database.url);
  app = await startTestApp({ beside: { sandbox, databaseUrl: trips.url } });
  client = await OAuthTester.registered(app);
  release = async () => {
    await app.close();
    await trips.close();
    await Promise.all([sandbox.close(), database.drop()]);
  };
  // The first use of a client is noted, and connections are opened. What a Workspace allows at most is read when somebody first works in it,
  // and remembered as long as changes are heard of.
  await client.tokens();
  await app.gateway.app.get(WorkspacePolicies).of(OWNER.workspaceId);
});
afterAll(() => release());

test('a refresh waits for the database 8 times at most', async () => {
  const first = await client.tokens();
  trips.take();
  expect((await client.refresh(first.refresh_token)).status).toBe(200);
  const sent = trips.take();
  expect({ sent, count: sent.length <= 8 }).toEqual({ sent, count: true });
});

test('connecting, from the link of the client through the pages to its tokens, 25 times at most', async () => {
  const pair = pkce();
  const site = app.url.replace('127.0.0.1', 'localhost');
  const person = new Person(site);
  const link = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: CALLBACK,
    state: 'st',
    code_challenge: pair.challenge,
    code_challenge_method: 'S256',
  });
  trips.take();
  const back = await person.approve(`${site}/authorize?${link.toString()}`);
  expect((await client.redeem(back.searchParams.get('code')!, pair)).status).toBe(200);
  const sent = trips.take();
  expect({ sent, count: sent.length <= 25 }).toEqual({ sent, count: true });
});
