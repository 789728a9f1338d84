import { AppError, systemCodeOf } from '#libs/core';
import { errors } from 'undici';
import { type Exchange } from './exchange.js';
import { type Operation } from '../operation.js';
import { type Plan, type Prepared } from './plan.js';
import { type FailureKind } from './retry.js';
import { isAbout } from './outcomes/about.js';
import { isTooDeep } from './outline.js';
import { upstreamError } from './upstream-errors.js';

export interface Failure {
  kind: FailureKind;
  /** What the caller gets if nothing helps. */
  error: AppError;
  /** Another try would end the same way. */
  final?: true;
}

/**
 * Why an attempt was no success; undefined when it was one (then `exchange.json` is the answer).
 * @param sent what was asked for
 * @param again whether an earlier attempt may have been carried out
 * @throws AppError for definite refusals (4xx), `cancelled`, `invalid_credentials`
 */
export function failureOf(exchange: Exchange, plan: Plan, sent: Prepared, again: boolean): Failure | undefined {
  const { ending, status } = exchange;
  if (ending === 'cancelled') throw new AppError('cancelled');
  if (ending === 'no_room') throw noRoom();
  if (ending === 'not_sent') return notSent(exchange);
  if (status >= 200 && status < 300)
    return ending === 'answered' ? parsed(exchange, plan, sent) : broken(exchange, plan);
  if (status === 0)
    return {
      kind: 'sent',
      error: new AppError(
        'clickup_server_error',
        exchange.timedOut ? 'ClickUp API unavailable: no answer in time' : undefined,
        {
          details: { reason: exchange.timedOut ? 'no answer in time' : systemCodeOf(exchange.error) },
          cause: exchange.error,
        },
      ),
    };
  if (status === 429) return { kind: 'throttled', error: new AppError('clickup_rate_limit') };
  if (status === 404 && again && plan.rule.goneIsDone) {
    exchange.json = {};
    return undefined;
  }
  const error = upstreamError(status, exchange.text(), sent.path);
  if (status < 500) throw error;
  return { kind: 'sent', error };
}

/** Refused on this side, without asking the network: it says nothing about ClickUp. */
export const isLocal = ({ error }: Exchange): boolean =>
  isClosed(error) || error instanceof errors.InvalidArgumentError;
const isClosed = (error: unknown) =>
  error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError;

const noRoom = () =>
  new AppError('unavailable', 'The server reads too many large answers at once: ask for less, or call again.', {
    details: { reason: 'no memory for a large answer', retry_after_seconds: 5 },
  });

function notSent(exchange: Exchange): Failure {
  const { error } = exchange;
  if (isClosed(error))
    throw new AppError('unavailable', undefined, { details: { reason: 'shutting down' }, cause: error });
  // Everything else in a request is made by us and valid, so the token must hold characters that no header can have.
  if (isLocal(exchange)) throw new AppError('invalid_credentials', undefined, { cause: error });
  return {
    kind: 'not_sent',
    error: new AppError('clickup_server_error', 'ClickUp API unavailable: no connection', { cause: error }),
  };
}

/** A 2xx whose body is whole: parsed and looked at here, once. */
function parsed(exchange: Exchange, plan: Plan, sent: Prepared): Failure | undefined {
  const text = exchange.parsed ? '' : exchange.text();
  let json = exchange.parsed?.json;
  try {
    if (text.trim() !== '') json = JSON.parse(text);
  } catch {
    // The parser's message quotes the text: it must not even reach the log. HTML is the page of a proxy or of maintenance, although the status says otherwise.
    return text.trimStart().startsWith('<')
      ? { kind: 'sent', error: unusable('clickup_server_error', exchange) }
      : broken(exchange, plan);
  }
  const accepted = !exchange.parsed && isTooDeep(json) ? undefined : plan.accepted(json);
  // A repeated read would get the same answer. After a write, ClickUp has to be asked what became of it.
  if (!accepted)
    return {
      kind: 'sent',
      error: unusable('clickup_api_error', exchange, 'its answer is not what this operation answers'),
      ...(!plan.write && { final: true }),
    };
  if (plan.write && !isAbout(plan.operation, sent, accepted.answer))
    return { kind: 'sent', error: unusable('clickup_api_error', exchange, 'its answer is about another object') };
  exchange.json = accepted.answer;
  return undefined;
}

/** A 2xx whose body is too long or incomplete: no part of it may pass for the answer. */
function broken(exchange: Exchange, { write }: Plan): Failure {
  const error = unusable('clickup_api_error', exchange);
  return exchange.ending === 'too_large' && !write ? { kind: 'sent', error, final: true } : { kind: 'sent', error };
}

function unusable(
  code: 'clickup_api_error' | 'clickup_server_error',
  { status, ending, error }: Exchange,
  why = ending === 'too_large' ? 'its answer is too large' : 'its answer cannot be read',
): AppError {
  return new AppError(code, `ClickUp API returned error: ${why}`, {
    details: { clickup_status: status },
    cause: error,
  });
}

/** The error for a write that may or may not have been done. */
export function unknownOutcome({ id }: Operation, doubt: AppError, cause: unknown): AppError {
  const { clickup_status, clickup_error } = doubt.details;
  return new AppError('unknown_outcome', undefined, {
    details: { operation: id, clickup_status, clickup_error },
    cause,
  });
}
