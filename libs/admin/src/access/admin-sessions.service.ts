import { asUnavailable, type EncryptionContext, type Vault, VAULT } from '#libs/connections';
import { sha256 } from '#libs/core';
import { Pages } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';

const COOKIE = 'console';
/** How long a session holds at most, and unused. */
const [LIFE_HOURS, IDLE_HOURS] = [12, 1];

/** Whose a browser session is; without a person it is the operator's. */
export interface BrowserSession {
  personId?: string;
  /** The ClickUp token that was shown. */
  token?: string;
}

/**
 * Browsers in which somebody administers: an opaque cookie each, whose row is looked up with every request, so that one that has ended is
 * refused by every replica at once.
 */
@Injectable()
export class AdminSessions {
  constructor(
    private readonly database: DataSource,
    private readonly pages: Pages,
    @Inject(VAULT) private readonly vault: Vault,
  ) {}

  /** Begins a session in this browser, and ends the one that it had. The answer sets the cookie: of pages only. */
  async begin(request: FastifyRequest, { personId = null, token }: { personId?: string | null; token?: string } = {}) {
    await this.end(request);
    const hash = sha256(this.pages.browser.setCookie(request, COOKIE, LIFE_HOURS * 3600));
    await this.query(
      `INSERT INTO admin_sessions (id_hash, kind, person_id, sealed_token, expires_at) VALUES ($1, $2, $3, $4, now() + interval '${LIFE_HOURS} hours')`,
      [
        hash,
        personId === null ? 'operator' : 'person',
        personId,
        token === undefined ? null : this.vault.seal(contextOf(hash), token),
      ],
    );
  }

  /** The live session of the browser that sends this; undefined when it has none. @throws AppError `unavailable` */
  async of(request: FastifyRequest): Promise<BrowserSession | undefined> {
    const cookie = this.pages.browser.cookie(request, COOKIE);
    if (cookie === undefined) return undefined;
    const hash = sha256(cookie);
    const [row] = await this.query<{ personId: string | null; sealed: Buffer | null; stale: boolean }>(
      `SELECT person_id AS "personId", sealed_token AS sealed, last_used_at < now() - interval '1 minute' AS stale
       FROM admin_sessions WHERE id_hash = $1 AND expires_at > now() AND last_used_at > now() - interval '${IDLE_HOURS} hours'`,
      [hash],
    );
    if (!row) return undefined;
    if (row.stale) await this.query('UPDATE admin_sessions SET last_used_at = now() WHERE id_hash = $1', [hash]);
    if (row.personId === null || row.sealed === null) return {};
    return { personId: row.personId, token: this.vault.open(contextOf(hash), row.sealed).text };
  }

  /** Ends the session of this browser, if it has one. */
  async end(request: FastifyRequest): Promise<void> {
    const cookie = this.pages.browser.cookie(request, COOKIE);
    if (cookie === undefined) return;
    this.pages.browser.clearCookie(request, COOKIE);
    await this.query('DELETE FROM admin_sessions WHERE id_hash = $1', [sha256(cookie)]);
  }

  private async query<Row>(statement: string, values: unknown[]): Promise<Row[]> {
    try {
      return await this.database.query<Row[]>(statement, values);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }
}

const contextOf = (hash: Buffer): EncryptionContext => ({
  table: 'admin_sessions',
  column: 'sealed_token',
  tenant: '',
  row: hash.toString('hex'),
});
