import { asUnavailable, type EncryptionContext, type Vault, VAULT } from '#libs/connections';
import { AppError, sha256 } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Who asks for what, under which key. */
export interface Repeatable {
  /** Who asks, and the route. */
  scope: string;
  /** The Idempotency-Key. */
  key: string;
  /** The path and the body. */
  request: string;
}

/** Remembers for a day what requests under an Idempotency-Key were answered. */
@Injectable()
export class IdempotentAnswers {
  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault,
  ) {}

  /**
   * Takes a key for a request. Of several at once, on any replica, one gets it.
   * @returns undefined for whoever may go on and must call {@link keep} or {@link release}; otherwise what the first request was answered
   * @throws AppError `conflict` for another request under the same key, and while the first is under way or nobody knows what became of it
   */
  async begin({ scope, key, request }: Repeatable): Promise<object | undefined> {
    const [hash, requestHash] = [hashOf(scope, key), sha256(request)];
    const [taken] = await this.query<{ mine: boolean }>(
      `WITH taken AS (INSERT INTO idempotent_answers (id_hash, request_hash, expires_at) VALUES ($1, $2, now() + interval '1 day')
         ON CONFLICT (id_hash) DO UPDATE SET request_hash = $2, sealed_answer = NULL, expires_at = excluded.expires_at WHERE idempotent_answers.expires_at <= now()
         RETURNING 1)
       SELECT EXISTS (SELECT FROM taken) AS mine`,
      [hash, requestHash],
    );
    if (taken?.mine) return undefined;
    const [row] = await this.query<{ same: boolean; sealed: Buffer | null }>(
      'SELECT request_hash = $2 AS same, sealed_answer AS sealed FROM idempotent_answers WHERE id_hash = $1',
      [hash, requestHash],
    );
    if (row && !row.same) throw reused('This Idempotency-Key was used for another request: take a new one.');
    if (!row?.sealed)
      throw reused(
        'A request under this Idempotency-Key is under way, or was cut off: look whether it was carried out, then take a new key.',
      );
    return JSON.parse(this.vault.open(contextOf(hash), row.sealed).text) as object;
  }

  /** Keeps what the request was answered. */
  async keep({ scope, key }: Repeatable, answer: object): Promise<void> {
    const hash = hashOf(scope, key);
    await this.query('UPDATE idempotent_answers SET sealed_answer = $2 WHERE id_hash = $1', [
      hash,
      this.vault.seal(contextOf(hash), JSON.stringify(answer)),
    ]);
  }

  /** Forgets a request that was refused: it may be repeated. */
  async release({ scope, key }: Repeatable): Promise<void> {
    await this.query('DELETE FROM idempotent_answers WHERE id_hash = $1', [hashOf(scope, key)]);
  }

  private async query<Row>(statement: string, values: unknown[]): Promise<Row[]> {
    try {
      return await this.database.query<Row[]>(statement, values);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }
}

const reused = (message: string) =>
  new AppError('conflict', message, { details: { parameter: 'Idempotency-Key', reason: 'Idempotency-Key' } });
const hashOf = (scope: string, key: string) => sha256(`${scope}\n${key}`);
const contextOf = (hash: Buffer): EncryptionContext => ({
  table: 'idempotent_answers',
  column: 'sealed_answer',
  tenant: '',
  row: hash.toString('hex'),
});
