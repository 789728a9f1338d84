import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { type Answer, type Ask, REQUESTS, textOf } from '../support/requests.js';

/** Where `npm run bench -- intents` has 10,000 tasks and measures time and tokens too. */
const TASKS = 900;

let app: TestApp;
/** The requests follow each other as in the life of a person, so they run in order and on one gateway. */
beforeAll(async () => {
  app = await startTestApp({
    env: { TEAM_ID: '12345', CLICKUP_RATE_LIMIT: '100000' },
    sandbox: { tasks: TASKS },
  });
  // Identity and time zone, which are read once when a credential is first used, are not counted.
  await call('find_objects', { kind: 'person', text: 'Anna' });
});
afterAll(() => app.close());

const call: Ask = async (name, args = {}) => {
  const answer = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
  const { result, error } = (await answer.json()) as { result?: Answer; error?: { message: string } };
  if (!result || result.isError) throw new Error(`${name} failed: ${error?.message ?? textOf(result ?? {})}`);
  return result;
};

test.each(REQUESTS.map((row) => [row.request, row] as const))('%s', async (_, { before, work, limits, truth }) => {
  await before?.(call);
  const answers: Answer[] = [];
  const requests = app.sandbox.stats().requests;
  await work(async (tool, args) => {
    const answer = await call(tool, args);
    answers.push(answer);
    return answer;
  });
  const upstream = app.sandbox.stats().requests - requests;
  const allowed = limits(answers);
  expect(answers.length).toBeLessThanOrEqual(allowed.calls);
  expect(upstream).toBeLessThanOrEqual(allowed.upstream);
  for (const [said, is] of truth(answers, app.sandbox.world)) expect(said).toEqual(is);
});
