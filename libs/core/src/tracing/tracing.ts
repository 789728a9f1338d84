import { type Histogram, type Meter, type Span, type Tracer } from '@opentelemetry/api';
import type * as OpenTelemetry from '@opentelemetry/api';
import { Arrival } from './arrival.js';
import { inTrace, type Step, traceHere } from './here.js';
import { type Carrier, parentIn } from './parent.js';
import { type Told, Trace } from './trace.js';

/** What an operation is. Names and the values of attributes are of closed sets. */
export interface Operation {
  /** What it is called until it is over, and what a sampler sees. */
  name: string;
  attributes: Told;
  /** Where the operation itself says in whose trace it belongs; before what the headers of its request say. */
  carrier?: Carrier | undefined;
  /** What it is called once everything was said of it. */
  finalName: (told: Told) => string;
  /** `error.type` of an operation that was answered. */
  errorOf: (told: Told) => string | undefined;
  /** What is said of what it throws. */
  thrown: (error: unknown) => Told;
}

/** Which of what was said the duration is counted by: of closed sets, all of them. */
const DURATION_BY = [
  'mcp.method.name',
  'gen_ai.tool.name',
  'gen_ai.operation.name',
  'mcp.protocol.version',
  'rpc.response.status_code',
  'error.type',
] as const;

/** As the semantic conventions of MCP have them, in seconds. */
const BOUNDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** Traces of what clients ask for. There is none unless OpenTelemetry is switched on. */
export class Tracing {
  private readonly durations: Histogram;

  /** @param api the package itself: it is loaded only where it is switched on */
  constructor(
    private readonly api: typeof OpenTelemetry,
    private readonly tracer: Tracer,
    meter: Meter,
  ) {
    this.durations = meter.createHistogram('mcp.server.operation.duration', {
      description: 'Duration of an MCP request, as the server sees it',
      unit: 's',
      advice: { explicitBucketBoundaries: BOUNDS },
    });
  }

  /** Runs an operation of a client as one span, of which everything that it waits for can become a part. @throws what `work` throws */
  async operation<T>(asked: Operation, work: () => T | Promise<T>): Promise<T> {
    const here = traceHere();
    const arrival = here instanceof Arrival ? here : undefined;
    const startedAt = arrival?.at ?? performance.now();
    const { api } = this;
    const kind = api.SpanKind.SERVER;
    const parent = this.parentOf(asked.carrier) ?? this.parentOf(arrival?.carrier) ?? api.ROOT_CONTEXT;
    const clock = clockNow();
    const span = this.tracer.startSpan(asked.name, { kind, startTime: startedAt + clock }, parent);
    const trace = new Trace(span, clock, this.child);
    trace.tell(asked.attributes);
    if (arrival) {
      for (const step of arrival.take()) trace.note(step);
      arrival.traceId ??= trace.traceId;
    }
    try {
      return await inTrace(trace, work);
    } catch (error) {
      trace.tell(asked.thrown(error));
      throw error;
    } finally {
      const told = trace.end(asked.finalName, asked.errorOf, api.SpanStatusCode.ERROR);
      const by = Object.fromEntries(DURATION_BY.flatMap((key) => (told[key] === undefined ? [] : [[key, told[key]]])));
      this.durations.record((performance.now() - startedAt) / 1000, by);
    }
  }

  /**
   * Runs work that nobody waits for as a trace of its own.
   * @param because the `traceparent` of the operation that it was left by: the two are linked
   * @throws what `work` throws
   */
  async background<T>(name: string, because: unknown, work: () => Promise<T>): Promise<T> {
    const clock = clockNow();
    const startTime = performance.now() + clock;
    const context = parentIn(because);
    const options = { startTime, ...(context && { links: [{ context }] }) };
    const trace = new Trace(this.tracer.startSpan(name, options, this.api.ROOT_CONTEXT), clock, this.child);
    let error: string | undefined;
    try {
      return await inTrace(trace, work);
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.name : 'error';
      throw thrown;
    } finally {
      trace.end(
        () => name,
        (told) => error ?? (told['error.type'] as string | undefined),
        this.api.SpanStatusCode.ERROR,
      );
    }
  }

  private parentOf(carrier: Operation['carrier']): OpenTelemetry.Context | undefined {
    const parent = parentIn(carrier?.traceparent);
    if (!parent) return undefined;
    const { tracestate } = carrier!;
    if (typeof tracestate === 'string' && tracestate.length <= 512)
      parent.traceState = this.api.createTraceState(tracestate);
    return this.api.trace.setSpanContext(this.api.ROOT_CONTEXT, parent);
  }

  /** Times are Unix milliseconds here. */
  private readonly child = ({ name, kind, startedAt, endedAt, attributes, error }: Step, below: Span): void => {
    const { SpanKind, SpanStatusCode, ROOT_CONTEXT, trace } = this.api;
    const span = this.tracer.startSpan(
      name,
      { kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL, startTime: startedAt, attributes },
      trace.setSpan(ROOT_CONTEXT, below),
    );
    if (error !== undefined) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
    span.end(endedAt);
  };
}

/** Unix milliseconds less `performance.now()`: the clock of the system may have been set since the process began. */
const clockNow = (): number => Date.now() - performance.now();
