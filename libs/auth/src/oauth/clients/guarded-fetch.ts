import { isPublicAddress } from '#libs/core';
import { type LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, fetch } from 'undici';

/** What a test replaces, because it has no public network. */
export interface Network {
  resolve: (host: string) => Promise<LookupAddress[]>;
  isPublic: (address: string) => boolean;
  /** PEM of a certificate authority to trust instead of the system's. */
  ca?: string;
}

const INTERNET: Network = { resolve: (host) => lookup(host, { all: true, verbatim: true }), isPublic: isPublicAddress };
const TIMEOUT_MS = 5000;
const MAX_BYTES = 5 * 1024;

/** A JSON document as it came. */
interface Fetched {
  text: string;
  /** The headers that say how long it may be kept. */
  caching: Record<string, string>;
}

/**
 * Fetches small public JSON documents whose URL a stranger chose (CIMD section 6, RFC 6890): https only, to public addresses only, without
 * following redirects, within 5 seconds and 5 kB. The address is judged where the socket is made, so a name cannot be rebound in between.
 */
export class GuardedFetch {
  private readonly agent: Agent;

  constructor(private readonly network: Network = INTERNET) {
    this.agent = new Agent({
      pipelining: 0,
      maxResponseSize: MAX_BYTES,
      maxHeaderSize: 16_384,
      connect: { lookup: this.lookup, ...(network.ca ? { ca: network.ca } : {}) },
    });
  }

  /** @throws Error for the log; its text is not for the outside, because it would tell what lies behind the firewall */
  async get(address: string): Promise<Fetched> {
    const url = new URL(address);
    if (url.protocol !== 'https:') throw new Error('not https');
    // An IP address is not looked up, so `lookup` would not judge it.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) && !this.network.isPublic(literal)) throw new Error('not a public address');
    const response = await fetch(url, {
      dispatcher: this.agent,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'clickup-mcp-gateway' },
    });
    if (response.status !== 200 || !isJson(response.headers.get('content-type'))) {
      await response.body?.cancel();
      throw new Error(`no JSON document: status ${response.status}`);
    }
    return { text: await bounded(response.body), caching: cachingHeaders(response.headers) };
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  /** One private address among many is enough to refuse: a name that has both is an attempt. */
  private readonly lookup: LookupFunction = (host, { all }, done) => {
    this.network.resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        if (!first || !addresses.every(({ address }) => this.network.isPublic(address)))
          return done(new Error('not a public address'), '');
        if (all) return done(null, addresses);
        done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    );
  };
}

const isJson = (type: string | null) => /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type ?? '');

async function bounded(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error('too large');
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}

function cachingHeaders(headers: { get(name: string): string | null }): Record<string, string> {
  return Object.fromEntries(
    ['cache-control', 'expires'].flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
