import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const [NONCE, TAG] = [12, 16];

/**
 * Seals the answer to a token so that only a client that presents the token again can have it: the key is made of ours and of the token,
 * of which the database holds only the SHA-256.
 * @returns base64url of `nonce(12) tag(16) ciphertext`
 */
export function sealAnswer(key: Buffer, token: string, text: string): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, keyOf(key, token), nonce, { authTagLength: TAG });
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Undefined when it was sealed under another key. */
export function openAnswer(key: Buffer, token: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE + TAG) return undefined;
  const decipher = createDecipheriv(ALGORITHM, keyOf(key, token), bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

const keyOf = (key: Buffer, token: string) => createHmac('sha256', key).update(token).digest();
