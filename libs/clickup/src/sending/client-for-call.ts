import { AppError } from '#libs/core';
import {
  type Approval,
  type Authorize,
  type CallContext,
  type CallStats,
  type ClickUpClient,
  type JudgedCall,
  type WriteListener,
} from './client.js';
import { CallWrites, doneButUntold } from './outcomes/after-writes.js';
import { noteChanges, noteReads, objectsOf } from './changes.js';
import { Delivery } from './delivery.js';
import { type CallOperation, type Operation, type Parent, type Target } from '../operation.js';
import { type Arguments, type Plan, planOf, type Prepared } from './plan.js';
import { canonicalTaskId, withTaskIds } from '../task-ids.js';
import { type ClickUpTransport } from './transport.js';

/** How long (ms) ClickUp is asked at least what became of a write. */
const LOOKS_FOR_MS = 10_000;

/** The parts of a call that say which objects it is about. */
type Sent = Pick<Prepared, 'path' | 'query' | 'body'>;

/** ClickUp for one tool call: checks, asks for permission, delivers. */
export class ClientForCall implements ClickUpClient {
  readonly credential: CallContext['credential'];
  readonly cachePartition: string | undefined;
  private readonly listeners: WriteListener[] = [];

  constructor(
    private readonly transport: ClickUpTransport,
    private readonly context: CallContext,
    readonly stats: CallStats = { requests: 0, retries: 0, waitedMs: 0, upstreamMs: 0 },
  ) {
    this.credential = context.credential;
    this.cachePartition = context.readLimits && `${context.credential.hash}.${context.readLimits.key}`;
  }

  readonly call: CallOperation = (operation, args) => {
    const plan = planOf(operation);
    return (plan.write ? this.write(plan, args) : this.read(plan, args)) as never;
  };

  now(): number {
    return this.transport.clock.now();
  }

  whenWritten(listener: WriteListener): void {
    this.listeners.push(listener);
  }

  async judge(operation: Operation, calls: readonly Arguments[]): Promise<void> {
    const plan = planOf(operation);
    const prepared = calls.map((args) => plan.prepare(args));
    const targets = prepared.flatMap((each) => spelled(plan.targets(each)));
    const [{ path, query, body } = { path: {}, query: {}, body: undefined }] = prepared;
    // All at once: look-ups of the same List or task are shared. Each is judged again when it is sent.
    await this.ask(
      operation,
      [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()],
      { path, query, body },
      calls[0]?.parent,
    );
  }

  private ask(
    operation: Operation,
    targets: readonly Target[],
    sent: Sent,
    parent: Parent | undefined,
  ): Promise<Approval | void> {
    const { authorize = refuse } = this.context;
    return authorize(operation, targets, this.judgedCall(sent, parent));
  }

  private judgedCall(sent: Sent, parent: Parent | undefined, coalesced = false): JudgedCall {
    return new CallToJudge(sent, parent, this.context.instead !== undefined, () =>
      this.reader({ ...this.context, coalesced }),
    );
  }

  private async write(plan: Plan, args: Arguments): Promise<unknown> {
    const asked = plan.prepare(args);
    const { prepared, approval, targets } = await this.judged(plan, asked, args);
    if (this.context.instead) return this.context.instead(plan.operation, targets, false);
    await this.context.beforeWrites?.(plan.operation.id, objectsOf(targets));
    const written = (done: boolean) => {
      approval?.written?.();
      this.listeners.forEach((listener) => listener(plan.operation, prepared, done));
    };
    const { coalesced } = this.transport;
    const { hash } = this.credential;
    coalesced.forget(hash);
    const writes = (this.stats.writes ??= new CallWrites());
    const delivery = this.delivery(plan, prepared)
      .outcome()
      .finally(() => coalesced.forget(hash));
    const answer = await writes.follow(plan.operation.id, delivery).catch((error: unknown) => {
      written(false);
      noteChanges(this.stats, plan.operation, targets, { error });
      throw error;
    });
    try {
      written(true);
      noteChanges(this.stats, plan.operation, targets, { answer });
      if (approval?.holds?.(answer) === false) this.stats.scopeViolations = (this.stats.scopeViolations ?? 0) + 1;
      const { readLimits } = this.context;
      const shown = this.withheld(plan, answer);
      // The answer to a write must show no more than a read would.
      return readLimits
        ? await readLimits.filterAnswer(plan.operation, shown, this.judgedCall(prepared, args.parent))
        : shown;
    } catch (error) {
      // The limits themselves say of what has moved out of sight that it was changed.
      if (error instanceof AppError && error.code === 'clickup_not_found') throw error;
      throw doneButUntold(plan.operation.id, error);
    }
  }

  private async read(plan: Plan, args: Arguments): Promise<unknown> {
    const { authorize, readLimits } = this.context;
    const { operation } = plan;
    const made = (prepared: Prepared) => ({
      prepared,
      targets: spelled(plan.targets(prepared)),
      call: this.judgedCall(prepared, args.parent, this.context.coalesced),
    });
    let request = made(plan.prepare(args));
    if (authorize) noteReads(this.stats, request.targets);
    await authorize?.(operation, request.targets, request.call);
    if (!readLimits) return this.deliver(plan, request.prepared);
    const query = await readLimits.narrow(operation, request.call.query, request.call);
    if (query !== request.call.query) request = made(plan.prepare({ ...args, query }));
    await readLimits.checkTargets(operation, request.targets, request.call);
    return readLimits.filterAnswer(operation, await this.deliver(plan, request.prepared), request.call);
  }

  private async deliver(plan: Plan, prepared: Prepared): Promise<unknown> {
    const { context, credential } = this;
    if (context.instead)
      return context.instead(plan.operation, spelled(plan.targets(prepared)), context.authorize === undefined);
    const answer =
      context.coalesced && prepared.payload === undefined
        ? await this.transport.coalesced.read(
            credential.hash,
            `${plan.operation.id} ${prepared.url}`,
            context,
            (shared) => this.delivery(plan, prepared, { ...context, ...shared }).shareable(),
            (ms) => (this.stats.upstreamMs += ms),
          )
        : await this.delivery(plan, prepared).outcome();
    return this.withheld(plan, answer);
  }

  private delivery(plan: Plan, prepared: Prepared, context = this.context): Delivery {
    return new Delivery(this.transport, context, this.stats, plan, prepared, () => this.lookingBack().call);
  }

  private withheld({ withhold }: Plan, answer: unknown): unknown {
    return withhold && !this.context.secrets ? withhold(answer) : answer;
  }

  /**
   * A client for look-ups of our own. It cannot write, and it sees all that the credential sees: what it reads is used to judge the call
   * and never shown to the caller.
   */
  private reader({
    signal,
    coalesced,
    deadline,
  }: Pick<CallContext, 'signal' | 'coalesced' | 'deadline'>): ClickUpClient {
    return new ClientForCall(
      this.transport,
      { ...this.context, authorize: undefined, readLimits: undefined, signal, coalesced, deadline },
      this.stats,
    );
  }

  /**
   * Asks what became of a write. That goes on when the caller has left, because the audit needs the result (fault 34), and when the time
   * of the call is over, because the write may have taken all of it.
   */
  private lookingBack(): ClickUpClient {
    return this.reader({ deadline: Math.max(this.context.deadline, performance.now() + LOOKS_FOR_MS) });
  }

  /** Has a write judged, and returns it with exactly the ids that were judged. */
  private async judged(
    plan: Plan,
    asked: Prepared,
    { parent }: Arguments,
  ): Promise<{ prepared: Prepared; approval?: Approval; targets: readonly Target[] }> {
    const named = plan.targets(asked);
    const { path, query, body } = asked;
    const normalised = spelled(named);
    const approval = (await this.ask(plan.operation, normalised, asked, parent)) ?? undefined;
    const approved = approval?.targets ?? normalised;
    const same = isSame(named, approved) && !(approval && query.custom_task_ids);
    return {
      prepared: same ? asked : plan.prepare(withTaskIds({ path, query, body }, named, approved)),
      approval,
      targets: approved,
    };
  }
}

/** Makes its reader when it is first asked for: most calls are judged by what is known already, and need none. */
class CallToJudge implements JudgedCall {
  readonly path: JudgedCall['path'];
  readonly query: JudgedCall['query'];
  readonly body: unknown;
  private reader?: ClickUpClient;

  constructor(
    { path, query, body }: Sent,
    readonly parent: Parent | undefined,
    readonly unanswered: boolean,
    private readonly make: () => ClickUpClient,
  ) {
    this.path = path;
    this.query = query;
    this.body = body;
  }

  get read(): ClickUpClient {
    return (this.reader ??= this.make());
  }
}

/** The targets, with the ids of tasks spelled as ClickUp's own answers spell them. */
const spelled = (targets: readonly Target[]): Target[] =>
  targets.map((target) =>
    target.kind === 'task' && target.custom === undefined ? { ...target, id: canonicalTaskId(target.id) } : target,
  );

const isSame = (named: readonly Target[], approved: readonly Target[]) =>
  named.every(({ id }, index) => approved[index]?.id === id);

const refuse: Authorize = ({ id }) =>
  Promise.reject(
    new AppError('forbidden', 'Not allowed: this client can only read.', {
      details: { operation: id, reason: 'this client can only read' },
    }),
  );
