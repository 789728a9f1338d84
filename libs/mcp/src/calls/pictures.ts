import { type Network, PublicFetch } from '#libs/core';

/** A redirect could lead anywhere, so none is followed. */
const LIMITS = {
  timeoutMs: 4_000,
  maxBytes: 1 << 20,
  redirects: 0,
  accept: 'image/png, image/jpeg, image/gif, image/webp',
};
/** Each is held in memory until it has been sent on. */
const AT_ONCE = 8;
/** Where ClickUp keeps the files of tasks: `t<Workspace>.p.clickup-attachments.com`. */
const HOST = /^(?:[\w-]+\.)+clickup-attachments\.com$/;

/** What a file begins with, whatever its name or its server says it is. A host refuses the whole answer for a picture that is none. */
const BEGINNINGS: readonly (readonly [mimeType: string, is: (bytes: Buffer) => boolean])[] = [
  ['image/png', (bytes) => bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))],
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))],
  ['image/gif', (bytes) => /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))],
  ['image/webp', (bytes) => /^RIFF[^]{4}WEBP/.test(bytes.toString('latin1', 0, 12))],
];

/** Pictures of tasks, from ClickUp's own file servers only and without any credential: at most 1 MiB and 4 seconds each. */
export class Pictures {
  private readonly fetch: PublicFetch;
  private underWay = 0;

  constructor(network?: Network) {
    this.fetch = new PublicFetch(LIMITS, network);
  }

  /** The picture in Base64; undefined where there is none to be had, for whatever reason: an answer never fails for want of it. */
  async get(url: string): Promise<{ data: string; mimeType: string } | undefined> {
    const { hostname, port } = URL.canParse(url) ? new URL(url) : { hostname: '', port: '' };
    if (!HOST.test(hostname) || port !== '' || this.underWay >= AT_ONCE) return undefined;
    this.underWay++;
    try {
      const { bytes } = await this.fetch.get(url);
      const mimeType = BEGINNINGS.find(([, is]) => is(bytes))?.[0];
      return mimeType === undefined ? undefined : { data: bytes.toString('base64'), mimeType };
    } catch {
      return undefined;
    } finally {
      this.underWay--;
    }
  }

  close(): Promise<void> {
    return this.fetch.close();
  }
}
