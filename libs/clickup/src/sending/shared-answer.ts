import { type LargeAnswers } from './bulkheads/large-answers.js';
import { type Exchange, textOf } from './exchange.js';
import { type Shareable } from './flight.js';
import { type Plan } from './plan.js';

/**
 * An accepted answer for several callers: its bytes, parsed again for each after the first. It holds nothing of the call that asked:
 * whatever is kept for a moment survives several garbage collections, each of which copies it.
 */
export class SharedAnswer implements Shareable {
  readonly bytes: number;
  private readonly body: Buffer | undefined;
  private readonly isLong: boolean;
  private first: unknown;

  constructor(
    exchange: Exchange,
    private readonly plan: Plan,
    private readonly largeAnswers: LargeAnswers,
  ) {
    this.bytes = exchange.length;
    this.body = exchange.bytes();
    this.isLong = exchange.isLong;
    this.first = exchange.json;
  }

  copy(): unknown {
    const { first, body } = this;
    this.first = undefined;
    if (first !== undefined) return first;
    return this.isLong ? this.inSteps(body!) : this.accepted(parsed(body));
  }

  private async inSteps(body: Buffer): Promise<unknown> {
    const read = await this.largeAnswers.parse(body);
    return this.accepted(read ? read.json : parsed(body));
  }

  /** What was accepted once is accepted again. */
  private accepted(json: unknown): unknown {
    return this.plan.accepted(json)!.answer;
  }
}

/** Undefined for an answer without a body. */
function parsed(body: Buffer | undefined): unknown {
  const text = textOf(body);
  return text.trim() === '' ? undefined : JSON.parse(text);
}
