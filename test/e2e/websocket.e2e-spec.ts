import { WebSocket } from 'ws';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { apiKey, session } from '../support/connect.js';
import { TestSocket } from '../support/web-socket.js';

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

const bearer = (token = WRITE_KEY) => ({ Authorization: `Bearer ${token}` });
const open = (options: Parameters<typeof TestSocket.open>[1] = { headers: bearer() }, to = app) =>
  TestSocket.open(to.url, options);

test('tools/list without a handshake, and a call', async () => {
  const socket = await open();
  expect((await socket.ask('tools/list')).result.tools.length).toBeGreaterThan(10);
  expect((await socket.call('get_task', { task_id: 'ENG-123' })).result).toMatchObject({ isError: false });
  await socket.close();
  expect(await socket.closed).toMatchObject({ code: 1005 });
});
