import { Grants, newGrantId, newSecret } from '#libs/connections';
import { DataSource } from 'typeorm';
import { FAILURES } from '../../libs/auth/src/access/failed-credentials.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { accessToken, apiKey, OTHER, session } from '../support/connect.js';
import { execute } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';

let app: TestApp;
beforeAll(async () => void (app = await startTestApp({ env: { TRUST_PROXY: '127.0.0.1' } })));
afterAll(() => app.close());

const send = (token: string, from = '203.0.113.9') =>
  rawRequest(
    app.url,
    'POST',
    '/mcp',
    { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'X-Forwarded-For': from },
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  );
const status = async (token: string, from?: string) => (await send(token, from)).status;
const forget = () => app.gateway.app.get(Grants).flush();
/** How often the database was asked for a grant. */
async function queries(work: () => Promise<unknown>): Promise<number> {
  const asked = jest.spyOn(app.gateway.app.get(DataSource), 'query');
  await work();
  const { length } = asked.mock.calls.filter(([sql]) => String(sql).includes('find_grant'));
  asked.mockRestore();
  return length;
}

test('SEC-123: many bad secrets for one grant: 429 without the database, and the owner goes on', async () => {
  const owner = await apiKey(app.gateway);
  expect(await status(owner.token)).toBe(200);
  const answers: number[] = [];
  const asked = await queries(async () => {
    for (let guess = 0; guess < 100; guess += 1) answers.push(await status(`cuk_${owner.grantId}:${newSecret()}`));
  });
  const { limit } = FAILURES.secrets;
  expect(answers).toEqual([...Array<number>(limit).fill(401), ...Array<number>(100 - limit).fill(429)]);
  expect(asked).toBe(limit);

  const refused = await send(`cuk_${owner.grantId}:${newSecret()}`);
  expect(refused).toMatchObject({
    status: 429,
    json: { error: { code: 'rate_limited', details: { limit, remaining: 0 } } },
  });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(refused.headers['www-authenticate']).toBeUndefined();
  // Remembered: whoever shares the network with the attacker. Not remembered: from anywhere else.
  expect(await status(owner.token)).toBe(200);
  forget();
  expect(await status(owner.token, '198.51.100.9')).toBe(200);
  expect(await status(owner.token)).toBe(200);
});

test('SEC-253: valid users behind the same egress pass, remembered or not', async () => {
  const [bystander, other] = [await session(app.gateway, app.databaseUrl), await apiKey(app.gateway, OTHER)];
  for (let guess = 0; guess < 50; guess += 1) {
    await status(`cus_${bystander.grantId.slice(0, 2)}${newGrantId().slice(2)}:${newSecret()}`);
    await status(`cuk_${'A'.repeat(22)}:${newSecret()}`);
  }
  expect(await status(`cuk_${'A'.repeat(22)}:${newSecret()}`)).toBe(429);
  expect([await status(bystander.token), await status(other.token)]).toEqual([200, 200]);
  forget();
  expect([await status(bystander.token), await status(other.token)]).toEqual([200, 200]);
});

test('a client that goes on with an ended token costs one query, and its next token works at once', async () => {
  const { token, grantId } = await session(app.gateway, app.databaseUrl);
  await execute(
    app.databaseUrl,
    `UPDATE oauth_artifacts SET expires_at = now() - interval '1 second' WHERE grant_id = $1`,
    [grantId],
  );
  expect(await status(token)).toBe(401);
  expect(
    await queries(async () =>
      expect(await Promise.all(Array.from({ length: 60 }, () => status(token)))).toEqual(Array(60).fill(401)),
    ),
  ).toBe(0);
  expect(await status(await accessToken(app.databaseUrl, grantId))).toBe(200);
});

test('guessed global keys: 429 in the end, and the right one is never refused', async () => {
  const from = '192.0.2.77';
  for (let guess = 0; guess < FAILURES.shapeless.limit; guess += 50) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => status(`guess-${guess + index}-0123456789`, from)),
    );
    expect(new Set(answers)).toEqual(new Set([401]));
  }
  expect(await status('one-guess-more-0123456789', from)).toBe(429);
  expect(await status(WRITE_KEY, from)).toBe(200);
});
