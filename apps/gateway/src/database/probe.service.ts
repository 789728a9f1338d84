import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { KEEP_ALIVE } from './keep-alive.js';

/** A load balancer takes an answer that comes later for none: the whole of it, with what HTTP needs, is to stay under 2 s. */
const WITHIN_MS = 1_500;

/**
 * Asks the database whether it can do its work, over a connection of its own: who asks takes none from the pool, and an exhausted pool does
 * not make a replica look dead. Anybody may ask, so there is one question at a time, whose answer all get, and the connection is kept.
 */
@Injectable()
export class DatabaseProbe implements OnApplicationShutdown {
  private client: Client | undefined;
  private asking: Promise<boolean> | undefined;

  constructor(private readonly database: DataSource) {}

  /** Whether it answers, and writes, now; at the latest after 1.5 seconds it does not. Never throws. */
  answers(): Promise<boolean> {
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  onApplicationShutdown(): void {
    this.drop();
  }

  private async ask(): Promise<boolean> {
    const given = new AbortController();
    const late = sleep(WITHIN_MS, false, { ref: false, signal: given.signal }).catch(() => false);
    const fine = await Promise.race([this.query().catch(() => false), late]);
    given.abort();
    // The next question goes over another connection: this one may be silent for good, or lead to a server that has become a standby.
    if (!fine) this.drop();
    return fine;
  }

  private async query(): Promise<boolean> {
    const client = this.client ?? (await this.connect());
    const { rows } = await client.query<{ fine: boolean }>(
      `SELECT current_setting('transaction_read_only') = 'off' AS fine`,
    );
    return rows[0]!.fine;
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      connectionString: (this.database.options as { url?: string }).url,
      application_name: 'clickup-mcp ready',
      ...KEEP_ALIVE,
    });
    client.on('error', () => this.client === client && this.drop());
    this.client = client;
    await client.connect();
    return client;
  }

  /** Without a goodbye, which nobody may hear. */
  private drop(): void {
    this.client?.connection.stream.destroy();
    this.client = undefined;
  }
}
