import { type KeyResult } from '#libs/clickup';
import { type NotApplied, wasIs } from '../answers/changes.js';
import { people } from '../answers/task.js';
import { figure, percent, stepsOf } from './read-goal.js';

/** What a request sets of a key result. */
export interface KeyResultBody {
  name?: string;
  type?: KeyResult['type'];
  steps_start?: number;
  steps_end?: number;
  unit?: string;
  owners?: number[];
  task_ids?: string[];
  list_ids?: string[];
}

/** Everything that can be set, as text. */
export function facts(keyResult: KeyResult | undefined): Record<string, string | undefined> {
  if (!keyResult) return {};
  const { start, end } = stepsOf(keyResult);
  return {
    name: keyResult.name,
    type: keyResult.type,
    start: start === undefined ? undefined : figure(keyResult, start),
    end: end === undefined ? undefined : figure(keyResult, end),
    unit: keyResult.unit ?? '',
    owners: people(keyResult.owners),
    tasks: [...keyResult.task_ids].sort().join(', '),
    lists: [...keyResult.subcategory_ids].sort().join(', '),
    percent: percent(keyResult.percent_completed),
  };
}

/** What differs after a change, in lines. */
export const changes = (before: KeyResult | undefined, after: KeyResult): string[] =>
  Object.entries(facts(after)).flatMap(([field, is]) => wasIs(field, facts(before)[field], is) ?? []);

/** What was sent and is not shown by the answer. */
export function missing(body: KeyResultBody, after: KeyResult): NotApplied | undefined {
  const { start, end } = stepsOf(after);
  // An automatic one counts its ends by itself.
  const counts = after.type === 'automatic';
  const same = (a: readonly (string | number)[], b: readonly (string | number)[]) =>
    [...a].map(String).sort().join() === [...b].map(String).sort().join();
  const checks: [field: string, wanted: unknown, is: unknown, ok: boolean][] = [
    ['name', body.name, after.name, body.name?.trim() === after.name],
    ['type', body.type, after.type, body.type === after.type],
    ['start', counts ? undefined : body.steps_start, start, body.steps_start === start],
    ['end', counts ? undefined : body.steps_end, end, body.steps_end === end],
    ['unit', body.unit, after.unit, body.unit === (after.unit ?? '')],
    [
      'owners',
      body.owners?.join(', '),
      people(after.owners),
      same(
        body.owners ?? [],
        after.owners.map(({ id }) => id),
      ),
    ],
    ['tasks', body.task_ids?.join(', '), after.task_ids.join(', '), same(body.task_ids ?? [], after.task_ids)],
    [
      'lists',
      body.list_ids?.join(', '),
      after.subcategory_ids.join(', '),
      same(body.list_ids ?? [], after.subcategory_ids),
    ],
  ];
  const found = checks.flatMap(([field, wanted, is, ok]) =>
    wanted === undefined || ok ? [] : [{ field, wanted: shown(wanted), is: shown(is) }],
  );
  return found.length > 0 ? found : undefined;
}
const shown = (value: unknown): string =>
  (typeof value === 'string' || typeof value === 'number' ? String(value) : '') || 'none';
