import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, systemCodeOf, traceHere } from '#libs/core';
import { type Lease } from '#libs/limits';
import { type Account } from './bulkheads/bytes-in-flight.js';
import { type Admission } from './bulkheads/circuit.js';
import { type Departure } from './bulkheads/departures.js';
import { type CallContext, type CallStats } from './client.js';
import { ALONE, type Creation, idIn } from './outcomes/creations.js';
import { Exchange } from './exchange.js';
import { type Shareable } from './flight.js';
import { failureOf, type Failure, isLocal, unknownOutcome } from './failures.js';
import { type CallOperation } from '../operation.js';
import { GetAuthorizedUser } from '../operations/workspace/workspace.js';
import { type Plan, type Prepared } from './plan.js';
import { rateLimitOf } from './rate-limit.js';
import { backoffMs, MAX_RETRIES } from './retry.js';
import { SharedAnswer } from './shared-answer.js';
import { throttled } from './throttled.js';
import { noteExchange, notePause, noteWait } from '../tracing/steps.js';
import { type ClickUpTransport } from './transport.js';

const USER_AGENT = 'clickup-mcp-gateway';
/** Where 429 is passed on, a longer wait for the budget (ms) is, too. */
const UNABSORBED_WAIT_MS = 2_000;

/** One request on its way to exactly one outcome: an answer, an error, or `unknown_outcome`. Repeats by the table in retry.ts, never past the deadline. */
export class Delivery {
  private readonly startedAt = performance.now();
  private retries = 0;
  private attempts = 0;
  /** When the first attempt left (`performance.now()` ms): what a reconciling read compares with, by ClickUp's clock. */
  private sentAt = 0;
  /** Set when a write left and was not answered. Until it is known what became of it, errors must say that it may have been done. */
  private doubt?: AppError;
  private asked = false;
  /** Set while the last thing that ClickUp said was 429: past the deadline that is why. */
  private throttled?: AppError;
  /** The exchange whose answer is the outcome. */
  private accepted?: Exchange;
  /** Whether the deadline of the call ends an attempt that is under way. */
  private readonly cuts: boolean;
  /** Whether 429 is waited for; otherwise the caller is told. */
  private readonly absorbs: boolean;
  /** `performance.now()` milliseconds until which an attempt may begin. */
  private readonly deadline: number;
  /** `performance.now()` when the way to ClickUp first failed this call; a success on the way clears it. */
  private outageSince?: number;
  /** The memory of the newest attempt's bodies. */
  private account?: Account;
  /** Of a request that creates: its record, which recoveries of other requests look at. */
  private creation?: Creation;

  constructor(
    private readonly transport: ClickUpTransport,
    private readonly context: CallContext,
    private readonly stats: CallStats,
    private readonly plan: Plan,
    private readonly prepared: Prepared,
    private readonly reader: () => CallOperation,
  ) {
    this.cuts = !plan.write || context.cutsWrites === true;
    this.absorbs = transport.absorbs && context.tellsThrottle !== true;
    this.deadline = this.cuts ? context.deadline : context.deadline - transport.writeNeedsMs;
  }

  async outcome(): Promise<unknown> {
    this.transport.retries.deposit(this.context.credential.hash, this.startedAt);
    try {
      const answer = await this.answer();
      this.creation?.answered(idIn(answer));
      return answer;
    } catch (error) {
      if (!this.doubt) this.creation?.undone();
      else this.creation?.lost();
      throw this.doubt ? unknownOutcome(this.plan.operation, this.doubt, error) : error;
    } finally {
      this.account?.release();
    }
  }

  /** The outcome of a read, for several callers. */
  async shareable(): Promise<Shareable> {
    await this.outcome();
    return new SharedAnswer(this.accepted!, this.plan, this.transport.largeAnswers);
  }

  private async answer(): Promise<unknown> {
    for (;;) {
      const exchange = await this.attempt();
      const failure = this.failure(exchange);
      if (!failure) {
        this.accepted = exchange;
        return exchange.json;
      }
      if (exchange.cutByDeadline && !this.doubt && failure.kind !== 'throttled')
        failure.error = this.tooLate(failure.error);
      const answer = await this.next(failure);
      if (answer !== undefined) return answer;
      this.stats.retries += 1;
    }
  }

  private failure(exchange: Exchange): Failure | undefined {
    return failureOf(exchange, this.plan, this.prepared, this.doubt !== undefined);
  }

  /** Decides what follows a failure: throws, returns what ClickUp knows of the request, or returns undefined when it may be sent again. */
  private async next(failure: Failure): Promise<unknown> {
    const action = failure.final ? undefined : this.plan.rule.after[failure.kind];
    if (failure.kind === 'sent' && this.plan.write) this.doubt = failure.error;
    this.throttled =
      failure.kind === 'throttled'
        ? throttled(this.transport.budget.state(this.context.credential.hash), failure.error)
        : undefined;
    if (this.throttled && !this.absorbs) throw this.throttled;
    if (action === 'wait') return undefined;
    if (action === 'repeat') return this.pause(failure);
    if (action === undefined) throw failure.error;
    const verdict = this.asked ? 'unknown' : await this.ask();
    if (verdict !== 'not_done' && verdict !== 'unknown') return verdict;
    if (verdict === 'unknown' || action === 'ask') throw failure.error;
    this.doubt = undefined;
    return this.pause(failure);
  }

  private async attempt(): Promise<Exchange> {
    const { transport, context, plan, prepared, stats, deadline } = this;
    const { credential, person, tenant, priority, signal } = context;
    if (performance.now() >= deadline) throw this.throttled ?? this.tooLate();
    transport.circuits.checkPatience(credential.hash);
    const headers = [
      'authorization',
      credential.authorization(),
      'accept',
      'application/json',
      'user-agent',
      USER_AGENT,
    ];
    if (prepared.payload !== undefined) headers.push('content-type', prepared.type ?? 'application/json');
    const lease = await transport.budget.acquire({
      tokenHash: credential.hash,
      person,
      tenant,
      priority,
      signal,
      deadline: this.absorbs ? deadline : Math.min(deadline, performance.now() + UNABSORBED_WAIT_MS),
      waiting: context.waiting,
    });
    stats.waitedMs += lease.waitedMs;
    const trace = traceHere();
    if (trace) noteWait(trace, lease, priority);
    this.creation ??= this.begun();
    if (this.creation) await this.creation.leaves();
    const departure = await this.departure(lease);
    const { admission } = departure;
    const now = performance.now();
    this.account?.release();
    this.account = departure.account;
    if (plan.write) this.sentAt ||= now;
    const left = this.cuts ? deadline - now : Infinity;
    // A write gets its full time even as a probe: if it were cut short, it would not be known whether it was done.
    const timeoutMs =
      admission === 'probe' && !plan.write
        ? Math.min(transport.probeTimeoutMs, transport.timeoutMs)
        : transport.timeoutMs;
    const exchange = new Exchange(
      Math.min(left, timeoutMs),
      left < timeoutMs,
      transport.maxBytes,
      !plan.write,
      signal,
      departure.account,
      transport.countdown,
    );
    await exchange.send(transport.pools.of(plan.write, this.attempts > 0), {
      path: transport.prefix + prepared.url,
      method: plan.operation.method,
      headers,
      body: prepared.payload,
    });
    departure.slot.release();
    if (exchange.sent) stats.requests += 1;
    const ms = performance.now() - now;
    stats.upstreamMs += ms;
    this.attempts += 1;
    if (trace) noteExchange(trace, transport, plan.operation, exchange, this.attempts, now);
    transport.attempts.add(plan.operation.verb, endingOf(exchange));
    transport.log?.debug(
      {
        reqId: context.reqId,
        operation: plan.operation.id,
        attempt: this.attempts,
        status: exchange.status || undefined,
        ending: exchange.ending === 'answered' ? undefined : exchange.ending,
        code: systemCodeOf(exchange.error),
        ms: Math.round(ms),
        queue_ms: Math.round(lease.waitedMs),
      },
      'request to ClickUp',
    );
    transport.clock.heard(exchange.headers);
    this.report(exchange, admission);
    lease.release(this.learned(exchange));
    if (exchange.isLong) exchange.parsed = await transport.largeAnswers.parse(exchange.bytes()!);
    return exchange;
  }

  /** @throws AppError what `Departures.allow` throws, and that the time is up; then the permit was given back */
  private async departure(lease: Lease): Promise<Departure> {
    const { transport, context, prepared, deadline } = this;
    const { credential, signal } = context;
    try {
      const departure = await transport.departures.allow(
        credential.hash,
        { deadline, signal },
        prepared.payload?.length ?? 0,
      );
      if (departure) return departure;
    } catch (error) {
      lease.release();
      throw error;
    }
    lease.release();
    throw this.throttled ?? this.tooLate();
  }

  /** Tells the circuit of the token whether the way to ClickUp works. */
  private report(exchange: Exchange, admission: Admission): void {
    const { circuits, reachability } = this.transport;
    const { hash } = this.context.credential;
    const { status, ending, cutByDeadline } = exchange;
    if (ending === 'cancelled' || cutByDeadline || isLocal(exchange)) return circuits.undecided(hash, admission);
    const now = performance.now();
    if (status !== 0 && (status < 502 || status > 504)) {
      circuits.succeeded(hash, now);
      this.outageSince = undefined;
      reachability?.succeeded();
      return;
    }
    circuits.failed(hash, now, admission);
    this.outageSince ??= now;
    reachability?.failed(whyOf(exchange), circuits.isOpen(hash, now));
  }

  private learned({ status, headers }: Exchange) {
    if (!status) return undefined;
    const told = rateLimitOf(headers);
    if (told.limit !== undefined && told.remaining !== undefined && told.resetInMs !== undefined) {
      this.stats.rateLimit = {
        limit: told.limit,
        remaining: told.remaining,
        resetInSeconds: Math.ceil(told.resetInMs / 1000),
      };
    }
    if (status === 429) told.exhausted = true;
    return told;
  }

  /** Waits before a repetition. @throws the failure when there may be none, `cancelled` when the caller leaves meanwhile */
  private async pause({ kind, error }: Failure): Promise<undefined> {
    const { transport, context } = this;
    const now = performance.now();
    // Three repetitions may be over within a moment. As long as others would wait for ClickUp to come back, so does this call.
    const outlasts = this.outageSince !== undefined && now - this.outageSince < transport.circuits.patienceMs;
    const delay = backoffMs(Math.min(this.retries, MAX_RETRIES - 1), transport.backoffMs, transport.random);
    if ((this.retries >= MAX_RETRIES && !outlasts) || now + delay >= this.deadline) throw error;
    if (kind === 'sent' && !transport.retries.withdraw(context.credential.hash, now)) throw error;
    this.retries += 1;
    this.stats.pausedMs = (this.stats.pausedMs ?? 0) + delay;
    await sleep(delay, undefined, { signal: context.signal }).catch(() => Promise.reject(new AppError('cancelled')));
    const trace = traceHere();
    if (trace) notePause(trace, now);
  }

  private async ask(): Promise<unknown> {
    this.asked = true;
    const { recover } = this.plan.operation;
    if (!recover) return 'unknown';
    this.creation?.unanswered();
    const { clock } = this.transport;
    const read = this.reader();
    // Our own clock may be minutes off: whether something was made before or after the request left, only ClickUp's can say.
    if (this.creation && !clock.isSet) await read(GetAuthorizedUser, {});
    if (this.creation && !clock.isSet) return 'unknown';
    const { path, query, body } = this.prepared;
    return recover({ path, query, body, sentAt: clock.at(this.sentAt), others: this.creation ?? ALONE }, read);
  }

  private begun(): Creation | undefined {
    const { operation } = this.plan;
    const { url, path, body, payload } = this.prepared;
    const trace: string | undefined = operation.trace?.({ path, body });
    return trace === undefined
      ? undefined
      : this.transport.creations.begin(
          this.context.credential.hash,
          trace,
          () => `${operation.id} ${url} ${String(payload)}`,
        );
  }

  private tooLate(cause?: unknown): AppError {
    return new AppError('deadline_exceeded', undefined, {
      details: { waited_ms: Math.round(performance.now() - this.startedAt) },
      cause,
    });
  }
}

/** The statuses that say something of their own; any other is counted by its hundred. */
const TELLING = new Set([401, 403, 404, 429]);
const endingOf = ({ status, ending }: Exchange): string => {
  if (ending !== 'answered') return ending ?? 'cancelled';
  return TELLING.has(status) ? String(status) : `${Math.floor(status / 100)}xx`;
};

/** How a request got no answer of ClickUp's, in one word for the log. */
const whyOf = ({ status, timedOut, error }: Exchange): string =>
  status ? String(status) : timedOut ? 'timeout' : (systemCodeOf(error) ?? 'no answer');
