import {
  announce,
  type Caller,
  type EncryptionContext,
  Invalidations,
  type Vault,
  VAULT,
  withTenant,
} from '#libs/connections';
import { AppError, sha256 } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { Job, type JobState } from './job.entity.js';
import { Queue, type Ticket } from './queue.js';

/** The tenant of callers who are bound to no Workspace. It is no id of a Workspace, so no tenant can read these rows. */
const NO_WORKSPACE = '-';
const KEPT = "interval '1 day'";

/** What a job does, sealed while it waits: it is content. */
export interface Work {
  /** Calls of its tool that together are the whole, each of which can be repeated without harm. */
  parts: readonly Record<string, unknown>[];
  /** Unix milliseconds that words such as "tomorrow" are read from. */
  now: number;
  /** OAuth scopes of the token that began it. */
  scopes?: readonly string[];
}

/** A job as its worker needs it. */
export interface TakenJob extends Work, Pick<Job, 'tool' | 'callerKind' | 'callerId' | 'next' | 'total'> {
  outputs: readonly Record<string, unknown>[];
}

/** A job as the caller who began it sees it. */
export interface SeenJob extends Pick<
  Job,
  'id' | 'tool' | 'state' | 'done' | 'total' | 'createdAt' | 'updatedAt' | 'expiresAt'
> {
  /** Of a job that has ended: what its tool answers, or why it failed. */
  output?: Record<string, unknown>;
}

type Owner = Pick<Caller, 'kind' | 'id' | 'workspaceId'>;

/** Calls that go on without their caller, in the database, for all replicas. */
@Injectable()
export class Jobs {
  private begun: () => void = () => undefined;

  constructor(
    private readonly database: DataSource,
    private readonly queue: Queue,
    private readonly invalidations: Invalidations,
    @Inject(VAULT) private readonly vault: Vault | undefined,
  ) {}

  /** Stores a job and puts it in the queue, together; the same call has one at a time. @returns its id */
  async begin(
    by: Owner,
    {
      tool,
      outputs,
      total,
      done,
      ...work
    }: Pick<Job, 'tool' | 'total' | 'done'> & Work & { outputs: readonly Record<string, unknown>[] },
  ): Promise<string> {
    const tenantId = tenantOf(by);
    const fresh = randomBytes(16).toString('base64url');
    const callHash = sha256(JSON.stringify([by.id, tool, work.parts]));
    const id = await withTenant(this.database, tenantId, async (manager) => {
      await manager.query('DELETE FROM jobs WHERE expires_at < now()');
      const inserted = await manager.query<unknown[]>(
        `INSERT INTO jobs (tenant_id, id, caller_kind, caller_id, tool, call_hash, sealed_work, next, done, total, sealed_outputs, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now() + ${KEPT})
         ON CONFLICT (tenant_id, call_hash) WHERE state = 'working' DO NOTHING RETURNING id`,
        [
          tenantId,
          fresh,
          by.kind,
          by.id,
          tool,
          callHash,
          this.seal(tenantId, fresh, 'sealed_work', work),
          outputs.length,
          done,
          total,
          this.seal(tenantId, fresh, 'sealed_outputs', outputs),
        ],
      );
      if (inserted.length === 0)
        return (await manager.findOneByOrFail(Job, { tenantId, callHash, state: 'working' })).id;
      await this.queue.put(manager, { tenantId, jobId: fresh });
      return fresh;
    });
    this.begun();
    return id;
  }

  /** Has the worker of this process told of each job that it may take. */
  whenBegun(told: () => void): void {
    this.begun = told;
  }

  /** A job of this caller; undefined for any other id. */
  async of(by: Owner, id: string): Promise<SeenJob | undefined> {
    const job = await this.row(tenantOf(by), id);
    if (!job || job.callerId !== by.id || job.callerKind !== by.kind) return undefined;
    const { tool, state, done, total, createdAt, updatedAt, expiresAt } = job;
    const outputs = state === 'working' ? [] : this.open<Record<string, unknown>[]>(job, 'sealed_outputs');
    return { id, tool, state, done, total, createdAt, updatedAt, expiresAt, output: outputs[0] };
  }

  /** Ends a job of this caller: what is under way is finished, nothing more is begun. @returns false when it had ended, or is not there */
  async cancel(by: Owner, id: string): Promise<boolean> {
    const tenantId = tenantOf(by);
    const cancelled = await withTenant(this.database, tenantId, async (manager) => {
      const [, count] = await manager.query<[unknown, number]>(
        `UPDATE jobs SET state = 'cancelled', updated_at = now() WHERE tenant_id = $1 AND id = $2 AND caller_kind = $3 AND caller_id = $4 AND state = 'working'`,
        [tenantId, id, by.kind, by.id],
      );
      await announce(manager, 'job', id);
      return count === 1;
    });
    this.invalidations.drop('job', id);
    return cancelled;
  }

  /** What a ticket of the queue stands for; undefined when that job has ended. */
  async taken({ tenantId, jobId }: Ticket): Promise<TakenJob | undefined> {
    const job = await this.row(tenantId, jobId);
    if (!job || job.state !== 'working') return undefined;
    const { tool, callerKind, callerId, next, total } = job;
    return {
      ...this.open<Work>(job, 'sealed_work'),
      outputs: this.open<Record<string, unknown>[]>(job, 'sealed_outputs'),
      ...{ tool, callerKind, callerId, next, total },
    };
  }

  /** Notes how far it is. @returns false when it was cancelled */
  async progress({ tenantId, jobId }: Ticket, done: number): Promise<boolean> {
    const [, count] = await withTenant(this.database, tenantId, (manager) =>
      manager.query<[unknown, number]>(
        `UPDATE jobs SET done = greatest(done, $3), updated_at = now() WHERE tenant_id = $1 AND id = $2 AND state = 'working'`,
        [tenantId, jobId, done],
      ),
    );
    return count === 1;
  }

  /** Stores what a run has done, and that the next may begin, together. @param afterSeconds when */
  async goOn(
    run: string,
    ticket: Ticket,
    outputs: readonly Record<string, unknown>[],
    afterSeconds: number,
  ): Promise<void> {
    await this.over(run, ticket, async (manager) => {
      await this.store(manager, ticket, outputs, 'working');
      await this.queue.put(manager, ticket, afterSeconds);
    });
  }

  /** Stores how a job has ended. One that was cancelled meanwhile stays so, with what it had done. */
  async end(
    run: string,
    ticket: Ticket,
    state: Exclude<JobState, 'working'>,
    output: Record<string, unknown>,
  ): Promise<void> {
    await this.over(run, ticket, (manager) => this.store(manager, ticket, [output], state));
  }

  /** Notes that a run is over for which nothing is to be stored. */
  async over(run: string, { tenantId }: Ticket, work?: (manager: EntityManager) => Promise<void>): Promise<void> {
    await withTenant(this.database, tenantId, async (manager) => {
      await work?.(manager);
      await this.queue.over(manager, run);
    });
  }

  private async store(
    manager: EntityManager,
    { tenantId, jobId }: Ticket,
    outputs: readonly Record<string, unknown>[],
    state: JobState,
  ): Promise<void> {
    await manager.query(
      `UPDATE jobs SET sealed_outputs = $3, next = $4, state = CASE state WHEN 'working' THEN $5 ELSE state END, updated_at = now() WHERE tenant_id = $1 AND id = $2`,
      [tenantId, jobId, this.seal(tenantId, jobId, 'sealed_outputs', outputs), outputs.length, state],
    );
  }

  private row(tenantId: string, id: string): Promise<Job | null> {
    return withTenant(this.database, tenantId, (manager) => manager.findOneBy(Job, { tenantId, id }));
  }

  private seal(tenant: string, row: string, column: SealedColumn, value: unknown): Buffer {
    return this.opened().seal({ table: 'jobs', column, tenant, row }, JSON.stringify(value));
  }

  private open<T>({ tenantId, id, sealedWork, sealedOutputs }: Job, column: SealedColumn): T {
    const context: EncryptionContext = { table: 'jobs', column, tenant: tenantId, row: id };
    return JSON.parse(this.opened().open(context, column === 'sealed_work' ? sealedWork : sealedOutputs!).text) as T;
  }

  private opened(): Vault {
    // Without a vault no caller was authenticated, so nobody gets here.
    if (!this.vault) throw new AppError('not_configured');
    return this.vault;
  }
}

type SealedColumn = 'sealed_work' | 'sealed_outputs';
const tenantOf = ({ workspaceId }: Pick<Caller, 'workspaceId'>) => workspaceId ?? NO_WORKSPACE;
