import { hash, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Purposes a key may be derived for: one key never serves two. */
type KeyPurpose =
  | 'vault'
  | 'kid'
  | 'audit'
  | 'audit-ids'
  | 'cursor'
  | 'confirm'
  | 'question'
  | 'pseudonym'
  | 'csrf'
  | 'state'
  | 'refresh'
  | 'creations'
  | 'inbound'
  | 'jwt'
  | 'rest-cursor';

/** A 32-byte key for one purpose (HKDF-SHA256, RFC 5869). */
export function deriveKey(master: Buffer, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `clickup-mcp/${purpose}`, 32));
}

/** SHA-256 of a high-entropy secret: how secrets are compared, stored and used as cache keys. */
export function sha256(secret: string): Buffer {
  // The one-shot function takes half the time of a Hash object, and hex with a conversion is faster than asking it for a Buffer.
  return Buffer.from(hash('sha256', secret), 'hex');
}

/** Compares two secrets; how long it takes does not tell where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}
