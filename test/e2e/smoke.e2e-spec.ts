import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { freePort } from '../support/free-port.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { pkce } from '../support/oauth.js';
import { Person } from '../support/person.js';
import { startCli } from '../support/program.js';

// Each smoke test is a process of its own.
jest.setTimeout(60_000);

/** An exact entry of the allow list: only those get codes from /connect. */
const LISTED = 'https://app.example.com/callback';
let app: TestApp;
let base: string;
beforeAll(async () => {
  const port = await freePort();
  base = `http://localhost:${port}`;
  app = await startTestApp({ env: { PORT: String(port), BASE_URL: base, REDIRECT_URI_ALLOWLIST: LISTED } });
});
afterAll(() => app.close());

/** As a person runs it, without any configuration. */
const begun = (...args: string[]) => startCli(['smoke', ...args], {});
const smoke = async (...args: string[]) => {
  const { exit, output } = begun(...args);
  const status = await exit;
  expect(output()).not.toMatch(/pk_|^ +at /m);
  return { status, output: output() };
};
/** The names of the steps that came out so. */
const steps = (output: string, state: 'ok' | 'FAILED') =>
  [...output.matchAll(new RegExp(`^${state} +(.*?) {2,}`, 'gm'))].map(([, what]) => what);

const FRONT = ['live', 'ready', 'authorization server', 'protected resource', 'without a credential'];
const DCR = [...FRONT, 'registration', "a stranger's address"];
const SESSION = ['token', 'tools/list', 'a read', 'a write', 'revocation'];

test('with a ClickUp key: the whole way, and nothing is left but an ended session', async () => {
  const before = app.sandbox.stats().writes;
  const { status, output } = await smoke('--base-url', `${base}/`, '--clickup-key', 'pk_sandbox_owner');
  expect([status, steps(output, 'FAILED')]).toEqual([0, []]);
  expect(steps(output, 'ok')).toEqual([...DCR, 'sign-in', 'wrong verifier', ...SESSION]);
  expect(output).toMatch(/^ok +a write +is refused: tool_not_found$/m);
  expect(output).toContain('All 14 steps are as they should be.');
  expect(app.sandbox.stats().writes).toBe(before);
});

test('without a key it prints the URL to open, and goes on when the browser comes back', async () => {
  const { child, exit, output } = begun('--base-url', base);
  const link = await printedLink(child, output);
  const back = await new Person(base).approve(link, { mode: 'read' });
  expect(back.hostname).toBe('127.0.0.1');
  expect((await fetch(back)).status).toBe(200);
  expect([await exit, steps(output(), 'FAILED')]).toEqual([0, []]);
  expect(output()).toMatch(/^ok +a write +is refused: /m);
});

test('somebody who says no ends it with what the client was told, and every step behind as failed', async () => {
  const { child, exit, output } = begun('--base-url', base);
  const link = new URL(await printedLink(child, output));
  await fetch(`${link.searchParams.get('redirect_uri')}?error=access_denied&error_description=Cancelled`);
  expect(await exit).toBe(1);
  expect(steps(output(), 'FAILED')).toEqual(['sign-in', 'wrong verifier', ...SESSION]);
  expect(output()).toContain('the client is told access_denied: Cancelled');
});

test('--dcr-only needs nobody', async () => {
  const { status, output } = await smoke('--base-url', base, '--dcr-only');
  expect([status, steps(output, 'ok')]).toEqual([0, DCR]);
});

test.each(['read', 'write'] as const)('with a code of /connect, for a session to %s', async (mode) => {
  const { verifier, challenge } = pkce();
  const query = { redirect_uri: LISTED, code_challenge: challenge, code_challenge_method: 'S256' };
  const link = `${base}/connect?${new URLSearchParams(query).toString()}`;
  const code = (await new Person(base).approve(link, { mode })).searchParams.get('code') ?? '';
  const before = app.sandbox.stats().writes;
  const { status, output } = await smoke(
    ...['--base-url', base, '--redirect-uri', LISTED, '--code', code, '--code-verifier', verifier],
  );
  expect([status, steps(output, 'ok')]).toEqual([0, [...FRONT, ...SESSION]]);
  expect(output).toMatch(mode === 'read' ? /a write +is refused/ : /a write +this session may write, so ClickUp/);
  expect(app.sandbox.stats().writes).toBe(before);
});

describe('what is wrong is said, and the status is 1', () => {
  test.each<[string, () => string[], RegExp]>([
    [
      'nobody is there',
      () => ['http://127.0.0.1:1'],
      /^FAILED +live +http:\/\/127.0.0.1:1\/health\/live does not answer: /m,
    ],
    [
      'it calls itself otherwise',
      () => [base.replace('localhost', '127.0.0.1')],
      /^FAILED +authorization server +issuer is http:\/\/localhost:\d+, not .*\n +→ Set BASE_URL/m,
    ],
    [
      'a ClickUp key that ClickUp does not know',
      () => [base, '--clickup-key', 'pk_wrong_token_1'],
      /^FAILED +sign-in +the page answers 400: ClickUp does not accept this key/m,
    ],
    [
      'a Workspace that the key does not reach',
      () => [base, '--clickup-key', 'pk_sandbox_owner', '--team-id', '77'],
      /^FAILED +sign-in +the Workspace 77 is not offered, only 12345/m,
    ],
    [
      'a redirect that is not allowed',
      () => [base, '--dcr-only', '--redirect-uri', 'https://stranger.example/callback'],
      /^FAILED +registration +\/register answers 400 \(invalid_redirect_uri: .*\n +→ See DCR_ENABLED/m,
    ],
    [
      'a code that is none',
      () => [base, '--code', 'nonsense'],
      /^FAILED +token +\/token answers 401 \(invalid_client/m,
    ],
  ])('%s', async (_what, args, sentence) => {
    const { status, output } = await smoke('--base-url', ...args());
    expect(output).toMatch(sentence);
    expect(output).toMatch(/\n\d+ of \d+ steps failed\.\n$/);
    expect(status).toBe(1);
  });

  test('without a base URL', async () => {
    expect(await smoke()).toMatchObject({ status: 1, output: expect.stringContaining('--base-url https://') });
    expect(await smoke('--base-url', 'ftp://x')).toMatchObject({ status: 1 });
  });

  test('a gateway that lets a write through, keeps a revoked token, or takes any verifier', async () => {
    const lax = await laxGateway();
    try {
      const { status, output } = await smoke('--base-url', lax.url, '--code', 'c');
      expect(steps(output, 'FAILED')).toEqual(expect.arrayContaining(['without a credential', 'a write']));
      expect(output).toMatch(/^FAILED +a write +create_task was not refused: made$/m);
      expect(status).toBe(1);
    } finally {
      lax.server.close();
    }
  });
});

/** The URL that a person is to open. */
async function printedLink(child: ChildProcess, output: () => string): Promise<string> {
  for (;;) {
    const link = /^ {2}(http\S+\/authorize\S+)$/m.exec(output())?.[1];
    if (link) return link;
    await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(output());
  }
}

/** Answers as a gateway without any guard would; revocation works, so that nobody waits for it. */
async function laxGateway(): Promise<{ url: string; server: Server }> {
  let revoked = false;
  const server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const send = (status: number, json: object) =>
        answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
      if (request.url === '/token') return send(200, { access_token: 't', expires_in: 1 });
      if (request.url === '/revoke') return send(200, { revoked: (revoked = true) });
      if (request.url === '/mcp' && revoked) return send(401, {});
      if (body.includes('tools/list')) return send(200, { result: { tools: [{}] } });
      send(200, { status: 'ok', result: { isError: false, content: [{ type: 'text', text: 'made' }] } });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
