import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

export const ENCODINGS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };
export type Encoding = keyof typeof ENCODINGS;

/** What is sent, and which Content-Encoding announces it. */
interface Packed {
  bytes: Buffer;
  announced?: string;
}
const pack = (body: Buffer, encoding: Encoding) => ENCODINGS[encoding](body);

/** How a compressed answer is wrong; `none` is right. */
export const FLAWS = {
  none: (body, encoding) => ({ bytes: pack(body, encoding), announced: encoding }),
  /** Everything behind the first bytes is overwritten: Brotli has no checksum that would notice less. */
  broken: (body, encoding) => {
    const bytes = pack(body, encoding);
    return { bytes: bytes.fill(0xff, Math.min(2, bytes.length - 1)), announced: encoding };
  },
  /** Half of it, with the Content-Length of the half. */
  cut: (body, encoding) => {
    const bytes = pack(body, encoding);
    return { bytes: bytes.subarray(0, Math.floor(bytes.length / 2)), announced: encoding };
  },
  unannounced: (body, encoding) => ({ bytes: pack(body, encoding) }),
  /** Announced, but sent as it was. */
  not_compressed: (body, encoding) => ({ bytes: body, announced: encoding }),
  twice: (body, encoding) => ({ bytes: pack(pack(body, encoding), encoding), announced: `${encoding}, ${encoding}` }),
  unknown: (body, encoding) => ({ bytes: pack(body, encoding), announced: 'x-unknown' }),
} satisfies Record<string, (body: Buffer, encoding: Encoding) => Packed>;
export type Flaw = keyof typeof FLAWS;
