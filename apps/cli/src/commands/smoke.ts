import { AppError } from '#libs/core';
import { readFile } from 'node:fs/promises';
import { type Flags, type Options } from '../commands.js';
import { FRONT_STEPS } from '../smoke/front-steps.js';
import { SESSION_STEPS } from '../smoke/session-steps.js';
import { type Step, type Trial, type Way, Wrong } from '../smoke/step.js';

/** Loopback, with any port: where a program on the same machine waits for its code. */
const HERE = 'http://127.0.0.1/callback';

/** Tries a running gateway step by step, and prints a line for each. Status 1 when one failed, or could not be tried because of that. */
export async function run(
  { 'dcr-only': dcrOnly }: Flags,
  _operands: readonly string[],
  options: Options,
): Promise<number> {
  const way: Way = dcrOnly ? 'dcr' : options.code ? 'code' : 'whole';
  const trial: Trial = {
    base: baseOf(options['base-url']),
    way,
    clickupKey: await keyOf(options['clickup-key']),
    workspace: options['team-id'],
    redirectUri: options['redirect-uri'] ?? HERE,
    ...(options.code && { code: options.code }),
    ...(options['code-verifier'] && { verifier: options['code-verifier'] }),
    say: (words) => console.log(`\n${words}\n`),
  };
  const steps = [...FRONT_STEPS, ...SESSION_STEPS].filter(({ ways }) => ways.includes(way));
  let wrong = 0;
  for (const step of steps) if (!(await tried(step, trial))) wrong += 1;
  console.log(
    wrong ? `\n${wrong} of ${steps.length} steps failed.` : `\nAll ${steps.length} steps are as they should be.`,
  );
  return wrong ? 1 : 0;
}

/** @returns whether it went well */
async function tried(step: Step, trial: Trial): Promise<boolean> {
  const { what, needs } = step;
  const line = (state: string, words: string) => console.log(`${state.padEnd(6)}  ${what.padEnd(20)}  ${words}`);
  if (needs && !trial[needs]) {
    line('FAILED', `not tried: there is no ${needs}`);
    return false;
  }
  try {
    line('ok', await step.run(trial));
    return true;
  } catch (error) {
    line('FAILED', (error as Error).message);
    if (error instanceof Wrong) console.log(`${' '.repeat(30)}→ ${error.fix}`);
    return false;
  }
}

/** @throws AppError `invalid_parameters` */
function baseOf(given: string | undefined): string {
  if (given === undefined || !/^https?:\/\/[^/?#]+\/?$/i.test(given) || !URL.canParse(given))
    throw new AppError('invalid_parameters', 'Say where the gateway is: --base-url https://clickup.example.com');
  return new URL(given).origin;
}

/** @throws AppError `invalid_parameters` for a file that cannot be read */
async function keyOf(given: string | undefined): Promise<string | undefined> {
  if (!given?.startsWith('@')) return given;
  try {
    return (await readFile(given.slice(1), 'utf8')).trim();
  } catch (cause) {
    throw new AppError('invalid_parameters', `--clickup-key: ${(cause as Error).message}`, { cause });
  }
}
