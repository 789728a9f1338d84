import { type CustomField, type Place } from '#libs/clickup';
import { AppError, parsePeriod } from '#libs/core';
import { fieldText } from '../answers/custom-fields.js';
import { weekStart } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';
import { type AnyTask, type TaskFilter } from './task-filter.js';

type Context = Pick<ToolContext, 'directory' | 'zone' | 'now' | 'me'>;
type Value = Parameters<typeof fieldText>[0];

/** What may stand between the name of a field and a value; the longer ones first. */
const SIGNS = ['is not empty', 'is empty', 'contains', '>=', '<=', '!=', '=', '>', '<', 'is not', 'is'] as const;
type Sign = (typeof SIGNS)[number];
const UNARY: ReadonlySet<Sign> = new Set(['is not empty', 'is empty']);
const ALIASES: Readonly<Partial<Record<Sign, Sign>>> = { is: '=', 'is not': '!=' };
const ORDERED: ReadonlySet<Sign> = new Set(['>', '<', '>=', '<=']);
const WITH_OPTIONS: ReadonlySet<string> = new Set(['drop_down', 'labels']);
const NUMBERS: ReadonlySet<string> = new Set([
  'number',
  'currency',
  'emoji',
  'manual_progress',
  'automatic_progress',
  'formula',
]);
const MOST_NAMED = 20;

interface Condition {
  field: CustomField;
  sign: Sign;
  wanted: string;
}

const plain = (text: string): string => text.trim().toLowerCase();

const refused = (message: string) =>
  new AppError('invalid_parameters', `fields: ${message}`, { details: { parameter: 'fields' } });

const namesOf = (names: readonly string[]): string =>
  `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''}`;

/** The names that a field offers. */
const optionsOf = ({ type_config: { options } }: CustomField): string[] =>
  Array.isArray(options)
    ? (options as { name?: string; label?: string }[]).flatMap(({ name, label }) => name ?? label ?? [])
    : [];

/**
 * Reads `Severity = Critical`: which field is meant is told by the names of the fields there are, because names may hold signs.
 * @throws AppError `invalid_parameters` with the fields, the signs or the options there are
 */
function conditionOf(text: string, fields: readonly CustomField[], where: string): Condition {
  const written = plain(text);
  const named = fields
    .filter(({ name }) => written.startsWith(plain(name)))
    .sort((a, b) => b.name.length - a.name.length);
  for (const field of named) {
    const rest = written.slice(plain(field.name).length).trim();
    const sign = SIGNS.find(
      (each) => rest === each || rest.startsWith(`${each} `) || (/\W/.test(each) && rest.startsWith(each)),
    );
    if (sign === undefined) continue;
    const wanted = rest.slice(sign.length).trim();
    if (UNARY.has(sign) !== (wanted === ''))
      throw refused(
        `"${text}" has ${wanted ? 'a value too much' : 'no value'}: write "${field.name} = value" or "${field.name} is empty".`,
      );
    return legal({ field, sign: ALIASES[sign] ?? sign, wanted });
  }
  const [known] = named;
  if (known)
    throw refused(
      `write "${known.name} = value"; also !=, <, >, contains, is empty, is not empty. "${text}" is none of these.`,
    );
  const names = fields.map(({ name }) => name);
  throw refused(
    `"${text}" names no Custom Field that tasks ${where} can have. ${names.length ? `Fields there: ${namesOf(names)}.` : 'There are none.'}`,
  );
}

function legal(condition: Condition): Condition {
  const { field, sign, wanted } = condition;
  const options = optionsOf(field);
  if (
    WITH_OPTIONS.has(field.type) &&
    (sign === '=' || sign === '!=') &&
    !options.some((each) => plain(each) === wanted)
  )
    throw refused(`${field.name} has no option "${wanted}". Its options: ${namesOf(options)}.`);
  if (ORDERED.has(sign) && !NUMBERS.has(field.type) && field.type !== 'date')
    throw refused(`${field.name} (${field.type}) has no order: use =, !=, contains, is empty or is not empty.`);
  if (NUMBERS.has(field.type) && sign !== 'contains' && !UNARY.has(sign) && !Number.isFinite(Number(wanted)))
    throw refused(`${field.name} is a number, "${wanted}" is none.`);
  return condition;
}

const COMPARED: Readonly<Partial<Record<Sign, (is: number, wanted: number) => boolean>>> = {
  '=': (is, wanted) => is === wanted,
  '!=': (is, wanted) => is !== wanted,
  '>': (is, wanted) => is > wanted,
  '<': (is, wanted) => is < wanted,
  '>=': (is, wanted) => is >= wanted,
  '<=': (is, wanted) => is <= wanted,
};

/** Whether the value that a task shows meets the condition, compared as a person reads it. */
function meets({ field, sign, wanted }: Condition, context: Context): (value: Value | undefined) => boolean {
  const read = (value: Value | undefined) => (value ? fieldText({ ...field, ...value }, context.zone) : '');
  if (sign === 'is empty') return (value) => read(value) === '';
  if (sign === 'is not empty') return (value) => read(value) !== '';
  if (sign === 'contains') return (value) => plain(read(value)).includes(wanted);
  const compare = COMPARED[sign]!;
  if (NUMBERS.has(field.type))
    return (value) => (read(value) === '' ? sign === '!=' : compare(Number(read(value)), Number(wanted)));
  if (field.type === 'date') {
    const { from = -Infinity, to = Infinity } = parsePeriod(wanted, context.zone, context.now, {
      weekStart: weekStart(context),
    });
    // A day is compared as a whole: after it, before it, in it.
    const at: Record<string, (ms: number) => boolean> = {
      '=': (ms) => ms >= from && ms < to,
      '!=': (ms) => ms < from || ms >= to,
      '>': (ms) => ms >= to,
      '>=': (ms) => ms >= from,
      '<': (ms) => ms < from,
      '<=': (ms) => ms < to,
    };
    return (value) => (read(value) === '' ? sign === '!=' : at[sign]!(Number(value?.value)));
  }
  const shown =
    field.type === 'labels' || field.type === 'users' ? (text: string) => text.split(', ') : (text: string) => [text];
  return (value) => shown(plain(read(value))).includes(wanted) === (sign === '=');
}

/**
 * Conditions on Custom Fields. ClickUp is asked for no more than whether there is a value, which it says of every type that it can filter
 * by; what the value is, is compared here, because ClickUp silently ignores what it cannot compare.
 */
export async function fieldFilter(
  texts: readonly string[] | undefined,
  places: readonly Place[],
  context: Context,
): Promise<TaskFilter> {
  if (!texts) return {};
  const { directory } = context;
  const scopes = places.length ? places : await directory.tree();
  const found = (await Promise.all(scopes.map((place) => directory.fields(place)))).flat();
  const fields = [...new Map(found.map((field) => [field.id, field])).values()];
  const where = places.length
    ? `in ${places.map(({ path }) => path).join(', ')}`
    : 'everywhere in a Space (name a List in within for fields of its own)';
  const conditions = texts.map((text) => conditionOf(text, fields, where));
  const tests = await Promise.all(
    // Fields of one name, in several Spaces say, are one to a person.
    conditions.map(async (condition) => ({
      ids: new Set(fields.filter(({ name }) => plain(name) === plain(condition.field.name)).map(({ id }) => id)),
      holds: await naming('fields', () => meets(condition, context)),
    })),
  );
  const asked = conditions.flatMap(({ field, sign }, index) => {
    if (sign === '!=' || sign === 'is empty' || tests[index]!.ids.size > 1) return [];
    return [{ field_id: field.id, operator: 'IS NOT NULL' }];
  });
  return {
    query: asked.length ? { custom_fields: JSON.stringify(asked) } : {},
    holds: (task: AnyTask) =>
      tests.every(({ ids, holds }) => {
        const values = 'custom_fields' in task ? (task.custom_fields ?? []) : [];
        return holds(values.find(({ id }) => ids.has(id)));
      }),
    said: conditions.map(({ field, sign, wanted }) => `${field.name} ${sign} ${wanted}`.trim()).join(', '),
  };
}
