import { type AttributeValue, type Span } from '@opentelemetry/api';
import { type Step } from './here.js';

export type Told = Readonly<Record<string, AttributeValue | undefined>>;

/** An operation of a client that is traced, from its first byte to its answer. */
export class Trace {
  private over = false;
  private readonly told: Record<string, AttributeValue | undefined> = {};

  /** @param child makes a span below that of the operation */
  constructor(
    private readonly span: Span,
    private readonly child: (step: Step, below: Span) => void,
  ) {}

  /** For the log; undefined once it is over: what goes on in the background is not part of it any more. */
  get traceId(): string | undefined {
    return this.over ? undefined : this.span.spanContext().traceId;
  }

  /** Adds a part that is over, unless nobody records this trace. */
  note(step: Step): void {
    if (!this.over && this.span.isRecording()) this.child(step, this.span);
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
    span.end();
    return told;
  }
}
