import { isPublicAddress, loadConfig, type Network } from '#libs/core';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { pino } from 'pino';
import { TEST_CERTIFICATE, TEST_KEY } from '../../../../../test/support/tls.js';
import { ClientDocuments } from './client-documents.js';
import { GuardedFetch } from './guarded-fetch.js';
import { RedirectUris } from './redirect-uris.js';

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;
const CALLBACK = 'https://chatgpt.com/connector/oauth/abc';
const json =
  (body: unknown, headers: Record<string, string> = {}): Behaviour =>
  (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

let server: Server;
let port = 0;
let connections = 0;
let requests: string[] = [];
let behaviour: Behaviour;
const opened: GuardedFetch[] = [];

beforeAll(async () => {
  server = createServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, (request, response) => {
    requests.push(String(request.url));
    behaviour(request, response);
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  connections = 0;
  requests = [];
  behaviour = json({ client_id: url(), client_name: 'ChatGPT', redirect_uris: [CALLBACK] });
});
afterEach(() => Promise.all(opened.splice(0).map((fetch) => fetch.close())));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const url = (path = '/client.json', host = 'documents.test') => `https://${host}:${port}${path}`;
const toServer: Network['resolve'] = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

const nowhere = {
  find: () => Promise.resolve(undefined),
  store: () => Promise.resolve(),
  destroy: () => Promise.resolve(),
};

/** By default the test's names lead to the loopback server, and loopback is taken for public. */
function documents(network: Partial<Network> = {}, env: Record<string, string> = {}) {
  const config = loadConfig(env);
  const lines: string[] = [];
  const guarded = new GuardedFetch({ resolve: toServer, isPublic: () => true, ca: TEST_CERTIFICATE, ...network });
  opened.push(guarded);
  const subject = new ClientDocuments(
    config,
    pino({ base: null }, { write: (line: string) => void lines.push(line) }),
    new RedirectUris(config),
    nowhere,
    guarded,
  );
  const read = async (id: string) => (await (await subject.fetch(id)).json()) as Record<string, unknown>;
  return { subject, read, log: () => lines.join('') };
}
const GENERIC = 'the client metadata document could not be used';

test('AS-B8: a document is fetched', async () => {
  const { read } = documents();
  expect(await read(url())).toEqual({ client_id: url(), client_name: 'ChatGPT', redirect_uris: [CALLBACK] });
  expect(requests).toEqual(['/client.json']);
});

test('of the headers, those on caching reach the library (which keeps documents for a day at most)', async () => {
  behaviour = json({ redirect_uris: [CALLBACK] }, { 'cache-control': 'max-age=120', 'set-cookie': 'a=b' });
  const { subject } = documents();
  const { headers } = await subject.fetch(url());
  expect(headers.get('cache-control')).toBe('max-age=120');
  expect(headers.get('set-cookie')).toBeNull();
});

test.each([
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0',
  '0.0.0.0',
  '169.254.169.254',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:10.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[fc00::1]',
  '[fe80::1]',
  '[ff02::1]',
])('SEC-229: host %s gets no connection', async (host) => {
  const { read } = documents({ isPublic: isPublicAddress });
  await expect(read(url('/x', host))).rejects.toThrow(GENERIC);
  expect(connections).toBe(0);
});

test.each(['localhost', 'localhost.', 'LOCALHOST'])(
  'SEC-229: the name %s, as the system resolves it, gets no connection',
  async (host) => {
    const guarded = new GuardedFetch();
    opened.push(guarded);
    await expect(guarded.get(url('/x', host))).rejects.toThrow();
    expect(connections).toBe(0);
  },
);

test.each([
  [['127.0.0.1']],
  [['10.1.2.3']],
  [['169.254.169.254']],
  [['::1']],
  [['::ffff:127.0.0.1']],
  [['64:ff9b::7f00:1']],
  [['fd00::1']],
  [['8.8.8.8', '127.0.0.1']],
  [['127.0.0.1', '8.8.8.8']],
  [[]],
])('SEC-229: a name that resolves to %j gets no connection', async (addresses) => {
  const { read } = documents({
    isPublic: isPublicAddress,
    resolve: () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))),
  });
  await expect(read(url())).rejects.toThrow(GENERIC);
  expect(connections).toBe(0);
});

test('SEC-229: a name is asked for once, and the answer that was judged is the one connected to: it cannot be rebound in between', async () => {
  let asked = 0;
  const judged: string[] = [];
  const { read } = documents({
    resolve: () => Promise.resolve([{ address: (asked += 1) === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]),
    isPublic: (address) => judged.push(address) > 0,
  });
  await read(url());
  expect({ asked, judged, connections }).toEqual({ asked: 1, judged: ['127.0.0.1'], connections: 1 });
});

test.each([
  'http://documents.test/x',
  'ftp://documents.test/x',
  'file:///etc/passwd',
  'data:application/json,{}',
  'not a URL',
  `https://documents.test/${'x'.repeat(3000)}`,
])('SEC-229: %s is not fetched', async (id) => {
  await expect(documents().read(id)).rejects.toThrow(GENERIC);
  expect(connections).toBe(0);
});

test.each([301, 302, 303, 307, 308])('SEC-231: a %d is not followed', async (status) => {
  behaviour = (_, response) =>
    void response.writeHead(status, { location: url('/elsewhere'), 'content-type': 'application/json' }).end('{}');
  await expect(documents().read(url())).rejects.toThrow(GENERIC);
  expect(requests).toEqual(['/client.json']);
});

test.each<[string, () => Behaviour]>([
  [
    'a page instead of a document',
    () => (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  ],
  ['a challenge', () => (_, response) => void response.writeHead(403, { 'content-type': 'text/html' }).end('CANARY')],
  ['no JSON', () => json('{"redirect_uris":')],
  ['no object', () => json('null')],
  ['a list', () => json([])],
  ['no redirects', () => json({ client_id: url() })],
  ['redirects that are no list', () => json({ redirect_uris: CALLBACK })],
  ['too long a body', () => json({ redirect_uris: [CALLBACK], pad: 'x'.repeat(6000) })],
  [
    'no end of the body',
    () => (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write('x'.repeat(1000)), 1);
      response.once('close', () => clearInterval(timer));
    },
  ],
  [
    'bytes that are no text',
    () => (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
  ],
  ['a name that changes direction', () => json({ client_name: 'a\u202eb', redirect_uris: [CALLBACK] })],
  ['a connection that breaks', () => (request) => void request.socket.destroy()],
])('%s: a generic error, and nothing of it outside the log', async (_, make) => {
  behaviour = make();
  const { read } = documents();
  const error = await read(url()).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  expect(error).toEqual(new Error(GENERIC));
  expect(error?.cause).toBeUndefined();
});

test('a certificate that is not trusted is refused', async () => {
  await expect(documents({ ca: '' }).read(url())).rejects.toThrow(GENERIC);
  expect(requests).toEqual([]);
});

test('SEC-233: a host that is down is not asked again for each request', async () => {
  behaviour = (_, response) => void response.writeHead(500).end();
  const { read } = documents();
  for (let attempt = 0; attempt < 5; attempt += 1) await expect(read(url())).rejects.toThrow(GENERIC);
  expect(requests).toHaveLength(1);
});

test('SEC-233: 10,000 invented clients of one host are two fetches at a time, and all slots come back', async () => {
  const waiting: ServerResponse[] = [];
  behaviour = (_, response) => void waiting.push(response);
  const { read } = documents();
  const answers = Array.from({ length: 10_000 }, (_, index) =>
    read(url(`/${index}`)).then(
      () => 'ok',
      () => 'refused',
    ),
  );
  while (waiting.length < 2) await new Promise(setImmediate);
  expect(await Promise.all(answers.slice(2))).toEqual(Array.from({ length: 9998 }, () => 'refused'));
  expect(waiting).toHaveLength(2);
  for (const response of waiting) json({ redirect_uris: [CALLBACK] })({} as IncomingMessage, response);
  expect(await Promise.all(answers.slice(0, 2))).toEqual(['ok', 'ok']);
  behaviour = json({ redirect_uris: [CALLBACK] });
  // One that was refused for lack of room is not remembered as bad.
  expect(await read(url('/9999'))).toMatchObject({ redirect_uris: [CALLBACK] });
});

test('SEC-233: of many hosts at once, 20 are asked', async () => {
  const waiting: ServerResponse[] = [];
  behaviour = (_, response) => void waiting.push(response);
  const { read } = documents();
  const answers = Array.from({ length: 100 }, (_, index) =>
    read(url('/x', `h${index}.documents.test`)).then(
      () => 'ok',
      () => 'refused',
    ),
  );
  expect(await Promise.all(answers.slice(20))).toEqual(Array.from({ length: 80 }, () => 'refused'));
  while (waiting.length < 20) await new Promise(setImmediate);
  for (const response of waiting) json({ redirect_uris: [CALLBACK] })({} as IncomingMessage, response);
  expect(new Set(await Promise.all(answers.slice(0, 20)))).toEqual(new Set(['ok']));
});

test.each([
  [
    'https://claude.ai/oauth/mcp-oauth-client-metadata',
    ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
    undefined,
  ],
  [
    'https://claude.ai/oauth/claude-code-client-metadata',
    ['http://localhost/callback', 'http://127.0.0.1/callback'],
    'native',
  ],
])('%s is known and not fetched', async (id, redirect_uris, application_type) => {
  const { read } = documents({ resolve: () => Promise.reject(new Error('no look-up')) });
  const document = await read(id);
  expect(document).toMatchObject({ client_id: id, redirect_uris, token_endpoint_auth_method: 'none' });
  expect(document.application_type).toBe(application_type);
});

test('trap 2: a document whose redirects are all loopback is a native application', async () => {
  behaviour = json({ redirect_uris: ['http://localhost/callback', 'http://[::1]/callback'], application_type: 'web' });
  expect(await documents().read(url())).toMatchObject({ application_type: 'native' });
});

test('redirects that are not on the allow list are taken out', async () => {
  behaviour = json({ redirect_uris: ['https://evil.example/cb', CALLBACK, 7] });
  expect(await documents().read(url())).toMatchObject({ redirect_uris: [CALLBACK] });
});

test('when none is left, the document is refused with one security-log line', async () => {
  behaviour = json({ client_id: url(), client_name: 'Evil', redirect_uris: ['https://evil.example/cb?code=CANARY'] });
  const { read, log } = documents();
  await expect(read(url())).rejects.toThrow(GENERIC);
  expect(log().match(/"security":"redirect_refused"/g)).toHaveLength(1);
  expect(log()).toContain('"redirectUris":["https://evil.example/cb"]');
  expect(log()).not.toContain('CANARY');
});

test('nothing that a document names is left to be fetched later', async () => {
  behaviour = json({
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://127.0.0.1/jwks',
    jwks: {},
    sector_identifier_uri: 'https://127.0.0.1/s',
  });
  expect(await documents().read(url())).toEqual({ redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' });
});

test('a method with a shared secret stays, for the library to refuse', async () => {
  behaviour = json({ redirect_uris: [CALLBACK], token_endpoint_auth_method: 'client_secret_post', client_secret: 'x' });
  expect(await documents().read(url())).toMatchObject({
    token_endpoint_auth_method: 'client_secret_post',
    client_secret: 'x',
  });
});

describe('after a document was good', () => {
  const down: Behaviour = (_, response) => void response.writeHead(503).end();
  /** Seconds later by the clock of this process. */
  let ahead = 0;
  beforeEach(() => {
    ahead = 0;
    const real = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => real() + ahead * 1000);
  });
  afterEach(() => jest.restoreAllMocks());

  test.each<[string, Behaviour]>([
    ['down', down],
    ['a page', (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['gone', (_, response) => void response.writeHead(404).end()],
    ['cut off', (request) => void request.socket.destroy()],
    ['half a document', json('{"redirect_uris":')],
  ])(
    'a site that is %s changes nothing for refreshing and revoking; after an hour nothing new is granted, after a week it ends',
    async (_, broken) => {
      const { subject, read } = documents();
      await read(url());
      expect(subject.accept(url(), 'authorization')).toBe(true);
      behaviour = broken;
      for (const [seconds, fresh] of [
        [61, true],
        [3400, true],
        [200, false],
        [86_400, false],
        [5 * 86_400, false],
      ] as const) {
        ahead += seconds;
        expect(await read(url())).toMatchObject({ redirect_uris: [CALLBACK] });
        expect(
          ['token', 'revocation', undefined, 'authorization', 'resume'].map((route) => subject.accept(url(), route)),
        ).toEqual([true, true, true, fresh, fresh]);
      }
      ahead += 86_400;
      await expect(read(url())).rejects.toThrow(GENERIC);
    },
  );

  test('it is asked once a minute meanwhile, and good again as soon as it answers', async () => {
    const { subject, read } = documents();
    await read(url());
    subject.accept(url(), 'authorization');
    behaviour = down;
    ahead += 7200;
    for (let attempt = 0; attempt < 5; attempt += 1) await read(url());
    expect(requests).toHaveLength(2);
    expect(subject.accept(url(), 'authorization')).toBe(false);
    behaviour = json({ client_id: url(), redirect_uris: ['https://chatgpt.com/connector/oauth/new'] });
    ahead += 61;
    expect(await read(url())).toMatchObject({ redirect_uris: ['https://chatgpt.com/connector/oauth/new'] });
    expect(subject.accept(url(), 'authorization')).toBe(true);
  });

  test('strangers who keep all slots of its host busy do not end it', async () => {
    const { subject, read } = documents();
    await read(url());
    subject.accept(url(), 'authorization');
    const waiting: ServerResponse[] = [];
    behaviour = (_, response) => void waiting.push(response);
    const busy = [read(url('/1')), read(url('/2'))].map((answer) => answer.catch(() => undefined));
    while (waiting.length < 2) await new Promise(setImmediate);
    expect(await read(url())).toMatchObject({ redirect_uris: [CALLBACK] });
    for (const response of waiting) response.end();
    await Promise.all(busy);
  });

  test('one that is refused now is no outage: the earlier one does not serve in its place', async () => {
    const { subject, read } = documents();
    await read(url());
    subject.accept(url(), 'authorization');
    behaviour = json({ client_id: url(), redirect_uris: ['https://evil.example/cb'] });
    ahead += 61;
    await expect(read(url())).rejects.toThrow(GENERIC);
    behaviour = down;
    ahead += 61;
    await expect(read(url())).rejects.toThrow(GENERIC);
  });
});

test('a refused document is not fetched again for a minute, whether we refuse it or the library', async () => {
  const { subject, read } = documents();
  behaviour = json({ redirect_uris: ['https://evil.example/cb'] });
  for (let attempt = 0; attempt < 5; attempt += 1) await expect(read(url('/ours'))).rejects.toThrow(GENERIC);
  expect(requests).toHaveLength(1);
  // Good for us; the library, which would say so by asking, does not take it.
  behaviour = json({ client_id: 'https://another.example/', redirect_uris: [CALLBACK] });
  await read(url('/theirs'));
  for (let attempt = 0; attempt < 5; attempt += 1) await expect(read(url('/theirs'))).rejects.toThrow(GENERIC);
  expect(requests).toHaveLength(2);
  await read(url('/good'));
  subject.accept(url('/good'), 'authorization');
  await read(url('/good'));
  expect(requests).toHaveLength(4);
});

test.each([
  { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'CANARY' },
  { kty: 'RSA', n: 'n', e: 'AQAB', d: 'CANARY' },
  { kty: 'RSA', n: 'n', e: 'AQAB', p: 'CANARY' },
  { kty: 'oct', k: 'CANARY' },
  { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'CANARY' },
  { kty: 'AKP', pub: 'x', priv: 'CANARY' },
])('a document with the private key %j is refused', async (key) => {
  const { read, log } = documents();
  behaviour = json({
    client_id: url(),
    redirect_uris: [CALLBACK],
    jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }, key] },
  });
  await expect(read(url())).rejects.toThrow(GENERIC);
  expect(log()).toContain('private key');
  expect(log()).not.toContain('CANARY');
});

test('public keys are fine, and are not needed', async () => {
  behaviour = json({ redirect_uris: [CALLBACK], jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] } });
  expect(await documents().read(url())).toEqual({ redirect_uris: [CALLBACK] });
});
