import { FIELD_TYPES } from './field-types.js';
import { objectIn } from './fields.js';
import { type Query } from './query.js';
import { refuse } from './refusal.js';
import { appliesTo } from './world/custom-fields.js';
import { type Task } from './world/types.js';
import { workspaceOf } from './world/world.js';

type Keys = readonly unknown[];

/** ClickUp sends texts for numbers and takes either, so values are compared as texts without regard to case. */
const plain = (value: unknown) => String(value).toLowerCase();
const wantedIn = (value: unknown): Keys => (Array.isArray(value) ? (value as Keys) : [value]);
const isAmong = (keys: Keys, wanted: unknown) => keys.some((key) => plain(key) === plain(wanted));
const each = (test: (key: number, wanted: number) => boolean) => (keys: Keys, value: unknown) =>
  keys.some((key) => test(Number(key), Number(value)));
const any = (keys: Keys, value: unknown) => wantedIn(value).some((wanted) => isAmong(keys, wanted));
const all = (keys: Keys, value: unknown) => wantedIn(value).every((wanted) => isAmong(keys, wanted));

function inRange(keys: Keys, value: unknown): boolean {
  const { low_value, high_value } = objectIn(value) ?? {};
  const [low, high] = Array.isArray(value) ? (value as Keys) : [low_value, high_value];
  return keys.some((key) => Number(key) >= Number(low) && Number(key) <= Number(high));
}

const OPERATORS: Readonly<Record<string, (keys: Keys, value: unknown) => boolean>> = {
  '=': all,
  '!=': (keys, value) => !all(keys, value),
  '<': each((key, wanted) => key < wanted),
  '<=': each((key, wanted) => key <= wanted),
  '>': each((key, wanted) => key > wanted),
  '>=': each((key, wanted) => key >= wanted),
  'IS NULL': (keys) => keys.length === 0,
  'IS NOT NULL': (keys) => keys.length > 0,
  RANGE: inRange,
  ANY: any,
  ALL: all,
  'NOT ANY': (keys, value) => !any(keys, value),
  'NOT ALL': (keys, value) => !all(keys, value),
};

/**
 * The filters in `custom_fields` (several) and `custom_field` (one), JSON texts of `{field_id, operator, value}`; all must hold.
 * Nothing matches a field that does not exist, and everything a field that cannot be filtered by. @throws Refusal 400
 */
export function fieldTests(query: Query): ((task: Task) => boolean)[] {
  return ['custom_fields', 'custom_field']
    .flatMap((name) => wantedIn(parsed(query.text(name))))
    .flatMap((item) => {
      const { field_id, operator, value } = objectIn(item) ?? {};
      if (item === undefined) return [];
      const holds =
        typeof operator === 'string' && Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
      if (!holds || typeof field_id !== 'string') throw refuse.fieldFilter();
      return (task: Task) => {
        const field = workspaceOf(task.list).fields.byId.get(field_id);
        if (!field) return false;
        const { keys } = FIELD_TYPES[field.type];
        return keys ? holds(appliesTo(field, task) ? keys(field.values.get(task), field) : [], value) : true;
      };
    });
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw refuse.fieldFilter();
  }
}
