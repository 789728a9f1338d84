import { securityEvent } from '#libs/audit';
import { asUnavailable } from '#libs/connections';
import { CONFIG, type Config, LOGGER } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type AdapterPayload } from 'oidc-provider';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { makeRoom } from './make-room.js';
import { CONNECT_CLIENT } from './connect-client.js';
import { RedirectUris, redirectTarget } from './redirect-uris.js';

/** Whether a use is written down: the first one at once, so that used clients differ from unused ones; later ones once a day, to spare a write per request. */
const DUE = `(last_used_at = created_at OR last_used_at < now() - interval '1 day')`;
/** After so many bytes of new registrations the room that all of them take is checked. */
const LOOK_AFTER = 1 << 20;
const LATELY_MS = 30_000;
/** Of 16 KiB at most. */
const MOST_LATELY = 200;

/** The clients: those that registered, and one for each exact entry of the redirect allow list. */
@Injectable()
export class Clients {
  /** Bytes of new registrations since the last check. It begins at the limit, because what was added before the start is not known. */
  private added = LOOK_AFTER;
  /** What was found lately, oldest first. What a client has registered never changes: its id follows from it. */
  private readonly lately = new Map<string, { metadata: AdapterPayload; asked: number }>();

  constructor(
    private readonly redirectUris: RedirectUris,
    private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Looking a client up is using it: it happens at `/authorize`, on the pages and at `/token`. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    if (id.startsWith(CONNECT_CLIENT)) return this.connectClient(id.slice(CONNECT_CLIENT.length));
    const [found] = await this.query<{ metadata: AdapterPayload; due: boolean }>(
      `SELECT metadata, ${DUE} AS due FROM oauth_clients WHERE id = $1`,
      [id],
    );
    if (found?.due) await this.query(`UPDATE oauth_clients SET last_used_at = now() WHERE id = $1 AND ${DUE}`, [id]);
    return found?.metadata;
  }

  /**
   * The same for the steps of one authorization, which follow each other: what was asked for in the last half minute is not looked up again.
   * A client that was removed meanwhile gets no token, because `/token` and `/revoke` look it up by {@link find}.
   */
  async findAgain(id: string): Promise<AdapterPayload | undefined> {
    const known = this.lately.get(id);
    if (known && performance.now() - known.asked < LATELY_MS) {
      known.asked = performance.now();
      return { ...known.metadata };
    }
    const metadata = await this.find(id);
    this.lately.delete(id);
    if (metadata) this.lately.set(id, { metadata, asked: performance.now() });
    if (this.lately.size > MOST_LATELY) this.lately.delete(this.lately.keys().next().value!);
    return metadata;
  }

  async isRegistered(id: string): Promise<boolean> {
    return (await this.query<unknown>('SELECT 1 FROM oauth_clients WHERE id = $1', [id])).length > 0;
  }

  async upsert(id: string, metadata: AdapterPayload): Promise<void> {
    const [row] = await this.query<{ inserted: boolean }>(
      'INSERT INTO oauth_clients (id, metadata) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET last_used_at = now() RETURNING xmax = 0 AS inserted',
      [id, metadata],
    );
    if (!row?.inserted) return;
    this.added += JSON.stringify(metadata).length;
    if (this.added < LOOK_AFTER) return;
    this.added = 0;
    // The registration that happens to cross the limit neither waits for this nor fails with it.
    makeRoom(this.database).then(
      (removed) =>
        removed > 0 && securityEvent(this.log, this.config, 'registrations_evicted', { address: '', removed }),
      (error: Error) => this.log.warn({ err: error.message }, 'could not make room for registrations'),
    );
  }

  private async query<Row>(statement: string, values: unknown[]): Promise<Row[]> {
    try {
      return await this.database.query<Row[]>(statement, values);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }

  private connectClient(redirectUri: string): AdapterPayload | undefined {
    if (!this.redirectUris.isExactEntry(redirectUri)) return undefined;
    return {
      client_id: `${CONNECT_CLIENT}${redirectUri}`,
      client_name: redirectTarget(redirectUri).host,
      redirect_uris: [redirectUri],
      application_type: redirectUri.startsWith('https:') ? 'web' : 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    };
  }
}
