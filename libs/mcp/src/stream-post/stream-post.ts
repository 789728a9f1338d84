import {
  announceLetter,
  type EncryptionContext,
  inTransaction,
  Invalidations,
  type Letterbox,
  openedVault,
  type Vault,
  VAULT,
} from '#libs/connections';
import { streamMessagesDropped } from '#libs/audit';
import { type Carrier, LOGGER } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { OpenStreamRow } from './open-stream.entity.js';
import { StreamLetter } from './stream-letter.entity.js';

/** Nobody waits longer for what a stream is to say. */
const LIFE_SECONDS = 60;

/** What comes for a stream from another process: a message that is to be served, or what was answered elsewhere. */
export interface Letter {
  kind: 'message' | 'answer' | 'error';
  /** JSON. */
  text: string;
  /** Of a message: in whose trace its request says that it belongs. */
  carrier?: Carrier | undefined;
}

/** A stream that this process holds. */
export interface Addressee {
  /** SHA-256 of its id. */
  readonly hash: Buffer;
  /** See `ownerOf`. */
  readonly owner: string;
  /** Whether it is sent what is answered to POST /mcp. */
  readonly mirrors: boolean;
  /** Takes a message or a batch that came in here. It must not throw. */
  take(body: unknown): void;
  /** Letters come one by one, in the order in which they were sent. It must not throw. */
  receive(letter: Letter): void;
  /** They cannot be taken: the stream has to end, for its client to notice. It must not throw. */
  cutOff(error: unknown): void;
}

/**
 * Carries messages to the process that holds their stream, when they have come in at another one: through the database, sealed, whatever their
 * length. Each is taken once, and those for one stream in order.
 */
@Injectable()
export class StreamPost implements Letterbox {
  /** By hash, in hexadecimal. */
  private readonly held = new Map<string, { addressee: Addressee; taken: Promise<void> }>();

  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault | undefined,
    private readonly invalidations: Invalidations,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    invalidations.deliverTo(this);
  }

  /** From now on a stream can be found by every process. @throws AppError `unavailable` */
  async register(addressee: Addressee): Promise<void> {
    const { hash, owner, mirrors } = addressee;
    this.held.set(hash.toString('hex'), { addressee, taken: Promise.resolve() });
    try {
      await inTransaction(this.database, (manager) =>
        manager.insert(OpenStreamRow, { streamHash: hash, owner, mirrors, process: this.invalidations.process }),
      );
    } catch (error) {
      this.held.delete(hash.toString('hex'));
      throw error;
    }
  }

  /**
   * From now on nothing more is taken in for a stream. Resolves when it has received what was.
   * @throws AppError `unavailable`
   */
  async close(hash: Buffer): Promise<void> {
    await inTransaction(this.database, (manager) => manager.delete(OpenStreamRow, { streamHash: hash }));
    await this.take(hash.toString('hex'));
  }

  /** The stream is over: what is still on its way to it is dropped, and counted. Never rejects. */
  async forget(hash: Buffer): Promise<void> {
    if (!this.held.delete(hash.toString('hex'))) return;
    try {
      const { affected } = await inTransaction(this.database, async (manager) => {
        await manager.delete(OpenStreamRow, { streamHash: hash });
        return manager.delete(StreamLetter, { streamHash: hash });
      });
      streamMessagesDropped.inc(affected ?? 0);
    } catch (error) {
      this.log.warn({ err: (error as Error).message }, 'the row of a stream that has ended stays until it expires');
    }
  }

  /** The stream of this id, where this process holds it. */
  here(hash: Buffer): Addressee | undefined {
    return this.held.get(hash.toString('hex'))?.addressee;
  }

  /**
   * Sends a letter to a stream that another process holds.
   * @returns false where none holds a stream of this id and owner
   * @throws AppError `unavailable`
   */
  async send(hash: Buffer, owner: string, letter: Letter): Promise<boolean> {
    const [held] = await this.alive(await this.database.manager.findBy(OpenStreamRow, { streamHash: hash, owner }));
    if (!held) return false;
    return inTransaction(this.database, (manager) => this.put(manager, held.streamHash, letter));
  }

  /**
   * Tells the streams of an owner that want to hear it, on all replicas, what was answered to POST /mcp.
   * @throws AppError `unavailable`
   */
  async mirror(owner: string, letter: Letter): Promise<void> {
    const mine = [...this.held.values()].filter(({ addressee }) => addressee.mirrors && addressee.owner === owner);
    for (const { addressee } of mine) addressee.receive(letter);
    const rows = await this.database.manager.findBy(OpenStreamRow, { owner, mirrors: true });
    const others = await this.alive(rows.filter(({ process }) => process !== this.invalidations.process));
    for (const { streamHash } of others)
      await inTransaction(this.database, (manager) => this.put(manager, streamHash, letter));
  }

  arrived(address: string): void {
    if (this.held.has(address)) this.takeLater(address);
  }

  missed(): void {
    for (const address of this.held.keys()) this.takeLater(address);
  }

  /** Streams of processes that were killed are forgotten on the way. */
  private async alive(rows: readonly OpenStreamRow[]): Promise<OpenStreamRow[]> {
    const gone = await this.invalidations.gone([...new Set(rows.map(({ process }) => process))]);
    for (const { process, streamHash } of rows)
      if (gone.has(process)) await this.database.manager.delete(OpenStreamRow, { streamHash });
    return rows.filter(({ process }) => !gone.has(process));
  }

  /** @returns false where the stream has ended meanwhile */
  private async put(manager: EntityManager, hash: Buffer, letter: Letter): Promise<boolean> {
    // Whoever ends the stream waits for this, and takes what is put here.
    const held = await manager.query<unknown[]>('SELECT FROM open_streams WHERE stream_hash = $1 FOR KEY SHARE', [
      hash,
    ]);
    if (held.length === 0) return false;
    const id = randomUUID();
    const sealed = openedVault(this.vault).seal(contextOf(hash, id), JSON.stringify(letter));
    await manager.query(
      'INSERT INTO stream_letters (id, stream_hash, sealed, expires_at) VALUES ($1, $2, $3, now() + make_interval(secs => $4))',
      [id, hash, sealed, LIFE_SECONDS],
    );
    await announceLetter(manager, hash.toString('hex'));
    return true;
  }

  private takeLater(address: string): void {
    this.take(address).catch((error: unknown) => this.held.get(address)?.addressee.cutOff(error));
  }

  /** One after the other, so that letters stay in order. */
  private async take(address: string): Promise<void> {
    const held = this.held.get(address);
    if (!held) return;
    const before = held.taken;
    const now = before.then(() => this.collect(held.addressee));
    held.taken = now.catch(() => undefined);
    await now;
  }

  private async collect(addressee: Addressee): Promise<void> {
    const { hash } = addressee;
    const rows = await inTransaction(this.database, (manager) =>
      manager.query<{ id: string; sealed: Buffer }[]>(
        `WITH taken AS (DELETE FROM stream_letters WHERE stream_hash = $1 RETURNING id, seq, sealed)
         SELECT id, sealed FROM taken ORDER BY seq`,
        [hash],
      ),
    );
    for (const { id, sealed } of rows) {
      const { text } = openedVault(this.vault).open(contextOf(hash, id), sealed);
      addressee.receive(JSON.parse(text) as Letter);
    }
  }
}

const contextOf = (hash: Buffer, id: string): EncryptionContext => ({
  table: 'stream_letters',
  column: 'sealed',
  tenant: '',
  row: `${hash.toString('hex')} ${id}`,
});
