import { type Deviation, type Operation } from '#libs/clickup';
import { type Difference, judge } from './compare.js';
import { type Documented } from './documents.js';

/** How newer documents differ from the operation table, in words; empty lists when they do not. */
export interface Drift {
  /** Documented, without a row. */
  added: string[];
  /** Rows that the documents do not have any more. */
  gone: string[];
  /** Rows that say something else than their documented operation. */
  changed: string[];
  /** Deviations that are not needed any more, because the document says now what we say. */
  settled: string[];
}

/** `/api/v2`: which document a path belongs in. */
const familyOf = (path: string): string => path.split('/').slice(0, 3).join('/');

const WORDS: Readonly<Record<string, string>> = { present: 'has it', absent: 'lacks it', any: 'anything goes' };
const said = (value: string): string => WORDS[value] ?? value;
const sentence = ({ operation, where, ours, documented }: Difference): string =>
  `${operation}: ${where}: the document says ${said(documented)}, our row says ${said(ours)}`;
const presence = ({ operation, where, documented }: Difference): string =>
  `${operation}: ${where} ${documented === 'present' ? 'is new in the document' : 'is no longer documented'}`;
const inWords = (difference: Difference): string =>
  [difference.ours, difference.documented].every((side) => side === 'present' || side === 'absent')
    ? presence(difference)
    : sentence(difference);

/**
 * Compares documents with rows. A document that was not given is not missed: only rows of the API versions in `documented` count as gone.
 */
export function driftOf(
  rows: readonly Operation[],
  documented: readonly Documented[],
  deviations: readonly Deviation[],
): Drift {
  const known = new Set(rows.map(({ id }) => id));
  const documents = new Map(documented.map((operation) => [operation.id, operation]));
  const families = new Set(documented.map(({ path }) => familyOf(path)));
  const judged = rows.filter(({ id }) => documents.has(id));
  const { unexplained, needless } = judge(
    judged,
    documents,
    deviations.filter(({ operation }) => documents.has(operation)),
  );
  return {
    added: documented.filter(({ id }) => !known.has(id)).map(({ id, method, path }) => `${id}: ${method} ${path}`),
    gone: rows
      .filter(({ documentedAt }) => documentedAt === undefined)
      .filter(({ id, path }) => !documents.has(id) && families.has(familyOf(path as string)))
      .map(({ id, method, path }) => `${id}: ${method} ${path}`),
    changed: unexplained.map(inWords),
    settled: needless.map(
      ({ operation, where, ours }) => `${operation}: ${where}: no deviation any more (${said(ours)})`,
    ),
  };
}
