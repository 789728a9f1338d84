import { setMaxListeners } from 'node:events';
import { CallerTiers } from '#libs/auth';
import { afterWrites, type CallStats, type ClickUpClient, type Directories, DirectoryCache } from '#libs/clickup';
import { type Caller, ClickUpClients } from '#libs/connections';
import { AppError, CONFIG, type Config, deriveKey, isRead, LOGGER, MASTER_KEY, sealer, traceHere } from '#libs/core';
import { Jobs } from '#libs/jobs';
import { ASSUMED_LIMIT } from '#libs/limits';
import { permits, type Policies, questionOf } from '#libs/permissions';
import {
  argumentsOf,
  type Content,
  type Offered,
  type Selection,
  type Tool,
  type ToolContext,
  watchWrites,
} from '#libs/tools';
import { Inject, Injectable, type OnModuleDestroy, Optional } from '@nestjs/common';
import { type Logger } from 'pino';
import { ApprovalGate } from '../approvals/gate.js';
import { Previews } from '../confirmations/previews.js';
import { type Question } from '../elicitation/elicitation.js';
import { RequestKeys } from '../request-keys/request-keys.js';
import { Downloads } from './downloads.js';
import { Pictures } from './pictures.js';
import { succeeded, type ToolResult, unanswered } from './tool-result.js';
import { type TransportContext } from './transport-context.js';
import { UpstreamBudget } from './upstream-budget.js';

/** Arguments that the tool's schema has accepted; only the tool knows their types. */
type Input = Record<string, unknown>;

/** One index may take this part of the cache: with the default, that of some 25,000 tasks. */
const PARTS_OF_CACHE = 2;

/** Who calls, and all policy layers that hold for them. */
interface Subject {
  caller: Caller;
  policies: Policies;
  /** Every tool that the caller is offered. */
  offered: readonly Offered[];
}

/** A tool as its caller may use it now, for a run of a job. */
interface JobRun {
  offered: Offered;
  caller: Caller;
  granted: Pick<Subject, 'policies' | 'offered'>;
  args: Record<string, unknown>;
  /** The moment that words such as "tomorrow" are read from. */
  now: number;
  /** Of a call by filter: what it has found. */
  selection: Selection | undefined;
  /** The approval of a person under which the call was begun. */
  approval: string | undefined;
  /** How many milliseconds this run may still last. */
  msLeft: () => number;
  /** Fires when the job is to stop at once. */
  signal: AbortSignal;
  progress: (done: number) => void;
  /** Has something done if its caller has heard of it. */
  whenTold: (work: () => void) => void;
  beforeWrites: TransportContext['beforeWrites'];
}

/** What a call has left for later. */
interface Rest {
  left: number;
  /** Of a call by filter: all of its objects. */
  selection?: Selection;
}

interface Ran {
  result: ToolResult;
  preview: boolean;
  /** What the client is to ask its user instead of giving a result. */
  question?: Question | undefined;
  job?: string | undefined;
}

/** One run of a tool; `stats` may be asked for whether it succeeded or not. */
export interface ToolRun {
  /** @returns also the id of the job that does what the call did not come to */
  execute(args: Record<string, unknown>): Promise<Ran>;
  stats(): CallStats | undefined;
  /** What stands in for a question, whether it succeeded or not: the id of an approval, also of one that it waits for, `confirm_token`, or `form`. */
  approval(): string | undefined;
}

const atOnce = (work: () => void) => work();

/** Only who is known without bringing a ClickUp key along: that key is not kept. */
const mayHaveJobs = ({ kind }: Caller): boolean => kind !== 'client_credentials' && kind !== 'stdio';

/** Turns a tool's definition into a run: arguments checked, context made, confirmation asked for, output rendered. */
@Injectable()
export class ToolRunner implements OnModuleDestroy {
  private readonly cursorKey: Buffer;

  constructor(
    @Inject(ClickUpClients) private readonly connections: Pick<ClickUpClients, 'client'>,
    @Inject(DirectoryCache) private readonly directories: Directories,
    @Inject(Previews) private readonly previews: Pick<Previews, 'of'>,
    @Inject(ApprovalGate) private readonly approvals: Pick<ApprovalGate, 'watches' | 'pass' | 'mayGoOn'>,
    @Inject(RequestKeys) private readonly requestKeys: Pick<RequestKeys, 'ledger'>,
    @Inject(Jobs) private readonly jobs: Pick<Jobs, 'of' | 'cancel' | 'begin' | 'told'>,
    private readonly budget: UpstreamBudget,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
    @Optional() @Inject(Downloads) private readonly downloads: Pick<Downloads, 'file' | 'close'> = new Downloads(),
    @Optional() @Inject(Pictures) private readonly pictures: Pick<Pictures, 'get' | 'close'> = new Pictures(),
    @Optional() private readonly tiers: CallerTiers = new CallerTiers(),
  ) {
    // Without a master key no caller is ever authenticated, so this key is then never used.
    this.cursorKey = deriveKey(masterKey ?? Buffer.alloc(0), 'cursor');
  }

  /**
   * @param granted what the caller is offered, and all layers that hold for it, the operator's first; scopes that the token lacks are no
   * layer of these
   * @param started when the call came in, on the clock of `performance.now()`: the time limit counts from there
   */
  prepare(
    { tool, schema }: Offered,
    caller: Caller,
    granted: Pick<Subject, 'policies' | 'offered'>,
    transport: TransportContext,
    started: number,
  ): ToolRun {
    let client: ClickUpClient | undefined;
    let approval: string | undefined;
    const { policies, offered } = granted;
    const by: Subject = { caller, policies, offered };
    return {
      stats: () => client?.stats,
      approval: () => approval,
      execute: async (raw) => {
        if (tool.premium) await this.checkTier(caller);
        const { confirm_token: confirmToken, ...args } = raw;
        const input = argumentsOf(tool, tool.preview ? args : raw, schema);
        const deadline = started + this.config.CALL_TIMEOUT_MS;
        client = this.client(tool, caller, policies, transport, deadline);
        const { whenDelivered = atOnce } = transport;
        const ledger = this.requestKeys.ledger(caller, tool.name, whenDelivered);
        try {
          const call = { tool, input, args, confirmToken, standsIn: (id?: string) => void (approval = id) };
          return await this.run(by, call, client, transport, deadline, ledger);
        } catch (thrown) {
          throw await this.ended(tool, client, thrown, transport.from?.reqId);
        } finally {
          ledger.release();
        }
      },
    };
  }

  private async run(
    by: Subject,
    {
      tool,
      input,
      args,
      confirmToken,
      standsIn,
    }: { tool: Tool; input: Input; args: Input; confirmToken: unknown; standsIn: (approval?: string) => void },
    client: ClickUpClient,
    transport: TransportContext,
    deadline: number,
    ledger: ToolContext['ledger'],
  ): Promise<Ran> {
    const beside: Content[] = [];
    let rest = undefined as Rest | undefined;
    const context = await this.context(tool, by, client, transport, {
      show: (content) => void beside.push(content),
      msLeft: () => deadline - performance.now(),
      leave: (left, selection) => void (rest = { left, ...(selection && { selection }) }),
      ledger,
    });
    const watched = this.approvals.watches(tool, by.policies);
    // Where a person has to approve, nothing that a model holds confirms: a confirm_token is not even looked at.
    const { preview, question, now, selection, approval } = watched
      ? await this.approvals.pass(tool, by, { input, args }, context, transport.asks)
      : await this.previews.of(tool, by, { input, args }, confirmToken, context, transport.asks);
    standsIn(approval);
    if (question) return { result: unanswered(), preview: true, question };
    if (preview) return { result: succeeded(tool, preview), preview: true };
    const output = (await tool.handler(input, { ...context, now, ...(selection && { selection }) })) as Record<
      string,
      unknown
    >;
    // Whoever has cancelled the call does not want the rest of it.
    const job =
      rest && !transport.signal?.aborted && mayHaveJobs(by.caller)
        ? await this.goOn(tool, by.caller, { args, now, approval }, tool.objects!(input), rest, output)
        : undefined;
    if (job !== undefined) (transport.whenDelivered ?? atOnce)(() => this.jobs.told(by.caller, job));
    return { result: succeeded(tool, job === undefined ? output : { ...output, job }, beside), preview: false, job };
  }

  /** A run of a tool without a client that waits for it. What the tool leaves for later is told. @throws AppError */
  async runOfJob({
    offered: { tool, schema },
    caller,
    granted: { policies, offered },
    args,
    now,
    selection,
    approval,
    msLeft,
    signal,
    progress,
    whenTold,
    beforeWrites,
  }: JobRun): Promise<{ output: Record<string, unknown>; left: number; stats: CallStats }> {
    if (tool.premium) await this.checkTier(caller);
    // What nobody has approved, because nobody had to when it was begun, is not gone on with once somebody has to.
    if (!this.approvals.mayGoOn(policies, approval))
      throw new AppError('forbidden', 'This needs the approval of a person now: make the call again.');
    const input = argumentsOf(tool, args, schema);
    const transport: TransportContext = { signal, progress: (done) => progress(done), beforeWrites };
    const client = this.client(tool, caller, policies, transport, performance.now() + msLeft());
    const ledger = this.requestKeys.ledger(caller, tool.name, whenTold);
    let left = 0;
    try {
      const context = await this.context(tool, { caller, policies, offered }, client, transport, {
        show: () => undefined,
        msLeft,
        leave: (objects) => void (left = objects),
        ledger,
      });
      const output = (await tool.handler(input, {
        ...context,
        now,
        inJob: true,
        ...(selection && { selection }),
      })) as Record<string, unknown>;
      return { output, left, stats: client.stats };
    } catch (thrown) {
      // Everything else the worker knows what to do with: it goes on where the journal says that this run ended.
      throw AppError.of(thrown).code === 'internal_error' ? await this.ended(tool, client, thrown) : thrown;
    } finally {
      ledger.release();
    }
  }

  /** @throws AppError (by rejecting) `premium_required`, `unavailable` */
  private async checkTier(caller: Caller): Promise<void> {
    if ((await this.tiers.of(caller)) !== 'premium') throw new AppError('premium_required');
  }

  /** Whatever a call did not come to is done as a job: with the same arguments, which go on where they ended. @returns its id */
  private goOn(
    tool: Tool,
    caller: Caller,
    { args, now, approval }: { args: Record<string, unknown>; now: number; approval: string | undefined },
    objects: number,
    { left, selection }: Rest,
    soFar: Record<string, unknown>,
  ): Promise<string> {
    const total = selection?.length ?? objects;
    const { traceparent } = traceHere()?.carrier ?? {};
    const work = {
      args,
      now,
      ...(selection && { selection }),
      ...(approval !== undefined && { approval }),
      ...(caller.scopes && { scopes: caller.scopes }),
      ...(typeof traceparent === 'string' && { traceparent }),
    };
    return this.jobs.begin(caller, { tool: tool.name, total, done: total - left, ...work }, soFar);
  }

  private client(
    tool: Tool,
    caller: Caller,
    policies: Policies,
    { signal, from, waiting, beforeWrites }: TransportContext,
    deadline: number,
  ): ClickUpClient {
    const priority = tool.bulk ? 'bulk' : 'interactive';
    // Every request under way listens to it: that is no leak, which Node would warn of.
    if (signal) setMaxListeners(0, signal);
    const coalesced = isRead(tool.verb);
    const at = { signal, reqId: from?.reqId, deadline, priority, coalesced, waiting, beforeWrites } as const;
    return this.connections.client(caller, { tool: tool.name, ...at }, policies);
  }

  /** What a failed run has to say, which knows of the writes that it sent before. Their failure may have hidden one of ours. */
  private async ended(tool: Tool, { stats }: ClickUpClient, thrown: unknown, reqId?: string): Promise<AppError> {
    const error = await afterWrites(stats, thrown);
    const hidden = error.cause;
    if (error.code !== 'internal_error' && hidden instanceof AppError && hidden.code === 'internal_error')
      this.report(tool.name, hidden, reqId);
    return error;
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.downloads.close(), this.pictures.close()]);
  }

  /** Logs an unexpected error with its cause, which the caller never sees. */
  report(tool: string, error: AppError, reqId?: string): void {
    this.log.error({ reqId, tool, err: error.cause }, 'a tool failed unexpectedly');
  }

  /** Logs that writes changed objects which had been moved out of the caller's reach a moment before. */
  violated(tool: string, caller: string, count: number): void {
    this.log.warn({ tool, caller, count, outcome: 'scope_violation' }, 'a write hit what had just moved out of scope');
  }

  private async context(
    tool: Tool,
    { caller, policies, offered }: Subject,
    clickup: ClickUpClient,
    transport: TransportContext,
    run: Pick<ToolContext, 'show' | 'msLeft' | 'leave' | 'ledger'>,
  ): Promise<ToolContext> {
    const directory = this.directories.directory(clickup, caller.workspaceId, transport.signal);
    const me = await directory.me();
    const { cache } = this.directories;
    const partition = clickup.cachePartition ?? clickup.credential.hash;
    // One credential may work in several Workspaces, each in a connection of its own.
    const named = (key: string) => `workspace/${caller.workspaceId ?? ''}/${key}`;
    const kept: ToolContext['cache'] = {
      read: (key, ttlMs, load) => cache.read(partition, named(key), ttlMs, load, transport.signal),
      peek: (key) => cache.peek(partition, named(key)),
      keep: (key, ttlMs, value, bytes) => cache.put(partition, named(key), ttlMs, value, bytes),
      room: this.config.CACHE_BYTES / PARTS_OF_CACHE,
      forget: (prefix) => cache.forget(partition, named(prefix)),
    };
    watchWrites(clickup, kept);
    return {
      clickup,
      directory,
      me,
      zone: me.timezone,
      now: Date.now(),
      cursors: sealer(this.cursorKey, `${caller.id}/${clickup.credential.hash}/${tool.name}`, 'cursor'),
      cache: kept,
      taskIndex: this.config.TASK_INDEX,
      jobs: { of: (id) => this.jobs.of(caller, id), cancel: (id) => this.jobs.cancel(caller, id) },
      inJob: false,
      requestsPerMinute: () => this.budget.of(caller)?.limit ?? ASSUMED_LIMIT,
      ...run,
      tools: offered,
      download: (url) => this.downloads.file(url),
      picture: (url) => this.pictures.get(url),
      permits: (row) => permits(policies, questionOf(row)),
      progress: (done, total, message) => transport.progress?.(done, total, message),
    };
  }
}
