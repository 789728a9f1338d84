import { type LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, fetch } from 'undici';
import { isPublicAddress } from './network.js';

/** What a test replaces, because it has no public network. */
export interface Network {
  resolve: (host: string) => Promise<LookupAddress[]>;
  isPublic: (address: string) => boolean;
  /** PEM of a certificate authority to trust instead of the system's. */
  ca?: string;
  /** Where servers listen instead of at the port of the address. */
  port?: number;
}

const INTERNET: Network = { resolve: (host) => lookup(host, { all: true, verbatim: true }), isPublic: isPublicAddress };

export interface FetchLimits {
  /** For everything together: name, connection, redirects and body. */
  timeoutMs: number;
  maxBytes: number;
  /** How many redirects are followed, each judged like the first address. */
  redirects: number;
  /** Media types, as the `Accept` header says them. */
  accept: string;
}

export interface PublicAnswer {
  status: number;
  header: (name: string) => string | undefined;
  /** Empty unless the status is 200. */
  bytes: Buffer;
}

/** Why something was not fetched, in words that may be shown: they tell nothing of what lies behind the firewall. */
export class NotFetched extends Error {
  constructor(
    readonly reason: 'not_https' | 'not_public' | 'too_large' | 'redirects' | 'failed',
    cause?: unknown,
  ) {
    super(reason, { cause });
  }
}

/**
 * Fetches what a stranger chose the URL of (CWE-918, RFC 6890): https only, to public addresses only, bounded in time and size. The address
 * is judged where the socket is made, so a name cannot be rebound in between.
 */
export class PublicFetch {
  private readonly agent: Agent;

  constructor(
    private readonly limits: FetchLimits,
    private readonly network: Network = INTERNET,
  ) {
    const connect = { lookup: this.lookup, ...(network.ca ? { ca: network.ca } : {}) };
    const connector = buildConnector(connect);
    this.agent = new Agent({
      pipelining: 0,
      maxResponseSize: limits.maxBytes,
      maxHeaderSize: 16_384,
      connect:
        network.port === undefined
          ? connect
          : (options, done) => connector({ ...options, port: String(network.port) }, done),
    });
  }

  /** @throws NotFetched; its `cause` is for the log only */
  async get(address: string): Promise<PublicAnswer> {
    const signal = AbortSignal.timeout(this.limits.timeoutMs);
    let url = address;
    for (let left = this.limits.redirects; ; left--) {
      const answer = await this.ask(url, signal);
      const location = answer.header('location');
      if (answer.status < 300 || answer.status > 399 || location === undefined || this.limits.redirects === 0)
        return answer;
      if (left === 0) throw new NotFetched('redirects');
      url = URL.canParse(location, url) ? new URL(location, url).href : '';
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async ask(address: string, signal: AbortSignal): Promise<PublicAnswer> {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol !== 'https:') throw new NotFetched('not_https');
    // An IP address is not looked up, so `lookup` would not judge it.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) && !this.network.isPublic(literal)) throw new NotFetched('not_public');
    try {
      const { status, headers, body } = await fetch(url, {
        dispatcher: this.agent,
        redirect: 'manual',
        signal,
        headers: {
          accept: this.limits.accept,
          'accept-encoding': 'identity',
          'user-agent': 'clickup-mcp-gateway',
        },
      });
      const header = (name: string) => headers.get(name) ?? undefined;
      if (status === 200) return { status, header, bytes: await this.bounded(body) };
      await body?.cancel();
      return { status, header, bytes: Buffer.alloc(0) };
    } catch (thrown) {
      throw thrown instanceof NotFetched ? thrown : new NotFetched(reasonOf(thrown), thrown);
    }
  }

  private async bounded(body: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of body ?? []) {
      length += chunk.byteLength;
      if (length > this.limits.maxBytes) throw new NotFetched('too_large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** One private address among many is enough to refuse: a name that has both is an attempt. */
  private readonly lookup: LookupFunction = (host, { all }, done) => {
    this.network.resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        if (!first || !addresses.every(({ address }) => this.network.isPublic(address)))
          return done(new NotFetched('not_public'), '');
        if (all) return done(null, addresses);
        done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    );
  };
}

/** undici wraps what ended a request in errors of its own. */
function reasonOf(thrown: unknown): NotFetched['reason'] {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof NotFetched) return error.reason;
    if ((error as { code?: unknown }).code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'too_large';
  }
  return 'failed';
}
