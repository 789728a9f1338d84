import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import Stripe from 'stripe';

const SECRET_KEY = 'sk_test_imitation0123456789';
const WEBHOOK_SECRET = 'whsec_imitation0123456789';
export const PRICE = 'price_imitation';

/** The keys that lead a gateway to an imitation. */
export const billingBy = ({ url }: Pick<StripeImitation, 'url'>): Record<string, string> => ({
  STRIPE_SECRET_KEY: SECRET_KEY,
  STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  STRIPE_PRICE_ID: PRICE,
  STRIPE_API_URL: url,
});
/** The keys that switch billing on where Stripe is not asked anything. */
export const BILLED = billingBy({ url: 'http://127.0.0.1:9' });
export const STRIPE_SECRETS = [SECRET_KEY, WEBHOOK_SECRET];

interface Asked {
  method: string;
  path: string;
  body: URLSearchParams;
  headers: IncomingMessage['headers'];
}

const made = (prefix: string) => `${prefix}_${randomBytes(8).toString('hex')}`;
const missing = (what: string) => ({
  status: 404,
  body: { error: { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${what}` } },
});

/** As much of Stripe as the gateway asks: customers, checkouts and subscriptions, over HTTP, with its errors and idempotency keys. */
export class StripeImitation {
  url = '';
  readonly asked: Asked[] = [];
  /** Every request fails while it is true. */
  away = false;
  readonly customers = new Set<string>();
  readonly sessions = new Map<string, { id: string; customer: string; status: string; url: string | null }>();
  private readonly subscriptions = new Map<string, { id: string; status: string }[]>();
  private readonly repeated = new Map<string, object>();
  private held: { answers: (() => void)[] } | undefined;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, search } = new URL(request.url ?? '/', this.url);
      const body = new URLSearchParams(request.method === 'GET' ? search : Buffer.concat(chunks).toString());
      const { status, body: answer } = this.answer({
        method: request.method ?? '',
        path: pathname,
        body,
        headers: request.headers,
      });
      const send = () =>
        response
          .writeHead(status, { 'content-type': 'application/json', 'request-id': made('req') })
          .end(JSON.stringify(answer));
      if (this.held && pathname === '/v1/subscriptions') this.held.answers.push(send);
      else send();
    });
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Gives a customer one subscription, or changes its status. */
  subscribe(customer: string, status = 'active'): void {
    this.subscriptions.set(customer, [{ id: made('sub'), status }]);
  }

  addSubscription(customer: string, status: string): void {
    this.subscriptions.set(customer, [...(this.subscriptions.get(customer) ?? []), { id: made('sub'), status }]);
  }

  forget(customer: string): void {
    this.customers.delete(customer);
  }

  /** What is asked of subscriptions from now on is read, and answered when `release` is called. */
  hold(): { count: () => number; release: () => void } {
    const held = (this.held = { answers: [] as (() => void)[] });
    return {
      count: () => held.answers.length,
      release: () => {
        this.held = undefined;
        for (const send of held.answers.splice(0)) send();
      },
    };
  }

  /** How often it was asked for the subscriptions of a customer. */
  timesAsked(customer: string): number {
    return this.asked.filter(({ path, body }) => path === '/v1/subscriptions' && body.get('customer') === customer)
      .length;
  }

  private answer(asked: Asked): { status: number; body: object } {
    this.asked.push(asked);
    if (this.away) return { status: 500, body: { error: { type: 'api_error', message: 'away' } } };
    if (asked.headers.authorization !== `Bearer ${SECRET_KEY}`)
      return { status: 401, body: { error: { type: 'invalid_request_error', message: 'Invalid API Key' } } };
    const key = asked.headers['idempotency-key'];
    const before = typeof key === 'string' ? this.repeated.get(key) : undefined;
    if (before) return { status: 200, body: before };
    const answer = this.fresh(asked);
    if (typeof key === 'string' && answer.status === 200) this.repeated.set(key, answer.body);
    return answer;
  }

  private fresh({ method, path, body }: Asked): { status: number; body: object } {
    const ok = (answer: object) => ({ status: 200, body: answer });
    const customer = body.get('customer') ?? '';
    const expired = /^\/v1\/checkout\/sessions\/(\w+)\/expire$/.exec(path)?.[1];
    if (method === 'POST' && path === '/v1/customers') {
      const id = made('cus');
      this.customers.add(id);
      return ok({ id, object: 'customer' });
    }
    if (method === 'POST' && expired !== undefined) {
      const session = this.sessions.get(expired)!;
      return ok(Object.assign(session, { status: 'expired', url: null }));
    }
    if (!this.customers.has(customer)) return missing(`customer: '${customer}'`);
    if (method === 'POST') {
      if (body.get('line_items[0][price]') !== PRICE) return missing('price');
      const id = made('cs_test');
      const session = { id, object: 'checkout.session', customer, status: 'open', url: `${this.url}/pay/${id}` };
      this.sessions.set(id, session);
      return ok({ ...session });
    }
    const data =
      path === '/v1/subscriptions'
        ? (this.subscriptions.get(customer) ?? [])
        : [...this.sessions.values()].filter(
            (each) => each.customer === customer && each.status === body.get('status'),
          );
    return ok({ object: 'list', data, has_more: false, url: path });
  }
}

interface EventOptions {
  id?: string;
  [field: string]: unknown;
}

/** An event as Stripe writes it; what it says of the object is not to be believed. */
export const eventOf = (type: string, customer: unknown, { id = made('evt'), ...more }: EventOptions = {}): string =>
  JSON.stringify({
    id,
    object: 'event',
    type,
    livemode: false,
    created: 1_700_000_000,
    data: { object: { id: made('in'), object: 'invoice', status: 'whatever it says', customer } },
    ...more,
  });

/** The header that Stripe sends with a body. */
export const signatureOf = (payload: string, { secret = WEBHOOK_SECRET, ageSeconds = 0 } = {}): string =>
  Stripe.webhooks.generateTestHeaderString({
    payload,
    secret,
    timestamp: Math.floor(Date.now() / 1000) - ageSeconds,
  });
