import { startTestApp, type TestApp } from '../support/app.js';
import { LARGE_BODIES } from '../support/large-bodies.js';

const KEY = 'large-bodies-key-0123456789';

let app: TestApp;
beforeAll(async () => (app = await startTestApp({ env: { MCP_API_KEY: KEY } })));
afterAll(() => app?.close());

const post = async (body: string) => {
  const answer = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body,
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, any> };
};

test.each([
  ['unknown arguments', 'an object of more than 1,000 keys'],
  ['tasks in an argument', 'more than 20,000 values'],
  ['a batch of empty objects', 'more than 20,000 values'],
  ['keys in capabilities', 'an object of more than 1,000 keys'],
])('%s: four megabytes are refused in words, as JSON-RPC', async (name, words) => {
  const { status, json } = await post(LARGE_BODIES[name]!());
  expect(status).toBe(413);
  expect(json).toMatchObject({ jsonrpc: '2.0', id: null, error: { message: `The request body has ${words}` } });
  expect(json.error.data.details).toContain('Send less at once');
});

test.each(['one long text', 'a text of quotes', 'as many values as may be', 'as many by way of the SDK'])(
  '%s: is read, and the tool answers',
  async (name) => {
    const { status, json } = await post(LARGE_BODIES[name]!());
    expect(status).toBe(200);
    expect(json.result.content[0].text).not.toBe('');
  },
);

test('while four megabytes are looked at, the event loop goes on turning', async () => {
  let turns = 0;
  let ends = false;
  const turn = () => {
    turns += 1;
    if (!ends) setImmediate(turn);
  };
  const body = LARGE_BODIES['a text of quotes']!();
  turn();
  await post('{}');
  const small = turns;
  turns = 0;
  await post(body);
  ends = true;
  // 64 steps of 64 kB.
  expect(turns - small).toBeGreaterThan(50);
});
