import { CONFIG, type Config, LOGGER } from '#libs/core';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';

const CHANNEL = 'clickup_mcp_invalidations';
/** Together with the next, how long a connection may be dead before it is replaced: less than 10 s. */
const TIMEOUT_MS = 4000;
const HEARTBEAT_MS = 4000;
/** How long a goodbye is waited for. */
const GOODBYE_MS = 1000;
/** How long what was read counts while changes are not heard of. */
const UNHEARD_MS = 30_000;
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [100, 5000];

/** The kinds of rows that caches keep, or that somebody works on; `policy` is that of a Workspace, by its id, `tier` that of a person. */
const KINDS = ['grant', 'connection', 'job', 'policy', 'switch', 'tier'] as const;
export type Invalidated = (typeof KINDS)[number];

/** A cache of rows that other replicas may change. */
export interface InvalidatedCache {
  drop(kind: Invalidated, id: string): void;
  /** Forgets everything: messages may have been missed. */
  flush(): void;
}

/** Something for one process that lies in the database: only that it is there is told to all. */
export interface Letterbox {
  /** @param address whom it is for, in hexadecimal */
  arrived(address: string): void;
  /** Messages may have been missed. */
  missed(): void;
}

const LETTER = 'letter';

/** Call it in the transaction that stores something for another process: all hear of it when, and only if, it commits. */
export async function announceLetter(manager: EntityManager, address: string): Promise<void> {
  await manager.query('SELECT pg_notify($1, $2)', [CHANNEL, `${LETTER}:${address}`]);
}

/** Call it in the transaction that changes the row: the others hear of it when, and only if, it commits. */
export async function announce(manager: EntityManager, kind: Invalidated, id: string): Promise<void> {
  await manager.query('SELECT pg_notify($1, $2)', [CHANNEL, `${kind}:${id}`]);
}

/** Tells the caches of all replicas what has changed, by LISTEN and NOTIFY. While its connection is down, only the caches' own time limits help. */
@Injectable()
export class Invalidations implements OnModuleInit, OnApplicationShutdown {
  /** Names this process to the others, for as long as it lives. */
  readonly process = randomUUID();
  private readonly caches = new Set<InvalidatedCache>();
  private letterbox: Letterbox | undefined;
  private readonly closing = new AbortController();
  private readonly url: string;
  private client: Client | undefined;
  /** Whether messages have been seen to arrive on the connection that listens now: then it is one to the database itself. */
  private arrive = false;
  /** When messages arrived for the last time, by `performance.now()`. */
  private arrived = -Infinity;
  private listening: Promise<void> | undefined;

  constructor(
    private readonly database: DataSource,
    @Inject(CONFIG) config: Partial<Pick<Config, 'DATABASE_URL_DIRECT'>>,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.url = listenUrl((database.options as { url?: string }).url ?? '', config.DATABASE_URL_DIRECT);
  }

  /**
   * Which of these processes live, as far as the database can tell: each holds the connection on which it listens, and a process that was
   * killed loses it at once.
   */
  async living(processes: readonly string[]): Promise<ReadonlySet<string>> {
    const others = processes.filter((one) => one !== this.process);
    if (others.length === 0) return new Set(processes);
    const connected = await this.connected(others);
    return new Set(processes.filter((one) => one === this.process || connected.has(one)));
  }

  /** Those of these processes that hold the connection on which they listen. */
  private async connected(processes: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ name: string }[]>(
      'SELECT application_name AS name FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY($1)',
      [processes.map(listenerOf)],
    );
    return new Set(processes.filter((one) => rows.some(({ name }) => name === listenerOf(one))));
  }

  /**
   * Which of these processes have ended, as far as this one can tell for certain: a process that does not see itself (behind a pooler, say)
   * says it of nobody. One whose connection is interrupted for a moment looks as if it had ended.
   */
  async gone(processes: readonly string[]): Promise<ReadonlySet<string>> {
    if (processes.length === 0 || !this.arrive) return new Set();
    const connected = await this.connected([...processes, this.process]);
    return new Set(connected.has(this.process) ? processes.filter((one) => !connected.has(one)) : []);
  }

  /** Whether what other replicas change is heard of here now; while it is not, whoever holds something must ask by itself. */
  get hears(): boolean {
    return this.arrive;
  }

  /**
   * Whether what was read from the database may still be used: as long as changes are heard of here, and for 30 seconds after (SEC-D1).
   * Whoever relies on it must forget what it read when it hears of a change.
   * @param asked when the database was asked, by `performance.now()`
   */
  stillHolds(asked: number): boolean {
    return this.arrive || performance.now() - Math.max(asked, this.arrived) < UNHEARD_MS;
  }

  subscribe(cache: InvalidatedCache): void {
    this.caches.add(cache);
  }

  /** There is one: what came for others is none of its business. */
  deliverTo(letterbox: Letterbox): void {
    this.letterbox = letterbox;
  }

  /** Call it after the commit: this process need not wait for its own message. */
  drop(kind: Invalidated, id: string): void {
    for (const cache of this.caches) cache.drop(kind, id);
  }

  /** Resolves after the first attempt to connect, also when that failed: further attempts go on in the background. */
  async onModuleInit(): Promise<void> {
    await new Promise<void>((tried) => {
      this.listening = this.listen(tried);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    const { client } = this;
    // Where packets are dropped, nobody confirms it.
    const late = setTimeout(() => client?.connection.stream.destroy(), GOODBYE_MS);
    await client?.end();
    clearTimeout(late);
    await this.listening;
  }

  private async listen(tried: () => void): Promise<void> {
    const { signal } = this.closing;
    for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      if (await this.session(tried)) wait = FIRST_WAIT_MS;
      if (!signal.aborted) await sleep(wait, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  /** One connection, from its start to its end; not one of the pool, which LISTEN would occupy for good. @returns whether it has listened */
  private async session(tried: () => void): Promise<boolean> {
    const client = new Client({
      connectionString: this.url,
      application_name: listenerOf(this.process),
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: HEARTBEAT_MS,
    });
    this.client = client;
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    // The driver always emits 'end' after 'error', and 'end' is handled.
    client.on('error', () => undefined);
    client.on('notification', ({ payload = '' }) => this.guarded(() => this.heard(payload)));
    const probe = `probe:${randomUUID()}`;
    const arrived = new Promise<boolean>((resolve) =>
      client.on('notification', ({ payload }) => void (payload === probe && resolve(true))),
    );
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      this.log.warn(
        { err: (error as Error).message },
        'cannot listen for revocations: they take up to 30 seconds to arrive',
      );
      await client.end().catch(() => undefined);
      return false;
    } finally {
      tried();
    }
    // Messages that were sent before this connection listened are lost, so every cache is emptied.
    this.guarded(() => this.caches.forEach((cache) => cache.flush()));
    this.guarded(() => this.letterbox?.missed());
    arrived.then(() => void (this.arrive = true)).catch(() => undefined);
    this.probe(probe, arrived, ended).catch(() => undefined);
    // A connection that a firewall has dropped silently looks alive until something is sent.
    const heartbeat = setInterval(() => {
      client
        .query('SELECT 1')
        .catch(() => client.end())
        .catch(() => undefined);
    }, HEARTBEAT_MS).unref();
    await ended;
    if (this.arrive) this.arrived = performance.now();
    this.arrive = false;
    clearInterval(heartbeat);
    return true;
  }

  /**
   * Sends itself a message over the pool. A pooler in transaction mode takes LISTEN without a complaint and passes nothing on; sent over the
   * listening connection the message could come back all the same, with the answer to the statement.
   */
  private async probe(payload: string, arrived: Promise<boolean>, ended: Promise<void>): Promise<void> {
    try {
      await this.database.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
    } catch {
      return; // A database that is gone ends this session, and the next one tries again.
    }
    const given = new AbortController();
    const late = sleep(TIMEOUT_MS, false, { ref: false, signal: given.signal }).catch(() => true);
    const heard = await Promise.race([arrived, ended.then(() => true), late]);
    given.abort();
    if (heard) this.log.debug('messages of the database arrive');
    else if (!this.closing.signal.aborted)
      this.log.warn(
        'messages of the database do not arrive: revocations take up to 30 seconds. Behind a pooler in transaction mode set DATABASE_URL_DIRECT to the database itself',
      );
  }

  /** Runs inside an event of the driver's socket: an error thrown there would end the process, so a failing cache is only logged. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.log.error({ err: error }, 'a cache could not forget a row that has changed');
    }
  }

  private heard(payload: string): void {
    const [said, id = ''] = payload.split(':');
    const kind = KINDS.find((one) => one === said);
    if (kind) this.drop(kind, id);
    else if (said === LETTER) this.letterbox?.arrived(id);
  }
}

const listenerOf = (process: string): string => `clickup-mcp listen ${process}`;
/** By the names of their connections, all processes that live: a pattern for LIKE. */
export const LISTENERS = listenerOf('%');

/** Where to listen: past the pooler, as the login that the pool works as and not as the owner, who may be the one in `direct`. */
function listenUrl(pool: string, direct: string | undefined): string {
  if (!direct) return pool;
  const url = new URL(direct);
  const { user, password } = new Client({ connectionString: pool });
  [url.username, url.password] = ['', ''];
  for (const [key, value] of Object.entries({ user, password: password ?? undefined }))
    if (value) url.searchParams.set(key, value);
    else url.searchParams.delete(key);
  return url.href;
}
