import { type Network, PublicFetch } from '#libs/core';

const LIMITS = { timeoutMs: 5000, maxBytes: 5 * 1024, redirects: 0, accept: 'application/json' };

/** A JSON document as it came. */
interface Fetched {
  text: string;
  /** The headers that say how long it may be kept. */
  caching: Record<string, string>;
}

/** Fetches the small public JSON documents of clients (CIMD section 6): without redirects, within 5 seconds and 5 kB. */
export class GuardedFetch {
  private readonly fetch: PublicFetch;

  constructor(network?: Network) {
    this.fetch = new PublicFetch(LIMITS, network);
  }

  /** @throws Error for the log; its text is not for the outside, because it would tell what lies behind the firewall */
  async get(address: string): Promise<Fetched> {
    const { status, header, bytes } = await this.fetch.get(address);
    if (status !== 200 || !isJson(header('content-type'))) throw new Error(`no JSON document: status ${status}`);
    const caching = ['cache-control', 'expires'].flatMap((name) => {
      const value = header(name);
      return value === undefined ? [] : [[name, value]];
    });
    return {
      text: new TextDecoder('utf-8', { fatal: true }).decode(bytes),
      caching: Object.fromEntries(caching) as Record<string, string>,
    };
  }

  close(): Promise<void> {
    return this.fetch.close();
  }
}

const isJson = (type: string | undefined) => /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type ?? '');
