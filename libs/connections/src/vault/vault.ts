import { vaultSeals } from '#libs/audit';
import { AppError } from '#libs/core';
import { type CipherKey, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KDF, type Kek, kekOf } from './kek.js';

/** Where a sealed value lives: it opens nowhere else (SEC-D5). */
export interface EncryptionContext {
  table: string;
  column: string;
  /** Workspace id; empty for global tables. */
  tenant: string;
  row: string;
}

/** Injection token of the {@link Vault}; undefined = UNCONFIGURED. */
export const VAULT = Symbol('VAULT');

const VERSION = 1;
const ALGORITHM = 'aes-256-gcm';
const [KID, NONCE, TAG, KEY] = [4, 12, 16, 32];
const HEADER = 2 + KID;
const WRAPPED = NONCE + TAG + KEY;

/**
 * Envelope encryption (SEC-D4): `v(1) kdf(1) kid(4)`, a random data key wrapped by the key-encrypting key, then the text
 * under the data key; each part is `nonce(12) tag(16) ciphertext`. Both bind the context; the wrapping also binds the header.
 */
export class Vault {
  /** With `#`, so that a vault that is printed or logged by accident shows no keys. */
  readonly #keks: readonly [Kek, ...Kek[]];

  /** @param keks the first one seals, all of them open */
  constructor(keks: readonly [Kek, ...Kek[]]) {
    this.#keks = keks;
  }

  /** First bytes of every value that is not stale: version, derivation and id of the current key. */
  get header(): Buffer {
    return headerOf(this.#keks[0]);
  }

  seal(context: EncryptionContext, text: string): Buffer {
    const dataKey = randomBytes(KEY);
    return Buffer.concat([this.wrap(context, dataKey), encrypt(dataKey, aad(context), Buffer.from(text))]);
  }

  /**
   * @returns the text, and whether it was sealed under an earlier key: seal it again then
   * @throws AppError `internal_error` when a byte was changed, or the context or the key does not fit
   */
  open(context: EncryptionContext, sealed: Buffer): { text: string; stale: boolean } {
    const { dataKey, stale } = this.unwrap(context, sealed);
    return { text: decrypt(dataKey, aad(context), sealed.subarray(HEADER + WRAPPED)).toString(), stale };
  }

  /**
   * The same value with its data key wrapped by the current key: header and 60 bytes change, the text is not touched.
   * A value that is not stale comes back as it is.
   * @throws AppError `internal_error` as {@link open}, but a change of the text is not noticed
   */
  rewrap(context: EncryptionContext, sealed: Buffer): Buffer {
    const { dataKey, stale } = this.unwrap(context, sealed);
    return stale ? Buffer.concat([this.wrap(context, dataKey), sealed.subarray(HEADER + WRAPPED)]) : sealed;
  }

  private wrap(context: EncryptionContext, dataKey: Buffer): Buffer {
    vaultSeals.inc();
    return Buffer.concat([this.header, encrypt(this.#keks[0].key, aad(context, this.header), dataKey)]);
  }

  private unwrap(context: EncryptionContext, sealed: Buffer): { dataKey: Buffer; stale: boolean } {
    if (sealed.length < HEADER + WRAPPED + NONCE + TAG) throw broken('is too short');
    const header = sealed.subarray(0, HEADER);
    const kek = this.#keks.find((candidate) => headerOf(candidate).equals(header));
    if (!kek)
      throw broken(`was sealed under key ${keyIdOf(sealed)}, which is neither MASTER_KEY nor in MASTER_KEY_PREVIOUS`);
    return {
      dataKey: decrypt(kek.key, aad(context, header), sealed.subarray(HEADER, HEADER + WRAPPED)),
      stale: kek !== this.#keks[0],
    };
  }
}

/** Hex of the id of the key a value was sealed under, as in `vault_keys.kid`. */
export const keyIdOf = (sealed: Buffer): string => sealed.subarray(HEADER - KID, HEADER).toString('hex');

const headerOf = ({ kid, kdf }: Kek) => Buffer.from([VERSION, kdf, ...kid]);

/** Additional authenticated data: each part follows its length, so that different contexts never give the same bytes. */
function aad({ table, column, tenant, row }: EncryptionContext, header: Buffer = Buffer.alloc(0)): Buffer {
  const parts = [table, column, tenant, row].map((part) => Buffer.from(part));
  return Buffer.concat([...parts, header].flatMap((part) => [uint32(part.length), part]));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function encrypt(key: CipherKey, bound: Buffer, text: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG }).setAAD(bound);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

function decrypt(key: CipherKey, bound: Buffer, sealed: Buffer): Buffer {
  // Without authTagLength Node takes a tag of 4 bytes, too, which can be guessed.
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE), { authTagLength: TAG }).setAAD(bound);
  decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]);
  } catch (cause) {
    throw broken('was changed, or belongs to another context', cause);
  }
}

const broken = (how: string, cause?: unknown) =>
  new AppError('internal_error', undefined, { cause: new Error(`a sealed value does not open: it ${how}`, { cause }) });

/** The vault where there must be one. @throws AppError `not_configured`, which nobody sees: without a vault no caller was authenticated */
export function openedVault(vault: Vault | undefined): Vault {
  if (!vault) throw new AppError('not_configured');
  return vault;
}

/** The vault of one master key of 32 bytes. */
export const vaultOf = (masterKey: Buffer): Vault => new Vault([kekOf(masterKey, KDF.raw)]);
