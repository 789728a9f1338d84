import { asUnavailable, type EncryptionContext, type Vault, VAULT } from '#libs/connections';
import { CONFIG, type Config, sha256 } from '#libs/core';
import { Pages } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';

const COOKIE = 'console';
/** How long a session holds at most, and unused. */
const [LIFE_HOURS, IDLE_HOURS] = [12, 1];

/** Somebody whom the identity provider knows. */
export interface SignedOnSession {
  /** Pseudonym. */
  actor: string;
  /** Those of their groups that the operator's table named when they signed in. */
  groups: readonly string[];
}

/** Whose a browser session is. */
export type BrowserSession =
  | { kind: 'operator' }
  /** With the ClickUp token that was shown. */
  | { kind: 'person'; personId: string; token: string }
  | ({ kind: 'sso' } & SignedOnSession);

interface Row {
  kind: BrowserSession['kind'];
  personId: string | null;
  sealed: Buffer | null;
  actor: string | null;
  groups: string[] | null;
  stale: boolean;
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
    @Inject(CONFIG) private readonly config: Pick<Config, 'ADMIN_OIDC_SESSION_MINUTES'>,
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

  /** As {@link begin}, for somebody whom the identity provider knows: shorter, and nothing prolongs it. */
  async beginSignedOn(request: FastifyRequest, { actor, groups }: SignedOnSession): Promise<void> {
    await this.end(request);
    const minutes = this.config.ADMIN_OIDC_SESSION_MINUTES;
    await this.query(
      `INSERT INTO admin_sessions (id_hash, kind, actor, groups, expires_at) VALUES ($1, 'sso', $2, $3, now() + $4 * interval '1 minute')`,
      [signedOnHash(this.pages.browser.setCookie(request, COOKIE, minutes * 60)), actor, groups, minutes],
    );
  }

  /** The live session of the browser that sends this; undefined when it has none. @throws AppError `unavailable` */
  async of(request: FastifyRequest): Promise<BrowserSession | undefined> {
    const cookie = this.pages.browser.cookie(request, COOKIE);
    if (cookie === undefined) return undefined;
    const [hash, signedOn] = [sha256(cookie), signedOnHash(cookie)];
    const [row] = await this.query<Row>(
      `SELECT kind, person_id AS "personId", sealed_token AS sealed, actor, groups, last_used_at < now() - interval '1 minute' AS stale
       FROM admin_sessions WHERE id_hash = CASE kind WHEN 'sso' THEN $2::bytea ELSE $1::bytea END AND id_hash IN ($1, $2)
         AND expires_at > now() AND last_used_at > now() - interval '${IDLE_HOURS} hours'`,
      [hash, signedOn],
    );
    if (!row) return undefined;
    const { kind, personId, sealed, actor, groups } = row;
    if (row.stale)
      await this.query('UPDATE admin_sessions SET last_used_at = now() WHERE id_hash IN ($1, $2)', [hash, signedOn]);
    if (kind === 'sso') return { kind, actor: actor!, groups: groups! };
    if (kind === 'operator') return { kind };
    return { kind, personId: personId!, token: this.vault.open(contextOf(hash), sealed!).text };
  }

  /** Ends the session of this browser, if it has one. */
  async end(request: FastifyRequest): Promise<void> {
    const cookie = this.pages.browser.cookie(request, COOKIE);
    if (cookie === undefined) return;
    this.pages.browser.clearCookie(request, COOKIE);
    await this.query('DELETE FROM admin_sessions WHERE id_hash IN ($1, $2)', [sha256(cookie), signedOnHash(cookie)]);
  }

  private async query<Row>(statement: string, values: unknown[]): Promise<Row[]> {
    try {
      return await this.database.query<Row[]>(statement, values);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }
}

/**
 * Where the session of somebody whom the identity provider knows is found. The version before takes a row without a person for the operator's,
 * and runs beside this one while replicas are replaced: it must not find these.
 */
const signedOnHash = (cookie: string): Buffer => sha256(`sso ${cookie}`);

const contextOf = (hash: Buffer): EncryptionContext => ({
  table: 'admin_sessions',
  column: 'sealed_token',
  tenant: '',
  row: hash.toString('hex'),
});
