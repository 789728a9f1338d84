import {
  announce,
  type Caller,
  Invalidations,
  openedVault,
  tenantOf,
  type Vault,
  VAULT,
  withTenant,
} from '#libs/connections';
import { sha256 } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { Job, type JobState } from './job.entity.js';
import { Queue, type Ticket } from './queue.js';

const KEPT = "interval '1 day'";

/** What a job does, sealed while it waits: it is content. */
export interface Work {
  /** Arguments of its tool, which goes on where it ended when it is called with them again. */
  args: Record<string, unknown>;
  /** Unix milliseconds that words such as "tomorrow" are read from. */
  now: number;
  /** OAuth scopes of the token that began it. */
  scopes?: readonly string[];
  /** Of a call by filter: the ids of its objects, and of what goes along with each. */
  selection?: readonly (readonly string[])[];
  /** The approval of a person under which the call was begun. */
  approval?: string;
  /** Of the call that has left it, where that is traced (W3C Trace Context). */
  traceparent?: string;
}

/** A job as its worker needs it. */
export interface TakenJob extends Work, Pick<Job, 'tool' | 'callerKind' | 'callerId' | 'total'> {}

/** A job as the caller who began it sees it. */
export interface SeenJob extends Pick<
  Job,
  'id' | 'tool' | 'state' | 'done' | 'total' | 'createdAt' | 'updatedAt' | 'expiresAt'
> {
  /** Of a job that has ended: what its tool answers, or why it failed. */
  answer?: Record<string, unknown>;
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

  /**
   * Stores a job and puts it in the queue, together; the same call has one at a time.
   * @param soFar what the call itself has answered; it is what is known of the job until a run of it comes to its end
   * @returns its id
   */
  async begin(
    by: Owner,
    { tool, total, done, ...work }: Pick<Job, 'tool' | 'total' | 'done'> & Work,
    soFar?: Record<string, unknown>,
  ): Promise<string> {
    const tenantId = tenantOf(by.workspaceId);
    const fresh = randomBytes(16).toString('base64url');
    const callHash = sha256(JSON.stringify([by.id, tool, work.args, ...(work.selection ? [work.selection] : [])]));
    const id = await withTenant(this.database, tenantId, async (manager) => {
      await manager.query('DELETE FROM jobs WHERE expires_at < now()');
      const inserted = await manager.query<unknown[]>(
        `INSERT INTO jobs (tenant_id, id, caller_kind, caller_id, tool, call_hash, sealed_work, done, total, sealed_answer, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + ${KEPT})
         ON CONFLICT (tenant_id, call_hash) WHERE state = 'working' DO NOTHING RETURNING id`,
        [
          tenantId,
          fresh,
          by.kind,
          by.id,
          tool,
          callHash,
          this.seal(tenantId, fresh, 'sealed_work', work),
          done,
          total,
          soFar ? this.seal(tenantId, fresh, 'sealed_answer', soFar) : null,
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

  /** The answer that names this job has reached its caller. Best effort: without it, the same call finds what the job made for a day. */
  told(by: Owner, id: string): void {
    const tenantId = tenantOf(by.workspaceId);
    withTenant(this.database, tenantId, (manager) => manager.update(Job, { tenantId, id }, { told: true })).catch(
      () => undefined,
    );
  }

  /** Whether its caller has heard of it. */
  async isTold({ tenantId, jobId }: Ticket): Promise<boolean> {
    return (await this.row(tenantId, jobId))?.told ?? false;
  }

  /** A job of this caller; undefined for any other id. */
  async of(by: Owner, id: string): Promise<SeenJob | undefined> {
    const tenantId = tenantOf(by.workspaceId);
    const job = await this.row(tenantId, id);
    if (!job || job.callerId !== by.id || job.callerKind !== by.kind) return undefined;
    const { tool, state, done, total, createdAt, updatedAt, expiresAt } = job;
    // While it is at work, what is stored is of its last run. One that was cancelled still finishes what is under way.
    const isAtWork =
      state === 'working' || (state === 'cancelled' && (await this.queue.isAtWork({ tenantId, jobId: id })));
    const answer =
      job.sealedAnswer && !isAtWork
        ? this.open<Record<string, unknown>>(job, 'sealed_answer', job.sealedAnswer)
        : undefined;
    return { id, tool, state, done, total, createdAt, updatedAt, expiresAt, ...(answer && { answer }) };
  }

  /** Ends a job of this caller: what is under way is finished, nothing more is begun. @returns false when it had ended, or is not there */
  async cancel(by: Owner, id: string): Promise<boolean> {
    const tenantId = tenantOf(by.workspaceId);
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
    const { tool, callerKind, callerId, total } = job;
    return { ...this.open<Work>(job, 'sealed_work', job.sealedWork), tool, callerKind, callerId, total };
  }

  /** Notes how far it is, also of one that was cancelled while it was under way. @returns false when it was cancelled */
  async progress({ tenantId, jobId }: Ticket, done: number): Promise<boolean> {
    const [rows] = await withTenant(this.database, tenantId, (manager) =>
      manager.query<[Pick<Job, 'state'>[], number]>(
        `UPDATE jobs SET done = greatest(done, $3), updated_at = now()
          WHERE tenant_id = $1 AND id = $2 AND state IN ('working', 'cancelled') RETURNING state`,
        [tenantId, jobId, done],
      ),
    );
    return rows[0]?.state === 'working';
  }

  /**
   * Ends a run, and lets the next begin, together.
   * @param afterSeconds when
   * @param soFar what the run has answered; it is what is known of the job if no other run comes to its end
   */
  async goOn(run: string, ticket: Ticket, afterSeconds: number, soFar?: Record<string, unknown>): Promise<void> {
    await this.over(run, ticket, async (manager) => {
      if (soFar) await this.store(manager, ticket, soFar);
      await this.queue.put(manager, ticket, afterSeconds);
    });
  }

  /** Stores how a job has failed, beside what its last run had done. */
  async fail(run: string, ticket: Ticket, failure: Record<string, unknown>): Promise<void> {
    const job = await this.row(ticket.tenantId, ticket.jobId);
    const before = job?.sealedAnswer && this.open<Record<string, unknown>>(job, 'sealed_answer', job.sealedAnswer);
    await this.end(run, ticket, 'failed', { ...failure, ...(before && { so_far: before }) });
  }

  /** Stores how a job has ended. One that was cancelled meanwhile stays so, with what it had done. */
  async end(
    run: string,
    ticket: Ticket,
    state: Exclude<JobState, 'working'>,
    answer: Record<string, unknown>,
  ): Promise<void> {
    await this.over(run, ticket, (manager) => this.store(manager, ticket, answer, state));
  }

  private async store(
    manager: EntityManager,
    { tenantId, jobId }: Ticket,
    answer: Record<string, unknown>,
    state: JobState = 'working',
  ): Promise<void> {
    await manager.query(
      `UPDATE jobs SET sealed_answer = $3, state = CASE state WHEN 'working' THEN $4 ELSE state END, updated_at = now() WHERE tenant_id = $1 AND id = $2`,
      [tenantId, jobId, this.seal(tenantId, jobId, 'sealed_answer', answer), state],
    );
  }

  /**
   * Notes that a run is over. One that was taken for dead, and given to another, stores nothing: the other says how it ends.
   * @param work what is stored together with that
   */
  async over(run: string, { tenantId }: Ticket, work?: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    await withTenant(this.database, tenantId, async (manager) => {
      if (!(await this.queue.holds(manager, run))) return;
      await work?.(manager);
      await this.queue.over(manager, run);
    });
  }

  private row(tenantId: string, id: string): Promise<Job | null> {
    return withTenant(this.database, tenantId, (manager) => manager.findOneBy(Job, { tenantId, id }));
  }

  private seal(tenant: string, row: string, column: SealedColumn, value: unknown): Buffer {
    return openedVault(this.vault).seal({ table: 'jobs', column, tenant, row }, JSON.stringify(value));
  }

  private open<T>({ tenantId: tenant, id: row }: Job, column: SealedColumn, sealed: Buffer): T {
    return JSON.parse(openedVault(this.vault).open({ table: 'jobs', column, tenant, row }, sealed).text) as T;
  }
}

type SealedColumn = 'sealed_work' | 'sealed_answer';
