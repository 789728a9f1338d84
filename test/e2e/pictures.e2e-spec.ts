import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { Pictures } from '../../libs/mcp/src/calls/pictures.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';
import { TEST_CERTIFICATE, TEST_KEY } from '../support/tls.js';

/** ClickUp's file server, which is the sandbox behind TLS, and which can be told to misbehave. */
let server: Server;
let behave: ((response: ServerResponse) => unknown) | undefined;
let asked: { host: string | undefined; authorization: string | undefined }[] = [];
let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  server = createServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, (request, response) => {
    const { host, authorization } = request.headers;
    asked.push({ host, authorization });
    if (behave) return void behave(response);
    void fetch(`${app.sandbox.url}${request.url}`).then(async (answer) =>
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
        .end(Buffer.from(await answer.arrayBuffer())),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pictures = new Pictures({
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    isPublic: (address) => address === '127.0.0.1',
    ca: TEST_CERTIFICATE,
    port: (server.address() as AddressInfo).port,
  });
  app = await startTestApp({ extras: [{ provide: Pictures, useValue: pictures }] });
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
});
beforeEach(() => {
  asked = [];
  behave = undefined;
});
afterAll(async () => {
  await client.close();
  await app.close();
  server.closeAllConnections();
  server.close();
});

interface Block {
  type: string;
  data?: string;
  mimeType?: string;
  name?: string;
}

/** What stands beside the text of get_task with the files of a task. */
async function beside(task_id: string, include = ['attachments']): Promise<Block[]> {
  const raw = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'get_task', arguments: { task_id, include } },
    }),
  });
  const { result } = (await raw.json()) as { result: { content: Block[]; isError: boolean } };
  expect(result.isError).toBe(false);
  expect(result.content[0]?.type).toBe('text');
  return result.content.slice(1);
}
const attach = async (filename: string, bytes: Buffer): Promise<string> => {
  const { structured } = await client.call('create_task', { list_id: 'Sprint 42', name: `With ${filename}` });
  const attached = await client.call('attach_file', {
    task_id: structured.id,
    filename,
    base64: `data:image/png;base64,${bytes.toString('base64')}`,
  });
  expect(attached.isError).toBe(false);
  return structured.id as string;
};
const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

test('a picture is shown, other files are links; ClickUp is asked without any credential', async () => {
  const [picture, log] = await beside('ENG-101');
  expect(picture).toMatchObject({ type: 'image', mimeType: 'image/png' });
  expect(Buffer.from(picture!.data!, 'base64').subarray(0, 8)).toEqual(PNG);
  expect(log).toMatchObject({ type: 'resource_link', name: 'gc.log' });
  expect(asked).toEqual([{ host: 't12345.p.clickup-attachments.com', authorization: undefined }]);
});

test('what was attached comes back byte by byte', async () => {
  const bytes = Buffer.concat([PNG, Buffer.alloc(900_000, 7)]);
  const [picture] = await beside(await attach('large.png', bytes));
  expect(Buffer.from(picture!.data!, 'base64').equals(bytes)).toBe(true);
});

test('larger than a mebibyte is a link, and is not fetched', async () => {
  expect(await beside(await attach('huge.png', Buffer.concat([PNG, Buffer.alloc(1 << 20)])))).toMatchObject([
    { type: 'resource_link', name: 'huge.png' },
  ]);
  expect(asked).toEqual([]);
});

test('what only says that it is a picture is a link', async () =>
  expect(await beside(await attach('page.png', Buffer.from('<html>')))).toMatchObject([{ type: 'resource_link' }]));

test.each<[string, (response: ServerResponse) => unknown]>([
  ['an error', (response) => response.writeHead(403).end('no')],
  ['a redirect', (response) => response.writeHead(302, { location: 'https://files.documents.test/' }).end()],
  ['more bytes than were told', (response) => response.writeHead(200).end(Buffer.concat([PNG, Buffer.alloc(1 << 21)]))],
  ['an end in the middle', (response) => response.writeHead(200, { 'content-length': '99' }).destroy()],
])('%s of the file server leaves a link, and never fails the answer', async (_, does) => {
  behave = does;
  expect(await beside('ENG-101')).toMatchObject([{ type: 'resource_link' }, { type: 'resource_link' }]);
  expect(asked).toHaveLength(1);
});

test.each([
  'https://t12345.p.clickup-attachments.com.evil.test/a.png',
  'https://evilclickup-attachments.com/a.png',
  'https://t12345.p.clickup-attachments.com:8443/a.png',
  'http://t12345.p.clickup-attachments.com/a.png',
  'https://documents.test/a.png',
  'a.png',
])('%s is no address of a picture', async (url) => {
  const resolve = jest.fn(() => Promise.resolve([]));
  const pictures = new Pictures({ resolve, isPublic: () => true });
  expect(await pictures.get(url)).toBeUndefined();
  expect(resolve).not.toHaveBeenCalled();
  await pictures.close();
});

test('an address of ClickUp is one', async () => {
  const resolve = jest.fn(() => Promise.resolve([]));
  const pictures = new Pictures({ resolve, isPublic: () => true });
  expect(await pictures.get('https://t12345.p.clickup-attachments.com/t12345/1/a.png')).toBeUndefined();
  expect(resolve).toHaveBeenCalledTimes(1);
  await pictures.close();
});
