import { hash } from 'node:crypto';

/** Block of SHA-256, in bytes, and how long what it makes is. */
const [BLOCK, LENGTH] = [64, 32];
/** So many bytes of text fit without another buffer. */
const ROOM = 4_096;

/**
 * HMAC-SHA-256 (RFC 2104) by one key, of bytes and a text after them. The same as `createHmac`, which makes an object for each that takes
 * as long as the hashing: a chain has one for each event, and whoever verifies it makes them all again.
 */
export class Mac {
  private readonly outer = Buffer.alloc(BLOCK + LENGTH);
  private inner = Buffer.alloc(BLOCK + LENGTH + ROOM);

  /** @param key at most 64 bytes */
  constructor(key: Buffer) {
    for (let at = 0; at < BLOCK; at += 1) {
      const byte = key[at] ?? 0;
      this.inner[at] = byte ^ 0x36;
      this.outer[at] = byte ^ 0x5c;
    }
  }

  /** The MAC of the bytes and the text together. */
  of(bytes: Buffer, text: string): Buffer {
    this.outer.write(this.hexOfInner(bytes, text), BLOCK, 'hex');
    // A text that is made into bytes is made in less time than the bytes themselves.
    return Buffer.from(hash('sha256', this.outer, 'hex'), 'hex');
  }

  private hexOfInner(bytes: Buffer, text: string): string {
    const from = BLOCK + bytes.length;
    // Each unit of a text is three bytes at most.
    if (from + 3 * text.length > this.inner.length) {
      const larger = Buffer.alloc(from + 3 * text.length);
      this.inner.copy(larger, 0, 0, BLOCK);
      this.inner = larger;
    }
    this.inner.set(bytes, BLOCK);
    return hash('sha256', this.inner.subarray(0, from + this.inner.write(text, from)), 'hex');
  }
}
