import { AppError, isRead } from '#libs/core';
import { type Tool } from '#libs/tools';
import { type Explanation, type JudgedRequest } from './explanation.js';
import { allowedInWords, refusedInWords, unknownInWords } from './in-words.js';
import { NotSent } from './not-sent.js';
import { type Rehearsal, whyRefused } from './rehearsal.js';

type Verdict = Pick<Explanation, 'decision' | 'layer' | 'reason' | 'error'>;

export function refusedBy(error: AppError): Verdict {
  const { layer, reason } = whyRefused(error);
  return { decision: 'refused', layer, error: error.code, reason: refusedInWords(reason, layer) };
}

/**
 * What a rehearsal shows. Nothing is said for certain once the call went on without an answer that it wanted: it might have gone another way.
 * @param thrown how the rehearsal ended; undefined where it came to its end
 * @param expected see {@link Explanation}
 */
export function verdictOf(
  tool: Tool,
  { judged, unanswered }: Pick<Rehearsal, 'judged' | 'unanswered'>,
  expected: readonly JudgedRequest[],
  thrown: unknown,
): Verdict {
  const blind = unanswered.length > 0;
  if (thrown !== undefined && !(thrown instanceof NotSent) && !blind) return refusedBy(AppError.of(thrown));
  const effects = judged.filter(({ operation, effect }) => isEffect(tool, operation, effect));
  const [first] = effects;
  // What was judged, and would have left, was wanted before anything else was missing.
  const certain = unanswered.every(
    ({ operation }) => operation !== undefined && isEffect(tool, operation.id, operation.verb),
  );
  if (certain && effects.every(({ decision }) => decision === 'allowed') && (first || !blind))
    return { decision: 'allowed', reason: allowedInWords(effects) };
  if (!blind && first && effects.every(({ decision }) => decision === 'refused'))
    return {
      decision: 'refused',
      layer: first.layer,
      error: 'forbidden',
      reason: refusedInWords(first.reason ?? '', first.layer),
    };
  return {
    decision: 'unknown',
    reason: unknownInWords(
      [...new Set(unanswered.map(({ unknown }) => unknown))],
      likely(tool, [...effects, ...expected]),
    ),
  };
}

/** Whether a request is what the tool is there for. */
const isEffect = ({ verb, covers }: Tool, operation: string, effect: JudgedRequest['effect']): boolean =>
  isRead(verb) ? covers.some(({ id }) => id === operation) : !isRead(effect);

/** What the tool may come to send, as far as it can be judged, where all of that is judged alike. */
function likely(tool: Tool, requests: readonly JudgedRequest[]): readonly JudgedRequest[] {
  const effects = requests.filter(
    ({ operation, effect, decision }) => decision !== 'unknown' && isEffect(tool, operation, effect),
  );
  const [first] = effects;
  return first && effects.every(({ decision }) => decision === first.decision) ? effects : [];
}
