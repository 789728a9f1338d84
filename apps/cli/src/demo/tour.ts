import { z } from 'zod';
import { type Answer, call } from './answer.js';
import { type Printer } from './print.js';
import { type Stage, type UpstreamRequest } from './stage.js';
import { type Results, type Step } from './steps.js';

/** Plays every step in order and prints it, until `signal` fires. Resolves to the number of steps that failed; a failed step does not end the tour. */
export async function tour(steps: readonly Step[], stage: Stage, print: Printer, signal: AbortSignal): Promise<number> {
  const kept: Record<string, Record<string, unknown> | undefined> = {};
  const sum = { failed: 0, upstream: 0, tokens: 0 };
  for (const [index, step] of steps.entries()) {
    if (signal.aborted) return sum.failed;
    print.asking(index + 1, step.ask);
    const before = stage.upstream().length;
    const args = typeof step.args === 'function' ? step.args(kept) : step.args;
    print.calling(step.tool, args);
    const started = performance.now();
    const answer = await answerTo(step, args, stage, signal);
    if (signal.aborted) return sum.failed;
    const upstream = stage.upstream().slice(before);
    const problem = problemOf(step, answer, upstream, kept);
    print.answered(answer, upstream, performance.now() - started, problem);
    if (step.keep) kept[step.keep] = answer.value;
    sum.failed += problem ? 1 : 0;
    sum.upstream += upstream.length;
    sum.tokens += answer.tokens;
  }
  print.summary(steps.length, sum);
  return sum.failed;
}

/** A broken connection fails this step only; the tour goes on, to show which other steps fail. */
async function answerTo(
  { tool, door = 'write' }: Step,
  args: Record<string, unknown>,
  stage: Stage,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    return await call(stage.doors[door].client, tool, args, signal);
  } catch (error) {
    return { text: `The call broke: ${(error as Error).message}`, tokens: 0 };
  }
}

function problemOf(
  { expect }: Step,
  { value, refused }: Answer,
  upstream: readonly UpstreamRequest[],
  kept: Results,
): string | undefined {
  const parsed = (typeof expect === 'function' ? expect(kept) : expect).safeParse({ value, refused, upstream });
  return parsed.success ? undefined : z.prettifyError(parsed.error);
}
