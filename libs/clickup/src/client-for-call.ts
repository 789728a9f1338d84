import { AppError } from '#libs/core';
import { type Authorize, type CallContext, type CallStats, type ClickUpClient } from './client.js';
import { Delivery } from './delivery.js';
import { type Caller } from './operation.js';
import { type Arguments, type Plan, planOf, type Prepared } from './plan.js';
import { type ClickUpTransport } from './transport.js';

/** ClickUp for one tool call: checks, asks for permission, delivers. */
export class ClientForCall implements ClickUpClient {
  readonly credential: CallContext['credential'];

  constructor(
    private readonly transport: ClickUpTransport,
    private readonly context: CallContext,
    readonly stats: CallStats = { requests: 0, retries: 0, waitedMs: 0 },
  ) {
    this.credential = context.credential;
  }

  readonly call: Caller = (operation, args) => this.run(planOf(operation), args) as never;

  private async run(plan: Plan, args: Arguments): Promise<unknown> {
    const prepared = plan.prepare(args);
    if (plan.write) await this.judge(plan, prepared);
    return new Delivery(this.transport, this.context, this.stats, plan, prepared, () => this.reader()).outcome();
  }

  /** For asking what became of a write: cannot write, and goes on when the caller has left (fault 34: the result is wanted for the audit). */
  private reader(): Caller {
    return new ClientForCall(this.transport, { ...this.context, authorize: undefined, signal: undefined }, this.stats).call;
  }

  private judge(plan: Plan, prepared: Prepared): Promise<void> {
    const { authorize = refuse } = this.context;
    return authorize(plan.operation, plan.targets(prepared));
  }
}

const refuse: Authorize = ({ id }) => Promise.reject(new AppError('forbidden', 'Not allowed: this client can only read.', { details: { operation: id, reason: 'this client can only read' } }));
