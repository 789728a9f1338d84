import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from './errors.js';

/** Turns a small state into an opaque, signed string and back. */
export interface Sealer {
  seal(value: unknown): string;
  /** @throws AppError `invalid_parameters` when the string was not made by this key for this audience */
  open(sealed: string): unknown;
}

const MAC_BYTES = 16;

/**
 * Signed, not encrypted: who holds the string can read its content, but cannot change it or use it as another caller.
 * @param key 32 bytes, derived for this purpose
 * @param audience who and what it is for; a string sealed for one audience does not open for another
 * @param name what error messages call it, for example `cursor`
 */
export function sealer(key: Buffer, audience: string, name: string): Sealer {
  const mac = (body: Buffer) =>
    createHmac('sha256', key).update(audience).update('\0').update(body).digest().subarray(0, MAC_BYTES);
  const refuse = () =>
    new AppError(
      'invalid_parameters',
      `This ${name} is not valid here: pass one back unchanged, or leave it out to start again.`,
      { details: { parameter: name } },
    );
  return {
    seal(value) {
      const body = Buffer.from(JSON.stringify(value));
      return Buffer.concat([mac(body), body]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      const body = bytes.subarray(MAC_BYTES);
      // A second spelling of the same bytes is refused, so that one state has exactly one string.
      if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== sealed) throw refuse();
      if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(body))) throw refuse();
      return JSON.parse(body.toString()) as unknown;
    },
  };
}
