import { AppError, deriveKey, sha256 } from '#libs/core';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Where a sealed value lives: it opens nowhere else (SEC-D5). */
export interface Place {
  table: string;
  column: string;
  /** Workspace id; empty for global tables. */
  tenant: string;
  row: string;
}

/** Injection token of the {@link Vault}; undefined = UNCONFIGURED. */
export const VAULT = Symbol('VAULT');

/** How the key-encrypting key came from MASTER_KEY. */
export const KDF = { raw: 0, sha256: 1, scrypt: 2 } as const;

/** A key-encrypting key. */
export interface Kek {
  /** 4 bytes that name it in each envelope. */
  kid: Buffer;
  kdf: number;
  /** 32 bytes. */
  key: Buffer;
}

const VERSION = 1;
const ALGORITHM = 'aes-256-gcm';
const [KID, NONCE, TAG, KEY] = [4, 12, 16, 32];
const HEADER = 2 + KID;
const WRAPPED = NONCE + TAG + KEY;

/**
 * Envelope encryption (SEC-D4): `v(1) kdf(1) kid(4)`, a random data key wrapped by the key-encrypting key, then the text
 * under the data key; each part is `nonce(12) tag(16) ciphertext`. Both bind the place; the wrapping also binds the header.
 */
export class Vault {
  /** @param keks the first one seals, all of them open */
  constructor(private readonly keks: readonly [Kek, ...Kek[]]) {}

  seal(place: Place, text: string): Buffer {
    const [kek] = this.keks;
    const header = headerOf(kek);
    const dataKey = randomBytes(KEY);
    return Buffer.concat([header, encrypt(kek.key, aad(place, header), dataKey), encrypt(dataKey, aad(place), Buffer.from(text))]);
  }

  /**
   * @returns the text, and whether it was sealed under an earlier key: seal it again then
   * @throws AppError `internal_error` when a byte, the place or the key is another one
   */
  open(place: Place, sealed: Buffer): { text: string; stale: boolean } {
    const { dataKey, stale } = this.unwrap(place, sealed);
    return { text: decrypt(dataKey, aad(place), sealed.subarray(HEADER + WRAPPED)).toString(), stale };
  }

  /** The same value with its data key wrapped by the current key: 60 bytes change, the text is not touched. */
  rewrap(place: Place, sealed: Buffer): Buffer {
    const { dataKey, stale } = this.unwrap(place, sealed);
    if (!stale) return sealed;
    const header = headerOf(this.keks[0]);
    return Buffer.concat([header, encrypt(this.keks[0].key, aad(place, header), dataKey), sealed.subarray(HEADER + WRAPPED)]);
  }

  private unwrap(place: Place, sealed: Buffer): { dataKey: Buffer; stale: boolean } {
    if (sealed.length < HEADER + WRAPPED + NONCE + TAG) throw broken();
    const header = sealed.subarray(0, HEADER);
    const kek = this.keks.find((candidate) => headerOf(candidate).equals(header));
    if (!kek) throw broken();
    return { dataKey: decrypt(kek.key, aad(place, header), sealed.subarray(HEADER, HEADER + WRAPPED)), stale: kek !== this.keks[0] };
  }
}

const headerOf = ({ kid, kdf }: Kek) => Buffer.from([VERSION, kdf, ...kid]);

/** Additional authenticated data: each part after its length, so that no two places read the same. */
function aad({ table, column, tenant, row }: Place, header: Buffer = Buffer.alloc(0)): Buffer {
  const parts = [table, column, tenant, row].map((part) => Buffer.from(part));
  return Buffer.concat([...parts, header].flatMap((part) => [Buffer.from([part.length >> 8, part.length & 255]), part]));
}

function encrypt(key: Buffer, bound: Buffer, text: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG }).setAAD(bound);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

function decrypt(key: Buffer, bound: Buffer, sealed: Buffer): Buffer {
  // Without authTagLength Node takes a tag of 4 bytes, too, which can be guessed.
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE), { authTagLength: TAG }).setAAD(bound);
  decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]);
  } catch (cause) {
    throw broken(cause);
  }
}

const broken = (cause?: unknown) => new AppError('internal_error', undefined, { cause: new Error('a sealed value does not open', { cause }) });

/** The vault of a master key. */
export function vaultOf(masterKey: Buffer): Vault {
  const key = deriveKey(masterKey, 'vault');
  return new Vault([{ kid: sha256(key.toString('hex')).subarray(0, KID), kdf: KDF.raw, key }]);
}
