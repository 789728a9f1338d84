import { jsonInSteps } from './json-in-steps.js';

/** Bytes from which on an answer is parsed in steps: ten such answers that come in one turn of the event loop would hold everybody up. */
export const IN_STEPS_FROM = 64 * 1024;
/** Between two steps: whoever reads large pages without an end must not have the processor to himself. */
const REST_MS = 1;

interface Parsing {
  steps: Generator<void, unknown>;
  resolve: (parsed: { json: unknown } | undefined) => void;
}

/**
 * Parses large answers a step at a time, with a rest after each, so that a page of 9 MB holds nobody up. Answers take
 * turns: a shorter one is not kept waiting by a longer one.
 */
export class LargeAnswers {
  private readonly parsing: Parsing[] = [];

  /** @returns undefined for what is no JSON, or is nested too deeply */
  parse(bytes: Buffer): Promise<{ json: unknown } | undefined> {
    return new Promise((resolve) => {
      this.parsing.push({ steps: jsonInSteps(bytes), resolve });
      if (this.parsing.length === 1) setImmediate(this.step);
    });
  }

  private readonly step = (): void => {
    const next = this.parsing.shift()!;
    try {
      const { done, value } = next.steps.next();
      if (done) next.resolve({ json: value });
      else this.parsing.push(next);
    } catch {
      // Why it cannot be read is found out where all other answers are read.
      next.resolve(undefined);
    }
    if (this.parsing.length > 0) setTimeout(this.step, REST_MS);
  };
}
