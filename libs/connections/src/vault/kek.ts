import { deriveKey, sha256 } from '#libs/core';
import { createSecretKey, type KeyObject, scrypt, type ScryptOptions } from 'node:crypto';

/** How the 32 bytes of a master key were made of the operator's text. */
export const KDF = { raw: 0, sha256: 1, scrypt: 2 } as const;
type Kdf = (typeof KDF)[keyof typeof KDF];

/** A key-encrypting key: wraps the data keys of the vault. */
export interface Kek {
  /** 4 bytes that name it in each envelope. No secret. */
  readonly kid: Buffer;
  readonly kdf: Kdf;
  /** As an object, which prints without its bytes. */
  readonly key: KeyObject;
}

/** 32 bytes from which the key of every purpose is derived. */
export interface Master {
  readonly bytes: Buffer;
  readonly kek: Kek;
  /** The scrypt salt of a passphrase. */
  readonly salt?: Buffer;
}

const HEX_KEY = /^[0-9a-f]{64}$/i;
const [KID_BYTES, MASTER_BYTES] = [4, 32];
/** OWASP's minimum for scrypt; a third of a second and 128 MiB (SEC-D3). */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 };

/** 64 hex characters are the key itself. Checked by a pattern, because `Buffer.from` would silently cut at the first other character. */
export const isHexKey = (text: string): boolean => HEX_KEY.test(text);

export function kekOf(bytes: Buffer, kdf: Kdf): Kek {
  return { kid: deriveKey(bytes, 'kid').subarray(0, KID_BYTES), kdf, key: createSecretKey(deriveKey(bytes, 'vault')) };
}

export const hexMaster = (text: string): Master => master(Buffer.from(text, 'hex'), KDF.raw);

/** The former derivation from a passphrase, a plain SHA-256, which is fast to guess: it opens old values and must not seal new ones (SEC-C7). */
export const sha256Master = (passphrase: string): Master => master(sha256(passphrase), KDF.sha256);

/**
 * The master key of a passphrase.
 * @param cost lower in tests only; another cost makes another key
 */
export function scryptMaster(passphrase: string, salt: Buffer, cost: ScryptOptions = SCRYPT): Promise<Master> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, MASTER_BYTES, cost, (error, bytes) =>
      error ? reject(error) : resolve({ ...master(bytes, KDF.scrypt), salt }),
    );
  });
}

const master = (bytes: Buffer, kdf: Kdf): Master => ({ bytes, kek: kekOf(bytes, kdf) });
