import { EventSource } from 'eventsource';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { ADMIN_ENV, ADMIN_TOKEN, api, type Administering, keyOf } from '../support/administrators.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { session } from '../support/connect.js';
import { blocksOf, filledIn } from '../support/documented.js';
import { JwtLogin, SIGN_IN } from '../support/jwt-login.js';
import { describeIf } from '../support/needs.js';
import { OAuthTester, pkce } from '../support/oauth.js';
import { Shell } from '../support/shell.js';
import { billingBy, StripeImitation } from '../support/stripe.js';

const LOOPBACK = 'http://127.0.0.1/callback';
/** How the documents call the gateway, and the sandbox. */
const GATEWAYS =
  /https:\/\/(?:clickup\.example\.com|gateway\.example\.com|mcp\.acme\.com|…)|http:\/\/localhost:3000|\blocalhost:4010/g;

let app: TestApp;
let stripe: StripeImitation;
let owner: Administering;
let shell: Shell;
beforeAll(async () => {
  stripe = await new StripeImitation().start();
  const back = { REDIRECT_URI_ALLOWLIST: 'https://app.example.com/success,https://app.example.com/cancelled' };
  app = await startTestApp({ env: { ...ADMIN_ENV, ...SIGN_IN, ...billingBy(stripe), ...back } });
  owner = await keyOf(app, 'pk_sandbox_owner');
  shell = new Shell();
  writeFileSync(join(shell.folder, 'admin-token'), ADMIN_TOKEN);
  // The same curl, which also writes down what it was answered with.
  const real = spawnSync('sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).stdout.trim();
  shell.standIn(
    'curl',
    `answer=$(mktemp); '${real}' -sS -o "$answer" -w '%{http_code}\\n' "$@" >> "$HOME/statuses"; cat "$answer"`,
  );
});
afterAll(async () => {
  shell?.remove();
  await app?.close();
  await stripe?.close();
});

/** What a section shows in a language, with the real addresses. */
const shown = (page: string, heading: string, language = 'sh') =>
  blocksOf(page)
    .filter((block) => block.headings.at(-1) === heading && block.language === language)
    .map(({ code }) => code.replace(GATEWAYS, (name) => (name === 'localhost:4010' ? app.sandbox.url : app.url)));

/** Runs the commands of a section one block after the other. @returns the status of each answer, and all that was printed */
async function run(
  page: string,
  heading: string,
  real: Readonly<Record<string, string>>,
  blocks = shown(page, heading),
) {
  writeFileSync(join(shell.folder, 'statuses'), '');
  const { output } = await shell.run(filledIn(blocks.join('\n'), real));
  const statuses = readFileSync(join(shell.folder, 'statuses'), 'utf8').trim().split('\n').map(Number);
  return { statuses, output };
}

const etagOf = async (token: string, path: string) => (await api(app, token, `GET ${path}`)).headers.etag as string;

describeIf(spawnSync('curl', ['--version']).status === 0, 'curl')('curl as documented', () => {
  test('README.md: a script', async () => {
    const { statuses, output } = await run('README.md', 'Connect a client', { KEY: owner.token }, [
      shown('README.md', 'Connect a client').find((code) => code.startsWith('curl'))!,
    ]);
    expect([statuses, output]).toEqual([[200], expect.stringContaining('Refactor Login Component')]);
  });

  test('docs/admin.md', async () => {
    const [grant, at] = [await session(app.gateway, app.databaseUrl), owner.connectionId];
    const path = `/api/v1/workspaces/12345/connections/${at}`;
    const real = { AbCdEfGhIjKlMnOpQrStUv: grant.grantId, '0196f0c4-…': at, '"…"': await etagOf(ADMIN_TOKEN, path) };
    const { statuses, output } = await run('docs/admin.md', 'How to begin', real);
    expect(statuses).toEqual([200, 200, 204, 200, 200]);
    expect(output.match(/^etag: .*$/gim)).toEqual([`etag: ${real['"…"']}`]);
  });

  test('docs/audit.md', async () => {
    const admin = await keyOf(app, 'pk_sandbox_owner');
    const { statuses } = await run('docs/audit.md', 'Search and usage', { 'cuk_…': admin.token });
    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  test('docs/billing.md', async () => {
    const { statuses, output } = await run('docs/billing.md', 'Subscribing', { TOKEN: owner.token });
    const [example] = shown('docs/billing.md', 'Subscribing', 'json');
    expect(statuses).toEqual([200]);
    expect(Object.keys(JSON.parse(output) as object).sort()).toEqual(
      Object.keys(JSON.parse(example!) as object).sort(),
    );
  });

  test('docs/troubleshooting.md', async () => {
    const { statuses, output } = await run('docs/troubleshooting.md', 'First', {});
    expect([statuses, output]).toEqual([[200, 200], expect.stringMatching(/"ready".*"resource":"http:[^"]+\/mcp"/)]);
  });

  test('docs/sandbox.md', async () => {
    expect((await run('docs/sandbox.md', 'Faults', {})).statuses).toEqual([200]);
    expect(app.sandbox.faults().map(({ fault }: any) => fault.kind)).toEqual(['throttle', 'reset_after', 'status']);
    app.sandbox.configure({ faults: [] });
  });

  test('docs/connecting.md: your own OAuth client', async () => {
    const [register = '', exchange = ''] = shown('docs/connecting.md', 'Your own OAuth client');
    const registered = await run('', '', {}, [register]);
    expect(registered.statuses).toEqual([201]);
    const tester = OAuthTester.unregistered(app);
    tester.clientId = (JSON.parse(registered.output) as { client_id: string }).client_id;
    const { verifier, challenge } = pkce();
    const code = await tester.code({ redirect_uri: LOOPBACK, code_challenge: challenge });
    const { statuses, output } = await run('', '', {}, [
      filledIn(exchange, {
        '"code":"…"': `"code":"${code}"`,
        '"client_id":"…"': `"client_id":"${tester.clientId}"`,
        '"code_verifier":"…"': `"code_verifier":"${verifier}"`,
      }),
    ]);
    expect([statuses, output]).toEqual([[200], expect.stringContaining('refresh_token')]);
  });

  test('docs/connecting.md: JWT sessions', async () => {
    const [exchange = '', rest = ''] = shown('docs/connecting.md', 'JWT sessions');
    const { verifier, challenge } = pkce();
    const redirect_uri = 'http://127.0.0.1:8976/callback';
    const back = await new JwtLogin(app, 'text/html').code({ redirect_uri, code_challenge: challenge });
    const real = { 'jwt_…': back.searchParams.get('code')!, '"code_verifier":"…"': `"code_verifier":"${verifier}"` };
    const exchanged = await run('', '', real, [exchange]);
    expect(exchanged.statuses).toEqual([200]);
    const { access_token } = JSON.parse(exchanged.output) as { access_token: string };
    // The one that was refreshed is good for nothing but logging out.
    const { statuses, output } = await run('', '', { $JWT: access_token }, [rest]);
    expect([statuses, output]).toEqual([[200, 200], expect.stringContaining('Session terminated successfully')]);
  });

  // The last one: from here on the Workspace is only read.
  test('docs/policies.md', async () => {
    const key = await keyOf(app, 'pk_sandbox_owner');
    const etag = await etagOf(key.token, '/api/v1/policies/12345');
    const real = { 'cuk_…': key.token, '"…"': etag, AbCdEfGhIjKlMnOpQrStUv: key.grantId };
    expect((await run('docs/policies.md', 'Over REST', real)).statuses).toEqual([200, 200]);
    const { statuses, output } = await run('docs/policies.md', 'What would be decided', real);
    expect([statuses, output]).toEqual([[200], expect.stringContaining('refuse')]);
  });
});

/** Runs what a page shows for browsers, with what a browser has. @returns what is told of the tools */
function inBrowser(heading: string, has: Readonly<Record<string, unknown>>): Promise<unknown> {
  const [code = ''] = shown('docs/connecting.md', heading, 'js');
  const body = code.replace('wss://clickup.example.com', app.url.replace('http', 'ws'));
  return new Promise((resolve, reject) => {
    const console = { log: resolve, error: reject };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what the page says is what is tried
    new Function(
      ...Object.keys(has),
      'console',
      'heard',
      body.replace('const message = JSON.parse(data);', '$& heard(message);'),
    )(
      ...Object.values(has),
      console,
      (message: { id: number; result?: unknown }) => message.id === 1 && resolve(message.result),
    );
  });
}

test('docs/connecting.md: SSE in a browser', async () => {
  const streams: EventSource[] = [];
  class Opened extends EventSource {
    constructor(url: string) {
      super(url);
      streams.push(this);
    }
  }
  const { jwt_token: key } = await new JwtLogin(app).signIn();
  expect(await inBrowser('The older transport: SSE', { EventSource: Opened, key })).toHaveProperty('tools');
  for (const stream of streams) stream.close();
});

test('docs/connecting.md: WebSocket in a browser', async () => {
  const sockets: WebSocket[] = [];
  class Opened extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  expect(await inBrowser('WebSocket', { WebSocket: Opened, token: owner.token })).toHaveProperty('tools');
  for (const socket of sockets) socket.close();
});
