import { type Authorization } from '../connecting/authorization.js';

/** How far the test is to go: only to registration, with a browser or a key, or from a code that somebody has got already. */
export type Way = 'dcr' | 'whole' | 'code';

/** What is tried, and what earlier steps have found. */
export interface Trial {
  /** Where the gateway is, without a slash at the end. */
  readonly base: string;
  readonly way: Way;
  readonly clickupKey?: string | undefined;
  readonly workspace?: string | undefined;
  readonly redirectUri: string;
  /** As the gateway calls itself; only where that is `base`. */
  issuer?: string;
  client?: Authorization['client'];
  code?: string;
  verifier?: string;
  token?: string;
  /** Tells the person something that is not a result. */
  say(words: string): void;
}

/** One line of the smoke test. */
export interface Step {
  what: string;
  ways: readonly Way[];
  /** What has to be there already; without it the step is not tried. */
  needs?: 'issuer' | 'client' | 'code' | 'token';
  /** @returns what was seen, in words. @throws Error with what is wrong; {@link Wrong} with what to do, too */
  run(trial: Trial): Promise<string>;
}

/** What is wrong, and what to do about it. */
export class Wrong extends Error {
  constructor(
    words: string,
    readonly fix: string,
  ) {
    super(words);
  }
}
