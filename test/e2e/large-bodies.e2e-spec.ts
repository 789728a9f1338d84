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

/** Turns of the event loop, which the client shares, from the sending of a body to its answer. */
async function turnsDuring(body: string): Promise<number> {
  let turns = 0;
  let isAnswered = false;
  const turn = () => {
    turns += 1;
    if (!isAnswered) setImmediate(turn);
  };
  turn();
  await post(body);
  isAnswered = true;
  return turns;
}

test('while four megabytes are looked at, the event loop goes on turning', async () => {
  const refusedAtOnce = LARGE_BODIES['deeper than allowed']!();
  const lookedAt = LARGE_BODIES['spaces only']!();
  const floors = [await turnsDuring(refusedAtOnce), await turnsDuring(refusedAtOnce), await turnsDuring(refusedAtOnce)];
  const counts = [await turnsDuring(lookedAt), await turnsDuring(lookedAt), await turnsDuring(lookedAt)];
  // 64 steps of 64 kB.
  expect(Math.max(...counts) - Math.min(...floors)).toBeGreaterThan(50);
});
