import { ROUTES } from '#libs/web';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { type Sandbox } from '../support/app.js';
import { sightings } from '../support/canaries.js';
import { FormBrowser, proofIn } from '../support/form-browser.js';
import { oddText, oddValue } from '../support/hostile.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { type Program, startProgram } from '../support/program.js';
import { type Dice, dice } from '../support/random-world.js';
import { raw } from '../support/raw-http.js';

/**
 * Every route of the table against the built program: forms, JSON, queries, paths and headers of the right structure, in parts
 * broken, and whole requests as bytes. FC_SEED repeats a run, and begins it with the exchange that a failure names; FUZZ_SECONDS
 * makes it longer. Secrets are planted in what is sent and what is configured: none may come back, or into the log.
 */
const SEED = Number(process.env.FC_SEED ?? Date.now() % 1_000_000_000);
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 15);
const HANGS_MS = 20_000;
const MASTER_KEY = 'c0ffee'.repeat(10) + '5eed';
const PLANTED = 'pk_7_PLANTED0CANARY0OF0THE0FUZZER00';
const REDIRECT = 'http://127.0.0.1:8765/callback';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

let database: TestDatabase;
let sandbox: Sandbox;
let program: Program;
let url: string;
/** What makes a request go further than its first check. */
let honest: Readonly<Record<string, readonly string[]>>;
let cookies: string;
beforeAll(async () => {
  [database, sandbox] = await Promise.all([testDatabase(), startSandbox({ tasks: 20 })]);
  program = startProgram({
    DATABASE_URL: database.url,
    MASTER_KEY,
    API_KEY_MODE: 'user_bound',
    CLICKUP_API_URL: sandbox.url,
    CLICKUP_API_TOKEN: 'pk_sandbox_owner',
    CLICKUP_CLIENT_ID: 'sandbox_client',
    CLICKUP_CLIENT_SECRET: 'sandbox_secret',
    CLICKUP_AUTHORIZE_URL: `${sandbox.url}/api`,
    LOG_LEVEL: 'trace',
  });
  url = await program.url;
  await begin();
});
afterAll(async () => {
  program.child.kill('SIGKILL');
  await program.exit;
  await Promise.all([database.drop(), sandbox.close()]);
});

/** A registered client, an authorization under way, the proof of a key, and the token of the forms. */
async function begin(): Promise<void> {
  // Pages are opened under the name that the gateway has for itself.
  const browser = new FormBrowser(url.replace('127.0.0.1', 'localhost'));
  const registered = await fetch(`${url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [REDIRECT], client_name: 'Fuzzer' }),
  });
  const { client_id } = (await registered.json()) as { client_id: string };
  await browser.get('/');
  const proof = proofIn(await browser.post('/key/credential', { clickup_key: 'pk_sandbox_owner' }));
  const asked = new URLSearchParams({
    client_id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'x',
  });
  const authorized = await browser.get(`/authorize?${asked.toString()}`);
  const uid = /\/connect\/([^/?]+)/.exec(authorized.location ?? '')?.[1] ?? '';
  cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  honest = {
    client_id: [client_id],
    redirect_uri: [REDIRECT],
    redirect_uris: [REDIRECT],
    proof: [proof],
    uid: [uid],
    grant: ['0'.repeat(22)],
    csrf: [browser.csrf],
    clickup_key: ['pk_sandbox_owner', 'pk_sandbox_guest', PLANTED],
    code: [PLANTED],
    refresh_token: [PLANTED],
    token: [PLANTED],
    client_secret: [PLANTED, ''],
    apiKey: [PLANTED],
    grant_type: ['authorization_code', 'refresh_token'],
    response_type: ['code'],
    code_challenge: [CHALLENGE],
    code_challenge_method: ['S256', 'plain'],
    code_verifier: [PLANTED, 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'],
    token_endpoint_auth_method: ['none', 'client_secret_basic'],
    client_name: ['Fuzzer'],
    client_uri: ['https://example.com/'],
    resource: [`${url}/mcp`],
    scope: ['read', 'read write', 'openid'],
    mode: ['read', 'write', 'selective'],
    limit: ['all', 'places'],
    workspace: ['12345', '67890'],
    place: ['list:90144360426', 'space:1'],
    toolset: ['tasks'],
    profile: ['core', 'full'],
    expires_days: ['7', ''],
    label: ['a key'],
    state: ['x'],
    file: ['style.css'],
  };
  expect([client_id, proof, uid, browser.csrf].map(Boolean)).toEqual([true, true, true, true]);
}

interface Exchange {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

const NAMES = () => Object.keys(honest);
const valueOf = (name: string, die: Dice): string =>
  die.chance(0.75) ? die.pick(honest[name] ?? ['x']) : oddText(die);

/** Fields of a form or query: some that are known, some twice, now and then one that nobody knows. */
function fields(die: Dice): [string, string][] {
  const given = NAMES()
    .filter(() => die.chance(0.4))
    .map((name): [string, string] => [name, valueOf(name, die)]);
  if (die.chance(0.9)) given.push(['csrf', honest.csrf![0]!]);
  if (die.chance(0.1) && given.length) given.push(die.pick(given));
  if (die.chance(0.1)) given.push([oddText(die), oddText(die)]);
  return given;
}

/** A part of a URL that no client library would let through is sent as bytes instead. */
const encoded = (text: string) => encodeURIComponent(wellFormed(text));
/** Half of a pair is no text that UTF-8 can carry. */
const wellFormed = (text: string) => Buffer.from(text).toString();

function exchange(die: Dice): Exchange {
  const [method = '', template = ''] = die.pick(Object.keys(ROUTES)).split(' ');
  const policy = ROUTES[`${method} ${template}`]!;
  const path = template.replace(/:(\w+)/g, (_, name: string) => encoded(valueOf(name, die)));
  const query = new URLSearchParams(
    die.chance(0.6) ? fields(die).map(([name, value]): [string, string] => [name, wellFormed(value)]) : [],
  ).toString();
  const headers: Record<string, string> = {
    // Each exchange comes from a network of its own: the ceilings per network have tests of their own.
    'x-forwarded-for': `100.${64 + die.below(64)}.${die.below(256)}.1`,
    ...(die.chance(0.8) ? { cookie: cookies } : { cookie: `${encoded(oddText(die))}=${encoded(oddText(die))}` }),
    ...(die.chance(0.3) ? { authorization: `${die.pick(['Bearer', 'Basic', ''])} ${PLANTED}` } : {}),
    ...(die.chance(0.2) ? { 'x-api-key': PLANTED } : {}),
    ...(die.chance(0.3) ? { origin: die.pick([url, 'https://claude.ai', 'null', 'https://evil.example']) } : {}),
    ...(die.chance(0.2) ? { 'accept-language': encoded(oddText(die)).slice(0, 500) } : {}),
    ...(die.chance(0.2) ? { accept: die.pick(['*/*', 'text/html', 'application/json', encoded(oddText(die))]) } : {}),
  };
  const asked = { method, path: path + (query && `?${query}`), headers };
  if (method === 'GET') return asked;
  const kind = die.chance(0.9) && policy.bodies.length ? die.pick(policy.bodies) : die.pick(['json', 'form'] as const);
  const given = fields(die);
  if (kind === 'form') {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    const body = new URLSearchParams(
      given.map(([name, value]): [string, string] => [name, wellFormed(value)]),
    ).toString();
    return { ...asked, body: die.chance(0.95) ? body : body.slice(0, die.below(body.length + 1)) };
  }
  headers['content-type'] = die.chance(0.95) ? 'application/json' : die.pick(['text/plain', 'application/json; x']);
  const object = Object.fromEntries(given.map(([name, value]) => [name, jsonOf(name, value, die)]));
  const body = JSON.stringify(die.chance(0.95) ? object : oddValue(die));
  return { ...asked, body: die.chance(0.95) ? body : body.slice(0, die.below(body.length + 1)) };
}

const jsonOf = (name: string, value: string, die: Dice): unknown =>
  die.chance(0.15) ? oddValue(die) : name === 'redirect_uris' ? [value] : value;

/** A request as bytes: lines and headers that no client library would send. */
function bytes(die: Dice): string {
  const { method, path, headers, body = '' } = exchange(die);
  const odd = () => wellFormed(oddText(die));
  const lines = Object.entries({ host: new URL(url).host, connection: 'close', ...headers }).map(
    ([name, value]) => `${die.chance(0.97) ? name : odd()}: ${die.chance(0.97) ? value : odd()}`,
  );
  const length = die.chance(0.9) ? Buffer.byteLength(body) : die.pick([-1, 0, 1, 1e9, 'x']);
  const target = die.chance(0.7) ? path : die.pick([`/${odd()}`, odd(), '*', `http://evil.example${path}`, '//', '/%']);
  const first = `${die.chance(0.9) ? method : odd()} ${target} HTTP/${die.chance(0.97) ? '1.1' : odd()}`;
  return `${first}\r\n${lines.join('\r\n')}\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

async function send(die: Dice): Promise<{ sent: unknown; status: number; answer: string }> {
  if (die.chance(0.15)) {
    const sent = bytes(die);
    // Where more is announced than comes, the server waits: that is right, and not waited for.
    const answer = await raw(url, sent, 300);
    return { sent, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0), answer };
  }
  const sent = exchange(die);
  const answer = await fetch(url + sent.path, {
    method: sent.method,
    headers: sent.headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(HANGS_MS),
    ...(sent.body === undefined ? {} : { body: sent.body }),
  });
  return { sent, status: answer.status, answer: JSON.stringify([...answer.headers]) + (await answer.text()) };
}

const SECRETS = () =>
  new Map(
    Object.entries({
      'master key': MASTER_KEY,
      'planted secret': PLANTED,
      'key of the server': 'pk_sandbox_owner',
      'secret of the app': 'sandbox_secret',
      'password of the database': new URL(database.url).password,
    }).map(([name, value]) => [name, new Set([value])]),
  );

test(
  `whatever is sent to whatever route: no failure of ours, no end, no secret (FC_SEED=${SEED})`,
  async () => {
    console.info(`fuzz-http: FC_SEED=${SEED}, ${SECONDS} seconds`);
    const [wrong, statuses]: [string[], Map<number, number>] = [[], new Map()];
    const end = performance.now() + SECONDS * 1000;
    let seed = SEED;
    for (; performance.now() < end && wrong.length < 10; seed += 1) {
      const die = dice(seed);
      const { sent, status, answer } = await send(die).catch((error: unknown) => ({
        sent: exchange(dice(seed)),
        status: -1,
        answer: String((error as Error).cause ?? error),
      }));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const found: string[] = [...sightings(SECRETS(), [['the answer', answer]])];
      if (status === -1) found.push(`no answer: ${answer}`);
      if (status >= 500 && status !== 503) found.push(`status ${status}: ${answer.slice(0, 400)}`);
      if (program.child.exitCode !== null) found.push(`the process ended: ${program.output().slice(-500)}`);
      wrong.push(...found.map((what) => `FC_SEED=${seed}: ${what}: ${JSON.stringify(sent).slice(0, 1500)}`));
      if (program.child.exitCode !== null) break;
    }
    console.info(`fuzz-http: ${seed - SEED} exchanges, by status: ${JSON.stringify(Object.fromEntries(statuses))}`);
    expect(wrong).toEqual([]);
    expect([...sightings(SECRETS(), [['the log', program.output()]])]).toEqual([]);
    expect(program.output()).not.toContain('nobody caught');
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  },
  (SECONDS + 60) * 1000,
);
