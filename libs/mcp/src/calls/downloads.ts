import { AppError, type Network, NotFetched, PublicFetch } from '#libs/core';
import { type Download } from '#libs/tools';

const MAX_BYTES = 8 << 20;
const LIMITS = { timeoutMs: 20_000, maxBytes: MAX_BYTES, redirects: 3, accept: '*/*' };
/** Each is held in memory until it has been sent on. */
const AT_ONCE = 8;

const WHY: Record<NotFetched['reason'], string> = {
  not_https:
    'it is no https address. Only files at public https addresses are fetched; give the content as text or base64 instead.',
  not_public: 'it is not at a public address. Give the content as text or base64 instead.',
  too_large: `it is larger than ${MAX_BYTES >> 20} MiB. Attach it in ClickUp itself, or put its URL into a comment.`,
  redirects: 'it redirects too often. Give the address that it leads to.',
  failed:
    'its server did not answer as it should, or not in time. Check the address, or give the content as text or base64.',
};

const refused = (why: string, cause?: unknown) =>
  new AppError('invalid_parameters', `url: the file could not be fetched: ${why}`, {
    details: { parameter: 'url' },
    cause,
  });

/** Files that callers want fetched: from public https addresses only, at most 8 MiB, redirects judged like the first address. */
export class Downloads {
  private readonly fetch: PublicFetch;
  private underWay = 0;

  constructor(network?: Network) {
    this.fetch = new PublicFetch(LIMITS, network);
  }

  /** @throws AppError `invalid_parameters` naming `url`, without a word of what lies behind the firewall; `unavailable` */
  async file(url: string): Promise<Download> {
    if (this.underWay >= AT_ONCE) throw new AppError('unavailable', 'Too many files are being fetched at this moment.');
    this.underWay++;
    try {
      const { status, header, bytes } = await this.fetch.get(url);
      if (status !== 200) throw refused(`its server answered with status ${status}. It has to be open to everybody.`);
      return { bytes, type: /^[\w.+-]{1,64}\/[\w.+-]{1,64}(?=\s*(?:;|$))/.exec(header('content-type') ?? '')?.[0] };
    } catch (thrown) {
      throw thrown instanceof NotFetched ? refused(WHY[thrown.reason], thrown.cause) : thrown;
    } finally {
      this.underWay--;
    }
  }

  close(): Promise<void> {
    return this.fetch.close();
  }
}
