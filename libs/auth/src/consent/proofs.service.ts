import { asUnavailable, type EncryptionContext, type Vault, VAULT } from '#libs/connections';
import { sha256 } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';

/** What a note is for and which browser holds it: for any other purpose or browser it is not found. */
export interface Holder {
  /** `key`, `manage`, `signin`, `login`, `sso`, `jwt:<login>` or `authorize:<uid>`. */
  purpose: string;
  /** Value of a cookie. */
  browser: string;
}

/** The id of the note about an ending: no id of a form has this form. */
const ENDING = '.ending';
const ENDING_LIFE = `interval '1 hour'`;

/** Notes that the server keeps for ten minutes, or some more, sealed, each for one browser and one purpose. */
@Injectable()
export class Proofs {
  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault,
  ) {}

  /** @returns the id that goes into the form or the path: worth nothing without the browser's cookie */
  async put(holder: Holder, value: unknown, minutes = 10): Promise<string> {
    const id = randomBytes(16).toString('base64url');
    const hash = hashOf(holder, id);
    await this.query(
      `WITH gone AS (DELETE FROM proofs WHERE expires_at < now()) INSERT INTO proofs (id_hash, sealed, expires_at) VALUES ($1, $2, now() + $3 * interval '1 minute')`,
      [hash, this.seal(hash, value), minutes],
    );
    return id;
  }

  /** The note while it is unused. */
  async read<T>(holder: Holder, id: string): Promise<T | undefined> {
    const hash = hashOf(holder, id);
    const [row] = await this.query(
      'SELECT sealed FROM proofs WHERE id_hash = $1 AND used_at IS NULL AND expires_at > now()',
      [hash],
    );
    return row && this.open<T>(hash, row.sealed);
  }

  /** Reads and deletes the note; of several requests at once, one gets it. */
  async take<T>(holder: Holder, id: string): Promise<T | undefined> {
    const hash = hashOf(holder, id);
    const [row] = await this.changed('DELETE FROM proofs WHERE id_hash = $1 AND expires_at > now() RETURNING sealed', [
      hash,
    ]);
    return row && this.open<T>(hash, row.sealed);
  }

  /**
   * Uses a proof in the transaction that acts on it: the outcome takes the place of the credential that was in it.
   * Of several attempts at once the later ones wait here until the first has been stored, or has failed.
   * @param ending what {@link mark} notes with it
   * @returns false when it was used before, or is too old
   */
  async use(manager: EntityManager, holder: Holder, id: string, outcome: unknown, ending?: string): Promise<boolean> {
    const [hash, endingHash] = [hashOf(holder, id), hashOf(holder, ENDING)];
    const [done] = await manager.query<{ used: boolean }[]>(
      `WITH used AS (
         UPDATE proofs SET used_at = now(), sealed = $2 WHERE id_hash = $1 AND used_at IS NULL AND expires_at > now() RETURNING id_hash
       ), ending AS (
         INSERT INTO proofs (id_hash, sealed, expires_at, used_at) SELECT $3, $4, now() + ${ENDING_LIFE}, now() FROM used WHERE $4::bytea IS NOT NULL ON CONFLICT DO NOTHING
       )
       SELECT EXISTS (SELECT FROM used) AS used`,
      [
        hash,
        this.seal(hash, { outcome }),
        endingHash,
        ending === undefined ? null : this.seal(endingHash, { outcome: ending }),
      ],
    );
    return done!.used;
  }

  /** The outcome of a proof that was used, so that both clicks of a double click lead to the same page. */
  async outcome<T>(holder: Holder, id: string): Promise<T | undefined> {
    const hash = hashOf(holder, id);
    const [row] = await this.query(
      'SELECT sealed FROM proofs WHERE id_hash = $1 AND used_at IS NOT NULL AND expires_at > now()',
      [hash],
    );
    return row && this.open<{ outcome: T }>(hash, row.sealed).outcome;
  }

  /** Notes for an hour how something ended for a browser, so that coming back to its pages leads to an explanation. The first note stays. */
  async mark(holder: Holder, ending: string): Promise<void> {
    const hash = hashOf(holder, ENDING);
    const statement = `INSERT INTO proofs (id_hash, sealed, expires_at, used_at) VALUES ($1, $2, now() + ${ENDING_LIFE}, now()) ON CONFLICT DO NOTHING`;
    await this.query(statement, [hash, this.seal(hash, { outcome: ending })]);
  }

  /** What {@link mark} has noted. */
  ending(holder: Holder): Promise<string | undefined> {
    return this.outcome<string>(holder, ENDING);
  }

  private seal(hash: Buffer, value: unknown): Buffer {
    return this.vault.seal(contextOf(hash), JSON.stringify(value));
  }

  private open<T>(hash: Buffer, sealed: Buffer): T {
    return JSON.parse(this.vault.open(contextOf(hash), sealed).text) as T;
  }

  private async changed(statement: string, values: unknown[]): Promise<{ sealed: Buffer }[]> {
    // TypeORM answers UPDATE and DELETE with [rows, count].
    const [rows] = (await this.query(statement, values)) as unknown as [{ sealed: Buffer }[], number];
    return rows;
  }

  private async query(statement: string, values: unknown[] = []): Promise<{ sealed: Buffer }[]> {
    try {
      return await this.database.query<{ sealed: Buffer }[]>(statement, values);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }
}

const hashOf = ({ purpose, browser }: Holder, id: string) => sha256([id, purpose, browser].join('\n'));
const contextOf = (hash: Buffer): EncryptionContext => ({
  table: 'proofs',
  column: 'sealed',
  tenant: '',
  row: hash.toString('hex'),
});
