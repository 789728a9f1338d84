import { type AttributeValue, type Span } from '@opentelemetry/api';
import { type Step } from './here.js';

export type Told = Readonly<Record<string, AttributeValue | undefined>>;

/** An operation of a client that is traced, from its first byte to its answer. */
export class Trace {
  private over = false;
  private readonly told: Record<string, AttributeValue | undefined> = {};

  /**
   * @param clock what `performance.now()` is to be added to, of all parts of a trace alike: each span of the SDK would work it out anew, to
   * the millisecond only, and a part could seem to begin before its whole
   * @param child makes a span below that of the operation
   */
  constructor(
    private readonly span: Span,
    private readonly clock: number,
    private readonly child: (step: Step, below: Span) => void,
  ) {}

  /** For the log; undefined once it is over: what goes on in the background is not part of it any more. */
  get traceId(): string | undefined {
    return this.over ? undefined : this.span.spanContext().traceId;
  }

  /** Names this operation to what begins because of it. */
  get carrier(): { traceparent: string } {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return { traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}` };
  }

  /** Adds a part that is over, unless nobody records this trace. */
  note(step: Step): void {
    if (this.over || !this.span.isRecording()) return;
    const { clock } = this;
    this.child({ ...step, startedAt: step.startedAt + clock, endedAt: step.endedAt + clock }, this.span);
  }

  /** Says something of the whole operation. */
  tell(attributes: Told): void {
    Object.assign(this.told, attributes);
  }

  /** Ends the operation. @returns everything that was said of it */
  end(name: (told: Told) => string, error: (told: Told) => string | undefined, errorStatus: 2): Told {
    const { span, told } = this;
    const failed = error(told);
    if (failed !== undefined) {
      told['error.type'] = failed;
      span.setStatus({ code: errorStatus });
    }
    for (const [key, value] of Object.entries(told)) if (value !== undefined) span.setAttribute(key, value);
    span.updateName(name(told));
    this.over = true;
    span.end(performance.now() + this.clock);
    return told;
  }
}
