import { Client } from 'pg';
import { gzipSync } from 'node:zlib';
import { MESSAGE_ENDS } from '#libs/billing';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey, OTHER, OWNER } from '../support/connect.js';
import { freePort } from '../support/free-port.js';
import { JwtLogin, SIGN_IN } from '../support/jwt-login.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { query } from '../support/postgres.js';
import { rawRequest } from '../support/raw-http.js';
import { billingBy, eventOf, PRICE, signatureOf, STRIPE_SECRETS, StripeImitation } from '../support/stripe.js';

const LIST = '90144360426';
const TOKEN = 'a-token-for-the-collector';
const [BACK, CANCELLED] = ['https://app.example/success', 'https://app.example/cancelled'];
const [COMPLETED, PAID, FAILED, DELETED] = [
  'checkout.session.completed',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
  'customer.subscription.deleted',
];
/** The figures of the product. */
const FIGURES = { MCP_RATE_LIMIT_PER_MINUTE: '', MCP_RATE_LIMIT_PER_HOUR: '', MCP_RATE_LIMIT_PER_DAY: '' };
jest.setTimeout(120_000);

const send = async (app: TestApp, path: string, body: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(app.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, body: JSON.parse((await answer.text()) || '{}') };
};
const deliver = (app: TestApp, event: string, signature = signatureOf(event)) =>
  send(app, '/stripe/webhook', event, {
    'content-type': 'application/json; charset=utf-8',
    'stripe-signature': signature,
  });
const checkout = (
  app: TestApp,
  token: string | undefined,
  body: unknown = { return_url: BACK, cancel_url: CANCELLED },
) => send(app, '/stripe/create-checkout', body, token === undefined ? {} : { authorization: `Bearer ${token}` });
const ping = (app: TestApp, token: string) =>
  send(app, '/mcp', { jsonrpc: '2.0', id: 1, method: 'ping' }, { authorization: `Bearer ${token}` });
const limitOf = async (app: TestApp, token: string) => (await ping(app, token)).headers.get('x-ratelimit-limit');
const bulk = (app: TestApp, token: string, more: object = {}) =>
  callTool(app.url, token, 'bulk_create_tasks', { list_id: LIST, tasks: [{ name: 'One' }, { name: 'Two' }], ...more });
const until = async (holds: () => Promise<boolean> | boolean) => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const codeOf = (result: any): string | undefined => result._meta?.error?.code;

describe('without billing', () => {
  let app: TestApp;
  beforeAll(async () => (app = await startTestApp({ env: { METRICS_TOKEN: TOKEN, MCP_RATE_LIMIT_PER_MINUTE: '3' } })));
  afterAll(() => app.close());

  test.each([
    ['POST', '/stripe/create-checkout'],
    ['POST', '/stripe/webhook'],
    ['GET', '/stripe/webhook'],
    ['DELETE', '/stripe/create-checkout'],
    ['OPTIONS', '/stripe/create-checkout'],
  ])('%s %s is answered as a path that never was', async (method, path) => {
    const ask = (at: string) => rawRequest(app.url, method, at, { 'Content-Type': 'application/json' }, '{}');
    const told = ({ status, headers, json }: Awaited<ReturnType<typeof ask>>) => {
      const { 'x-request-id': _, date: __, ...rest } = headers;
      return { status, rest, json };
    };
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(told(answer)).toEqual(told(await ask('/stripe/nothing-here')));
  });

  test('everything is everybody’s, and nothing tells of tiers', async () => {
    const { token } = await apiKey(app.gateway);
    expect(codeOf(await bulk(app, token))).toBeUndefined();
    await ping(app, token);
    await ping(app, token);
    const refused = await ping(app, token);
    expect(refused.status).toBe(429);
    expect(Object.keys(refused.body.error.details)).toEqual(['limit', 'remaining', 'reset_at', 'reset_in_seconds']);
    const collected = await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await collected.text()).not.toContain('stripe');
    const page = await fetch(app.url, { headers: { accept: 'text/html' } });
    expect(await page.text()).not.toMatch(/premium|stripe|billing/i);
  });
});

describe('with billing, on two replicas', () => {
  let stripe: StripeImitation;
  let first: TestApp;
  let second: TestApp;
  let env: Record<string, string>;
  beforeAll(async () => {
    stripe = await new StripeImitation().start();
    env = {
      ...billingBy(stripe),
      ...FIGURES,
      ...SIGN_IN,
      METRICS_TOKEN: TOKEN,
      REDIRECT_URI_ALLOWLIST: `${BACK},${CANCELLED}`,
    };
    // Both have the address of the first; the second is called at its own.
    const [port, others] = [String(await freePort()), String(await freePort())];
    env.BASE_URL = `http://127.0.0.1:${port}`;
    first = await startTestApp({ env: { ...env, PORT: port } });
    second = await beside({ PORT: others });
  });
  /** A further replica. */
  const beside = async (more: Record<string, string>): Promise<TestApp> => ({
    ...(await startTestApp({ env: { ...env, ...more }, beside: first })),
    url: `http://127.0.0.1:${more.PORT}`,
  });
  afterAll(async () => {
    await second?.close();
    await first?.close();
    await stripe?.close();
  });

  let people = 0;
  /** Somebody who has never been here. */
  const somebody = async () => {
    const id = String(70_000 + (people += 1));
    const { token } = await apiKey(first.gateway, { ...OWNER, person: { id, name: 'Somebody' } });
    return { id, token };
  };
  /** Somebody who is a customer of Stripe's. */
  const customer = async (app = first) => {
    const person = await somebody();
    expect((await checkout(app, person.token)).status).toBe(200);
    return { ...person, customer: await customerOf(person.id) };
  };
  const customerOf = async (id: string) =>
    (
      await query<{ customer_id: string }>(
        first.databaseUrl,
        'SELECT customer_id FROM subscribers WHERE person_id = $1',
        [id],
      )
    )[0]!.customer_id;
  const settled = () =>
    until(
      async () =>
        (await query(first.databaseUrl, 'SELECT FROM subscribers WHERE wanted > answered AND customer_id IS NOT NULL'))
          .length === 0,
    );
  const stored = async () => (await query(first.databaseUrl, 'SELECT FROM stripe_events')).length;
  const became = async () => {
    const counts = new Map<string, number>();
    for (const app of [first, second]) {
      const answer = await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
      for (const [, end, count] of (await answer.text()).matchAll(
        /^gateway_stripe_messages_total\{became="(\w+)"\} (\d+)/gm,
      ))
        counts.set(end!, (counts.get(end!) ?? 0) + Number(count));
    }
    return counts;
  };

  test('SEC-205, SEC-249: from free to premium and back, as S3 has it, with a JWT', async () => {
    const { jwt_token: token } = await new JwtLogin(first).signIn();
    expect(await limitOf(first, token)).toBe('100');
    const sent = first.sandbox.stats().requests;
    const refused = await bulk(first, token);
    expect(refused).toMatchObject({ isError: true, _meta: { error: { code: 'premium_required', details: {} } } });
    expect(refused.content[0].text).toMatch(/^Error: Tool requires Premium tier\n/);
    expect(
      codeOf(
        await callTool(first.url, token, 'call_write_operation', {
          operation: 'bulk_update_tasks',
          args: { tasks: [] },
        }),
      ),
    ).toBe('premium_required');
    expect(first.sandbox.stats().requests).toBe(sent);
    expect(codeOf(await callTool(first.url, token, 'create_task', { list_id: LIST, name: 'One' }))).toBeUndefined();

    const answer = await checkout(first, token);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      success: true,
      checkout_url: expect.stringMatching(/^http:.*\/pay\/cs_test_/),
      session_id: expect.stringMatching(/^cs_test_/),
    });
    const { body } = stripe.asked.at(-1)!;
    const { customer: id = '', ...rest } = Object.fromEntries(body);
    expect(rest).toEqual({
      mode: 'subscription',
      'line_items[0][price]': PRICE,
      'line_items[0][quantity]': '1',
      success_url: BACK,
      cancel_url: CANCELLED,
    });

    stripe.subscribe(id);
    expect(await limitOf(second, token)).toBe('100');
    expect(await deliver(first, eventOf(COMPLETED, id))).toMatchObject({ status: 200, body: { received: true } });
    await until(async () => (await limitOf(second, token)) === '500');
    expect(codeOf(await bulk(second, token))).toBeUndefined();
    expect(await checkout(second, token)).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden', details: { reason: 'already premium' } } },
    });
    // Someone who has used more than the free tier has, and then is on it, has nothing left, and not less.
    for (let at = 0; at < 110; at += 1) await ping(second, token);
    for (const [type, status, limit] of [
      [FAILED, 'past_due', '100'],
      [PAID, 'active', '500'],
      [FAILED, 'unpaid', '100'],
      [PAID, 'trialing', '500'],
      [DELETED, 'canceled', '100'],
    ] as const) {
      stripe.subscribe(id, status);
      await deliver(second, eventOf(type, id));
      await until(async () => (await limitOf(first, token)) === limit);
      await until(async () => (await limitOf(second, token)) === limit);
      const { headers } = await ping(second, token);
      const remaining = Number(headers.get('x-ratelimit-remaining'));
      expect(limit === '100' ? remaining === 0 : remaining > 0).toBe(true);
    }
    const over = await ping(second, token);
    expect(over).toMatchObject({
      status: 429,
      body: {
        error: {
          code: 'rate_limited',
          details: { limit: 100, upgrade_url: `${env.BASE_URL}/stripe/create-checkout` },
        },
      },
    });
    // Where one goes who has nothing left is not counted.
    expect((await checkout(second, token)).status).toBe(200);
  });

  test('SEC-205: what was shown on the premium tier cannot be confirmed on the free one', async () => {
    const person = await customer();
    stripe.subscribe(person.customer);
    await deliver(first, eventOf(COMPLETED, person.customer));
    await until(async () => (await limitOf(first, person.token)) === '500');
    const tasks = Array.from({ length: 30 }, (_, at) => ({ name: `Task ${at}` }));
    const shown = await bulk(first, person.token, { tasks });
    const { confirm_token } = shown.structuredContent;
    expect(confirm_token).toEqual(expect.any(String));
    stripe.subscribe(person.customer, 'past_due');
    await deliver(first, eventOf(FAILED, person.customer));
    await until(async () => (await limitOf(first, person.token)) === '100');
    const sent = first.sandbox.stats().requests;
    expect(codeOf(await callTool(first.url, person.token, 'confirm_change', { confirm_token }))).toBe(
      'premium_required',
    );
    expect(first.sandbox.stats().requests).toBe(sent);
  });

  test('keys of the operator are on the premium tier, and cannot subscribe', async () => {
    expect(await limitOf(first, WRITE_KEY)).toBe('500');
    expect(codeOf(await bulk(first, WRITE_KEY))).toBeUndefined();
    expect(await checkout(first, WRITE_KEY)).toMatchObject({
      status: 403,
      body: { error: { details: { reason: 'kind of credential' } } },
    });
  });

  test.each([
    ['http', { return_url: 'http://app.example/success', cancel_url: CANCELLED }, 'return_url'],
    ['loopback', { return_url: 'http://127.0.0.1:9/', cancel_url: CANCELLED }, 'return_url'],
    ['not listed', { return_url: BACK, cancel_url: 'https://evil.example/' }, 'cancel_url'],
    ['nearly listed', { return_url: `${BACK}.evil.example`, cancel_url: CANCELLED }, 'return_url'],
    [
      'a name before the host',
      { return_url: 'https://app.example@evil.example/success', cancel_url: CANCELLED },
      'return_url',
    ],
    ['a script', { return_url: 'javascript:alert(1)', cancel_url: CANCELLED }, 'return_url'],
    ['missing', { return_url: BACK }, 'cancel_url'],
    ['no text', { return_url: [BACK], cancel_url: CANCELLED }, 'return_url'],
    ['a field too many', { return_url: BACK, cancel_url: CANCELLED, price: 'price_other' }, 'price'],
  ])('a checkout whose URL is %s is refused, and Stripe asked nothing', async (_, body, parameter) => {
    const asked = stripe.asked.length;
    expect(await checkout(first, (await somebody()).token, body)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_parameters', details: { parameter } } },
    });
    expect(stripe.asked).toHaveLength(asked);
  });

  test('a checkout needs a credential; of several that one person opens, on any replica, the last is open', async () => {
    expect((await checkout(first, undefined)).status).toBe(401);
    const { id, token } = await somebody();
    const [one, other] = await Promise.all([checkout(first, token), checkout(second, token)]);
    expect([one.status, other.status]).toEqual([200, 200]);
    const last = await checkout(second, token);
    const mine = await customerOf(id);
    const sessions = [...stripe.sessions.values()].filter(({ customer }) => customer === mine);
    expect(sessions.filter(({ status }) => status === 'open').map(({ id }) => id)).toEqual([last.body.session_id]);
    expect(sessions).toHaveLength(3);
  });

  test('a customer whom Stripe does not know any more is made again', async () => {
    const { id, token, customer: before } = await customer();
    stripe.forget(before);
    expect((await checkout(first, token)).status).toBe(200);
    expect(await customerOf(id)).not.toBe(before);
    expect(stripe.customers.has(await customerOf(id))).toBe(true);
  });

  test('who has paid without a message that arrived is on the premium tier when they ask to pay again', async () => {
    const { token, customer: id } = await customer();
    stripe.addSubscription(id, 'canceled');
    stripe.addSubscription(id, 'active');
    expect((await checkout(first, token)).status).toBe(403);
    expect(await limitOf(first, token)).toBe('500');
  });

  test.each([
    ['SEC-263: signed 301 s ago', (event: string) => signatureOf(event, { ageSeconds: 301 })],
    ['SEC-263: signed in the future', (event: string) => signatureOf(event, { ageSeconds: -400 })],
    ['another secret', (event: string) => signatureOf(event, { secret: 'whsec_another' })],
    ['another body', (event: string) => signatureOf(event.replace('event', 'tneve'))],
    ['no signature', () => ''],
    ['an older scheme', (event: string) => signatureOf(event).replace('v1=', 'v0=')],
    ['two moments', (event: string) => `t=1,${signatureOf(event)}`],
    ['no moment', (event: string) => signatureOf(event).replace(/^t=\d+,/, '')],
  ])('%s: 400, and nothing is stored', async (_, sign) => {
    const before = await stored();
    const event = eventOf(PAID, (await customer()).customer);
    const answer = await deliver(first, event, sign(event));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_parameters', details: {} } } });
    expect(await stored()).toBe(before);
  });

  test.each([[290], [-290]])('SEC-263: a signature of %i s ago is taken', async (ageSeconds) => {
    const event = eventOf(PAID, (await customer()).customer);
    expect((await deliver(first, event, signatureOf(event, { ageSeconds }))).status).toBe(200);
  });

  test('SEC-265: whatever comes first, the tier is what Stripe says in the end', async () => {
    const [late, early] = [await customer(), await customer()];
    stripe.subscribe(late.customer, 'active');
    for (const [app, type] of [
      [first, DELETED],
      [second, COMPLETED],
      [first, FAILED],
    ] as const)
      await deliver(app, eventOf(type, late.customer));
    stripe.subscribe(early.customer, 'canceled');
    for (const type of [DELETED, COMPLETED, PAID]) await deliver(second, eventOf(type, { id: early.customer }));
    await settled();
    expect(await limitOf(second, late.token)).toBe('500');
    expect(await limitOf(first, early.token)).toBe('100');
  });

  test('SEC-265: an answer of Stripe that is slow does not replace a later one', async () => {
    const { token, customer: id } = await customer();
    stripe.subscribe(id, 'canceled');
    const held = stripe.hold();
    await deliver(first, eventOf(DELETED, id));
    await until(() => held.count() === 1);
    stripe.subscribe(id, 'active');
    await deliver(second, eventOf(COMPLETED, id));
    // The person asks as well, of the other replica, before the first has its answer.
    const asks = checkout(second, token);
    await until(() => held.count() === 2);
    held.release();
    expect((await asks).status).toBe(403);
    await settled();
    expect(await limitOf(first, token)).toBe('500');
    expect(await limitOf(second, token)).toBe('500');
  });

  test.each([
    ['SEC-267: of another account', 'other_account', PAID, { account: 'acct_other' }],
    ['SEC-267: of another mode', 'other_mode', PAID, { livemode: true }],
    ['SEC-267: of an unknown type', 'other_type', 'invoice.created', {}],
    ['SEC-267: of an unknown customer', 'unknown_customer', PAID, { data: { object: { customer: 'cus_unknown' } } }],
    ['SEC-267: of no customer', 'unknown_customer', PAID, { data: { object: { customer: null } } }],
    ['SEC-267: without an object', 'unknown_customer', PAID, { data: undefined }],
  ])('%s: 200, ignored and counted', async (_, end, type, more) => {
    const { token, customer: id } = await customer();
    stripe.subscribe(id);
    const [counted, before, asked] = [await became(), await stored(), stripe.asked.length];
    expect((await deliver(first, eventOf(type, id, more))).status).toBe(200);
    expect((await became()).get(end)).toBe((counted.get(end) ?? 0) + 1);
    expect(MESSAGE_ENDS).toContain(end);
    expect(await stored()).toBe(before);
    expect(stripe.asked).toHaveLength(asked);
    expect(await limitOf(first, token)).toBe('100');
  });

  test('a message that is repeated, to any replica, is taken once', async () => {
    const { token, customer: id } = await customer();
    stripe.subscribe(id);
    const before = await stored();
    const event = eventOf(COMPLETED, id);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => deliver(at % 2 ? first : second, event)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    await settled();
    expect(await stored()).toBe(before + 1);
    expect(stripe.timesAsked(id)).toBe(1);
    expect(await limitOf(first, token)).toBe('500');
  });

  test.each([
    ['SEC-269: 5 MB', 413, 'payload_too_large', 'x'.repeat(5 << 20), {}],
    [
      'SEC-269: 5 MB as gzip',
      415,
      'unsupported_media_type',
      gzipSync('x'.repeat(5 << 20)),
      { 'content-encoding': 'gzip' },
    ],
    [
      'SEC-269: gzip that is larger than what is read',
      413,
      'payload_too_large',
      Buffer.alloc(300 << 10, 1),
      { 'content-encoding': 'gzip' },
    ],
    ['another type', 415, 'unsupported_media_type', 'x', { 'content-type': 'text/plain' }],
    ['a form', 415, 'unsupported_media_type', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['nothing', 400, 'invalid_parameters', '', {}],
  ])('a body that is %s: %i', async (_, status, code, body, headers) => {
    const answer = await send(first, '/stripe/webhook', body, { 'stripe-signature': signatureOf('x'), ...headers });
    expect(answer).toMatchObject({ status, body: { error: { code } } });
  });

  test('what is signed and no JSON is refused; other methods are not there', async () => {
    expect((await deliver(first, 'no JSON')).status).toBe(400);
    const answer = await rawRequest(first.url, 'GET', '/stripe/webhook', {});
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  });

  test('the database away: 503, so that Stripe repeats it, and then it counts', async () => {
    const { token, customer: id } = await customer();
    const proxy = await startPostgresProxy(first.databaseUrl);
    const third = await beside({ DATABASE_URL: proxy.url, PORT: String(await freePort()) });
    const { port } = new URL(proxy.url);
    stripe.subscribe(id);
    const event = eventOf(COMPLETED, id);
    await proxy.close();
    const refused = await deliver(third, event);
    expect([refused.status, refused.body.error.code]).toEqual([503, 'unavailable']);
    expect(refused.headers.get('retry-after')).toBe('5');
    const again = await startPostgresProxy(first.databaseUrl, Number(port));
    await until(async () => (await deliver(third, event)).status === 200);
    await until(async () => (await limitOf(first, token)) === '500');
    await third.close();
    await again.close();
  });

  test('Stripe away: a message is taken and a checkout refused; another process asks when the first has not', async () => {
    const { token, customer: id } = await customer();
    const stranger = await somebody();
    stripe.subscribe(id);
    stripe.away = true;
    expect((await deliver(first, eventOf(COMPLETED, id))).status).toBe(200);
    expect(await checkout(second, stranger.token)).toMatchObject({
      status: 503,
      body: { error: { code: 'unavailable', details: { reason: 'stripe' } } },
    });
    await until(() => first.log().includes('cannot ask Stripe for subscriptions'));
    stripe.away = false;
    // As if the minute was over for which the first has it.
    await query(
      first.databaseUrl,
      `UPDATE subscribers SET taken_until = now() - interval '1 second' WHERE wanted > answered`,
    );
    const third = await beside({ PORT: String(await freePort()) });
    await until(async () => (await limitOf(second, token)) === '500');
    await third.close();
  });

  test('Fault 52: a burst of 1,000 messages, the database slow: none is answered before it is stored, none is lost', async () => {
    const customers = await Promise.all(Array.from({ length: 20 }, () => customer()));
    const before = await stored();
    const events = Array.from({ length: 1_000 }, (_, at) => eventOf(PAID, customers[at % 20]!.customer));
    for (const { customer: id } of customers) stripe.subscribe(id);
    const lock = new Client({ connectionString: first.databaseUrl });
    await lock.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE stripe_events IN ACCESS EXCLUSIVE MODE');
    const statuses: number[] = [];
    const post = async (event: string, at: number) => {
      const { status } = await deliver(at % 2 ? first : second, event);
      statuses.push(status);
      return status;
    };
    const begun = events.slice(0, 20).map(post);
    await lock.query('SELECT pg_sleep(0.5)');
    expect(statuses).toEqual([]);
    await lock.query('COMMIT');
    await lock.end();
    await Promise.all(begun);
    // As Stripe does: what is not answered with 200 comes again.
    const rest = events.slice(20);
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        for (let event = rest.pop(); event !== undefined; event = rest.pop())
          for (let at = 0; (await post(event, at)) !== 200;) at += 1;
      }),
    );
    expect(await stored()).toBe(before + 1_000);
    await settled();
    const limits = await Promise.all(customers.map(({ token }, at) => limitOf(at % 2 ? first : second, token)));
    expect(limits).toEqual(Array(20).fill('500'));
  });

  test('nothing of Stripe is in the log: no key, no customer; Stripe is told nothing of ClickUp', () => {
    const log = first.log() + second.log();
    for (const secret of [...STRIPE_SECRETS, ...stripe.customers, ...stripe.sessions.keys()])
      expect(log.includes(secret)).toBe(false);
    const told = stripe.asked
      .map(({ path, body, headers }) => `${path} ${body.toString()} ${JSON.stringify(headers)}`)
      .join('\n');
    for (const word of ['Lovelace', 'Somebody', 'acme.example', 'pk_sandbox', 'cuk_', OTHER.workspaceId])
      expect(told).not.toContain(word);
  });
});
