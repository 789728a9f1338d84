import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  const [, connect] = CLIENTS[0]!;
  client = await connect(app.url, WRITE_KEY);
});
afterAll(async () => {
  await client.close();
  await app.close();
});

test('probe', async () => {
  const asks: [string, object][] = [
    ['search', { query: 'Event bus' }],
    ['search', { query: 'memory leak' }],
    ['search', { query: 'sprint' }],
    ['search', { query: 'qqqq' }],
    ['fetch', { id: 'ENG-123' }],
    ['fetch', { id: 'Reduce Churn' }],
    ['fetch', { id: 'Q4 Architecture' }],
    ['fetch', { id: 'Frontend bugs' }],
    ['fetch', { id: 'general' }],
    ['fetch', { id: 'Engineering / Backend / Sprint 42' }],
    ['fetch', { id: 'Refactor Login Component' }],
    ['fetch', { id: 'nothing at all' }],
    ['fetch', { id: 'https://app.clickup.com/12345/v/li/90144360426' }],
  ];
  for (const [name, args] of asks) {
    const before = app.sandbox.requests().length;
    const { text } = await client.call(name, args as Record<string, unknown>);
    process.stderr.write(`\n=== ${name} ${JSON.stringify(args)} [${app.sandbox.requests().length - before}]\n${text.slice(0, 1500)}\n`);
  }
});
