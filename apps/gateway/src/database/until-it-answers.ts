import { isTransient } from '#libs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Log } from './log.js';

const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [100, 2000];
/** How long nothing is logged between two lines about the same failure; doubled each time. */
const [FIRST_SILENCE_MS, LONGEST_SILENCE_MS] = [60_000, 3_600_000];

/** What PostgreSQL and the system say in codes, in words. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'it closed the connection',
  ENOTFOUND: 'this host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ENOENT: 'there is no such socket',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no way to this host',
  ENETUNREACH: 'no way to its network',
  '53300': 'it has no connection left',
  '57P03': 'it is starting up',
};

/**
 * Does the work again until the database answers, however long that takes; what waiting does not cure is thrown at once.
 * @param location where the database is, fit for a log
 * @param tell called with a sentence each time that it did not answer
 */
export async function untilItAnswers<T>(
  location: string,
  work: () => Promise<T>,
  log: Log,
  tell: (why: string) => void,
): Promise<T> {
  let silence = FIRST_SILENCE_MS;
  let [told, next] = ['', 0];
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      const done = await work();
      if (told) log.info(`The database at ${location} answers: going on`);
      return done;
    } catch (thrown) {
      const failure = transient(thrown);
      if (!failure) throw thrown;
      const words = inWords(failure);
      const why = `The database at ${location} does not answer: ${words}`;
      // Whoever asks may be anybody, so where the database is stays in the log.
      tell(`The database does not answer: ${words}`);
      if (why !== told || performance.now() >= next) {
        log.warn(`${why}. Still waiting for it; /health/ready answers 503 meanwhile`);
        silence = why === told ? Math.min(silence * 2, LONGEST_SILENCE_MS) : FIRST_SILENCE_MS;
        [told, next] = [why, performance.now() + silence];
      }
    }
    await sleep(wait);
  }
}

/** The failure that may pass, in a chain of causes. */
function transient(thrown: unknown): Error | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) if (isTransient(error)) return error;
  return undefined;
}

/** Why a connection failed; a name with several addresses fails once for each. Never holds a password: the driver puts none into its messages. */
export function inWords(failure: Error): string {
  const [first = failure] = ((failure as AggregateError).errors ?? []) as Error[];
  const { code = '' } = first as NodeJS.ErrnoException;
  if (/timeout|timed out/i.test(first.message)) return WORDS.ETIMEDOUT!;
  return WORDS[code] ? `${WORDS[code]}${/^E/.test(code) ? ` (${code})` : ''}` : first.message;
}
