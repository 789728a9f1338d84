import { AppError, sealer, sha256 } from '#libs/core';
import { randomBytes } from 'node:crypto';
import { canonical } from './canonical.js';

/** Who brings a token back: the model, as an argument, or the client, with what its user has answered. One is worth nothing as the other. */
export type Carrier = 'confirm_token' | 'requestState';

/** What a token confirms: exactly this call, by this caller with these rights, on the state that was shown. */
export interface Confirmed {
  carrier: Carrier;
  tool: string;
  caller: string;
  /** Digest of all policy layers: when rights change, a new preview is needed. */
  policy: string;
  arguments: unknown;
  /** `Preview.state`. */
  state: string;
}

const LIFE_SECONDS = 300;
/** What is sealed in a token. The names are short because a model has to repeat the token. */
interface Token {
  /** Unix milliseconds of the preview, so that its words ("tomorrow") keep their meaning until it is confirmed. */
  t: number;
  /** Digest of the state that was shown. */
  d: string;
  /** When it expires, in Unix seconds. */
  x: number;
  /** Makes each token unique, so that it can be used up. */
  n: string;
}

/**
 * Makes and checks `confirm_token`s: signed, expiring, bound (feature D4). {@link Confirmations} sees to it that each is used once only.
 */
export class ConfirmationTokens {
  constructor(private readonly key: Buffer) {}

  issue(confirmed: Confirmed, now: number): { token: string; expires_in_seconds: number } {
    const token: Token = {
      t: now,
      d: digest(confirmed),
      x: Math.floor(now / 1000) + LIFE_SECONDS,
      n: randomBytes(9).toString('base64url'),
    };
    return { token: this.sealer(confirmed).seal(token), expires_in_seconds: LIFE_SECONDS };
  }

  /**
   * @returns whether the state is still the one that was shown
   * @throws AppError `invalid_parameters` when it is forged, expired, or was given for another call or caller
   */
  check(token: string, confirmed: Confirmed, now: number): boolean {
    const { d, x } = this.sealer(confirmed).open(token) as Token;
    if (x * 1000 <= now) throw refused('has expired', confirmed.carrier);
    return d === digest(confirmed);
  }

  /** When the preview was made that a token confirms; undefined when `check` would refuse it anyway. */
  previewedAt(token: string, call: Omit<Confirmed, 'state'>): number | undefined {
    try {
      return (this.sealer(call).open(token) as Token).t;
    } catch (thrown) {
      // Not reported yet: only the preview says whether the call needs a confirmation at all.
      if (thrown instanceof AppError) return undefined;
      throw thrown;
    }
  }

  /** Carrier, tool, caller, rights and arguments are the audience: a token for another call does not even open. */
  private sealer({ carrier, tool, caller, policy, arguments: args }: Omit<Confirmed, 'state'>) {
    return sealer(this.key, JSON.stringify([carrier, tool, caller, policy, canonical(args)]), carrier);
  }
}

/** The refusal of a token. */
export const refused = (why: string, carrier: Carrier = 'confirm_token') =>
  new AppError(
    'invalid_parameters',
    `This ${carrier} ${why}. Nothing was changed; call again without it to get a new preview.`,
    { details: { parameter: carrier } },
  );

const digest = ({ state }: Confirmed) => sha256(state).toString('base64url').slice(0, 22);
