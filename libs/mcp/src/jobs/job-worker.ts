import { type CallRecord, reasonOf, recordCall, Sparingly } from '#libs/audit';
import { Access } from '#libs/auth';
import { type CallStats } from '#libs/clickup';
import { type Caller, Invalidations, workspaceOf } from '#libs/connections';
import { AppError, type Config, CONFIG, LOGGER, restBody, TRACING, type Tracing } from '#libs/core';
import { Jobs, Queue, type TakenJob, type Ticket } from '#libs/jobs';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy, Optional } from '@nestjs/common';
import { type Logger } from 'pino';
import { CallAudit } from '../calls/call-audit.js';
import { Callers } from '../calls/callers.js';
import { switchedOffTool } from '../calls/switched-off.js';
import { ToolLists } from '../calls/tool-lists.js';
import { ToolRunner } from '../calls/tool-runner.js';

/** Jobs that one process works on at a time. */
const AT_A_TIME = 4;
/** One run of a job; less than the queue's own limit, after which it is taken for dead. */
const RUN_MS = 60_000;
const TELL_EVERY_MS = 2_000;
const ALWAYS_DIED =
  'Every process that went on with this job died over it, so it was given up. What it had done is done, see `done`; give the job id to the operator.';
/** Failures that may pass: the job is taken up again. */
const PASSING: readonly string[] = [
  'unavailable',
  'deadline_exceeded',
  'cancelled',
  'clickup_rate_limit',
  'clickup_server_error',
];

/** One run of one job. */
interface Run {
  ticket: Ticket;
  /** Of the queue. */
  id: string;
  job: TakenJob;
  /** Undefined until it is known: a change of anybody's rights may then be of theirs. */
  caller?: Caller;
  /** When it must have ended, by `performance.now()`; earlier when the caller's rights change, the job is cancelled, or the process ends. */
  until: number;
}

/** Works on the jobs of all replicas, as many at a time as one process can do beside its calls. */
@Injectable()
export class JobWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly runs = new Set<Run>();
  private readonly stop = new AbortController();
  /** While the database is away every look fails: once a minute is told. */
  private readonly failures = new Sparingly({ total: 1, each: 1 }, () => undefined);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  /** Runs from the first question to the last. */
  private readonly working = new Set<Promise<void>>();

  constructor(
    private readonly queue: Queue,
    private readonly jobs: Jobs,
    private readonly access: Access,
    private readonly lists: ToolLists,
    private readonly runner: ToolRunner,
    private readonly callers: Callers,
    private readonly audit: CallAudit,
    invalidations: Invalidations,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(CONFIG) private readonly config: Pick<Config, 'JOB_PAUSE_SECONDS'>,
    @Optional() @Inject(TRACING) private readonly tracing?: Tracing,
  ) {
    // Whose rights have changed, or may have: what is under way is finished, the next is judged anew.
    invalidations.subscribe({
      drop: (kind, id) =>
        this.hurry(
          ({ caller, ticket }) =>
            kind === 'switch' ||
            !caller ||
            [caller.id, caller.connection?.id, caller.connection?.personId, ticket.jobId, ticket.tenantId].includes(id),
        ),
      flush: () => this.hurry(() => true),
    });
  }

  onApplicationBootstrap(): void {
    // For jobs that others have left; its own it begins at once.
    this.timer = setInterval(() => this.look(), this.config.JOB_PAUSE_SECONDS * 1000);
    this.jobs.whenBegun(() => this.look());
    this.look();
  }

  /** Ends all runs as soon as what they have sent is answered; other replicas go on with their jobs. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort();
    this.hurry(() => true);
    await this.looking;
    await Promise.all(this.working);
    await this.queue.stop();
  }

  private hurry(whose: (run: Run) => boolean): void {
    for (const run of this.runs) if (whose(run)) run.until = 0;
  }

  /** Begins as many jobs as there is room for. */
  private look(): void {
    this.looking = this.looking
      .then(() => this.begin())
      .catch((error: unknown) => {
        if (this.failures.admits('queue')) this.log.warn({ err: error }, 'cannot look for jobs: tried again');
      });
  }

  private async begin(): Promise<void> {
    await this.queue.giveBack();
    while (!this.stop.signal.aborted && this.working.size < AT_A_TIME) {
      const taken = await this.queue.take();
      if (!taken) return;
      const work = this.work(taken)
        .catch((error: unknown) => this.told(error))
        .finally(() => {
          this.working.delete(work);
          this.look();
        });
      this.working.add(work);
    }
  }

  /** The queue gives a run that failed to another, after a while. */
  private told(error: unknown): void {
    this.log.warn({ err: error }, 'a run of a job has failed');
  }

  private async work({ id, ticket, isLast }: NonNullable<Awaited<ReturnType<Queue['take']>>>): Promise<void> {
    const job = await this.jobs.taken(ticket);
    if (!job) return this.jobs.over(id, ticket);
    if (isLast) return this.jobs.fail(id, ticket, restBody(new AppError('internal_error', ALWAYS_DIED)));
    const run: Run = { ticket, id, job, until: performance.now() + RUN_MS };
    this.runs.add(run);
    try {
      await (this.tracing?.background(`job ${job.tool}`, job.traceparent, () => this.goThrough(run)) ??
        this.goThrough(run));
    } finally {
      this.runs.delete(run);
    }
  }

  private callerOf({ ticket: { tenantId }, job: { callerKind, callerId, scopes } }: Run): Promise<Caller | undefined> {
    return this.access.again({
      kind: callerKind as Caller['kind'],
      id: callerId,
      workspaceId: workspaceOf(tenantId),
      ...(scopes && { scopes }),
    });
  }

  /** Does what is left of the job, until the time of this run is over. */
  private async goThrough(run: Run): Promise<void> {
    const { ticket, id, job } = run;
    const caller = await this.callerOf(run).catch(refusal);
    if (caller instanceof AppError) return this.failed(run, caller);
    if (!caller)
      return this.failed(
        run,
        new AppError(
          'forbidden',
          'The session or key that began this job has ended, or works in another Workspace now.',
        ),
      );
    run.caller = caller;
    const list = this.lists.of(caller.policies);
    const offered = list.tools.get(job.tool);
    if (!offered)
      return this.failed(
        run,
        switchedOffTool(list.policies, job.tool) ??
          new AppError('forbidden', `The tool ${job.tool} is not granted any more.`),
      );
    const started = performance.now();
    const { audited, beforeWrites } = this.audit.announced(caller, { tool: job.tool, effect: offered.tool.verb });
    const record = (outcome: CallRecord['outcome'], upstream?: CallStats, reason?: string) =>
      recordCall(
        this.log,
        {
          tool: job.tool,
          outcome,
          reason,
          by: { ...this.callers.of(caller), reqId: ticket.jobId },
          ms: performance.now() - started,
          upstream,
        },
        { ...audited, approval: job.approval },
      );
    let done: Awaited<ReturnType<ToolRunner['runOfJob']>>;
    try {
      done = await this.runner.runOfJob({
        offered,
        caller,
        granted: list,
        args: job.args,
        now: job.now,
        selection: job.selection,
        approval: job.approval,
        msLeft: () => run.until - performance.now(),
        beforeWrites,
        signal: AbortSignal.any([AbortSignal.timeout(RUN_MS), this.stop.signal]),
        progress: this.telling(run),
        whenTold: (work) =>
          void this.jobs.isTold(ticket).then(
            (told) => told && work(),
            () => undefined,
          ),
      });
    } catch (thrown) {
      const error = AppError.of(thrown);
      record(error.code, undefined, reasonOf(error, []));
      return PASSING.includes(error.code) ? this.later(run) : this.failed(run, error);
    }
    const { output, left, stats } = done;
    record('ok', stats);
    const working = await this.jobs.progress(ticket, job.total - left);
    // Of one that was cancelled, what is left is told as such.
    return left > 0 && working ? this.later(run, output) : this.jobs.end(id, ticket, 'completed', output);
  }

  private later({ id, ticket }: Run, soFar?: Record<string, unknown>): Promise<void> {
    return this.jobs.goOn(id, ticket, this.stop.signal.aborted ? 0 : this.config.JOB_PAUSE_SECONDS, soFar);
  }

  private failed({ id, ticket }: Run, error: AppError): Promise<void> {
    return this.jobs.fail(id, ticket, restBody(error));
  }

  /** Tells how far it is, now and then, and hears whether it was cancelled. */
  private telling(run: Run): (done: number) => void {
    let next = 0;
    return (done) => {
      if (performance.now() < next) return;
      next = performance.now() + TELL_EVERY_MS;
      this.jobs.progress(run.ticket, done).then(
        (working) => void (working || (run.until = 0)),
        () => undefined,
      );
    };
  }
}

/** Who is kept out stays so for this job. What fails otherwise, such as the database, may pass. */
function refusal(thrown: unknown): AppError {
  const error = AppError.of(thrown);
  if (error.code !== 'forbidden') throw thrown;
  return error;
}
