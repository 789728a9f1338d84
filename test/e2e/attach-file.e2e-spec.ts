import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { Downloads } from '../../libs/mcp/src/calls/downloads.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';
import { TEST_CERTIFICATE, TEST_KEY } from '../support/tls.js';

/** The file server of a stranger; names lead to it, and addresses named `private.test` do not count as public. */
let server: Server;
let asked: string[] = [];
const ANSWERS: Record<string, (response: ServerResponse) => unknown> = {
  '/a.txt': (response) => response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('from afar'),
  '/moved': (response) => response.writeHead(302, { location: '/a.txt' }).end(),
  '/inside': (response) => response.writeHead(302, { location: 'https://169.254.169.254/latest' }).end(),
  '/plain': (response) => response.writeHead(302, { location: 'http://files.test/a.txt' }).end(),
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/large': (response) => response.writeHead(200).end(Buffer.alloc((8 << 20) + 1)),
  '/largest': (response) => response.writeHead(200).end(Buffer.alloc(8 << 20)),
  '/secret': (response) => response.writeHead(403).end('no'),
};

let app: TestApp;
let client: TestClient;
let port = 0;
beforeAll(async () => {
  server = createServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, (request: IncomingMessage, response) => {
    asked.push(String(request.url));
    ANSWERS[String(request.url)]?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  const downloads = new Downloads({
    resolve: (host) => Promise.resolve([{ address: host.startsWith('private') ? '10.0.0.1' : '127.0.0.1', family: 4 }]),
    isPublic: (address) => address === '127.0.0.1',
    ca: TEST_CERTIFICATE,
  });
  app = await startTestApp({ extras: [{ provide: Downloads, useValue: downloads }] });
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await client.close();
  await app.close();
  server.closeAllConnections();
  server.close();
});

const url = (path: string, host = 'documents.test') => `https://${host}:${port}${path}`;
const attach = (args: Record<string, unknown>) => client.call('attach_file', { task_id: 'ENG-123', ...args });
const uploads = () =>
  app.sandbox.requests().filter(({ method, path }) => method === 'POST' && path.endsWith('/attachment'));

test('text, Base64 and a URL become files of the task', async () => {
  const base64 = Buffer.from('picture').toString('base64');
  for (const [filename, source] of [
    ['notes.txt', { text: 'line 1\nline 2' }],
    ['shot.png', { base64 }],
    ['far.txt', { url: url('/moved') }],
  ] as const) {
    const { isError, structured } = await attach({ filename, ...source });
    expect([isError, structured.name]).toEqual([false, filename]);
  }
  const { text } = await client.call('get_task', { task_id: 'ENG-123', include: ['attachments'] });
  for (const filename of ['notes.txt', 'shot.png', 'far.txt']) expect(text).toContain(filename);
  expect(asked).toEqual(['/moved', '/a.txt']);
});

test('a file of 8 MiB is attached from its URL', async () => {
  expect((await attach({ filename: 'big.bin', url: url('/largest') })).structured).toMatchObject({ bytes: 8 << 20 });
});

test.each([
  ['a private address by name', () => url('/a.txt', 'private.test'), /not at a public address/, 0],
  ['a private address', () => 'https://10.0.0.1/a.txt', /not at a public address/, 0],
  ['a redirect to a private address', () => url('/inside'), /not at a public address/, 1],
  ['a redirect to http', () => url('/plain'), /no https address/, 1],
  ['http', () => 'http://documents.test/a.txt', /no https address/, 0],
  ['a redirect without end', () => url('/loop'), /redirects too often/, 4],
  ['more than 8 MiB', () => url('/large'), /larger than 8 MiB/, 1],
  ['what is not open to everybody', () => url('/secret'), /status 403/, 1],
  ['a file of this machine', () => 'file:///etc/passwd', /no https address/, 0],
])('%s is not attached', async (_, address, message, requests) => {
  const before = uploads().length;
  const { isError, text } = await attach({ filename: 'a.txt', url: address() });
  expect(isError).toBe(true);
  expect(text).toMatch(message);
  expect([asked.length, uploads().length]).toEqual([requests, before]);
});
