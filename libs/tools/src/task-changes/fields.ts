import {
  type ArgumentsOf,
  type CreateTask,
  type CustomField,
  type SetCustomFieldValue,
  type Task,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { fieldText } from '../answers/custom-fields.js';
import { oneLine, short } from '../answers/one-line.js';
import { taskIdOf } from '../arguments/address.js';
import { dateText, dayText, moment } from '../arguments/moments.js';
import { type ToolContext } from '../tool/tool.js';
import { type FieldValue, NONE } from './inputs.js';
import { idsOfPeople, namesOf, assigneesOf } from './people.js';
import { type Want } from './wants.js';

/** A Custom Field that a task can have: as a List defines it, or as a task shows it. */
export type Definition = Pick<CustomField, 'id' | 'name' | 'type' | 'type_config'> & {
  applied_objects?: CustomField['applied_objects'];
  value?: unknown;
};
type Body = NonNullable<ArgumentsOf<typeof SetCustomFieldValue>['body']>;
type NewValue = NonNullable<NonNullable<ArgumentsOf<typeof CreateTask>['body']>['custom_fields']>[number];

/** A field with the value that it is to have. */
export interface FieldChange {
  field: Definition;
  /** As it is sent; undefined empties the field. */
  body: Body | undefined;
  want: Want;
}

/** How a value is sent, how it reads, and how a task shows it. */
interface Read {
  value: unknown;
  /** Of a date: whether its time of day counts. */
  time?: boolean;
  text: string;
  isShown(value: unknown, field: Definition): boolean;
}
interface Given {
  text: string;
  /** The same where it was given as a list: names may hold commas. */
  items?: readonly string[] | undefined;
  field: Definition;
  argument: string;
  context: ToolContext;
}
type Reader = (given: Given) => Read | Promise<Read>;

/** A plain value as text; values of other forms have none. */
const said = (value: unknown): string => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '');
const plain = (text: string): string => text.trim().toLowerCase();
const MAX_LISTED = 40;
/** Of a place on the map, with its coordinates. */
const MAX_ADDRESS = 500;

function refuse(argument: string, message: string, candidates?: readonly string[]): never {
  throw new AppError('invalid_parameters', `${argument}: ${message}`, {
    details: { parameter: argument, ...(candidates && { candidates: [...candidates] }) },
  });
}

interface Option {
  id: string;
  name: string;
  orderindex?: unknown;
}
/** Options of a drop-down have a name, labels have a label. */
function optionsOf({ type_config }: Definition): Option[] {
  const options: unknown = type_config.options;
  return (Array.isArray(options) ? (options as Record<string, unknown>[]) : []).map(
    ({ id, name, label, orderindex }) => ({
      id: String(id),
      name: said(name ?? label),
      orderindex,
    }),
  );
}

function optionNamed({ field, argument }: Given, text: string): Option {
  const options = optionsOf(field);
  const found = options.filter(({ id, name }) => id === text.trim() || plain(name) === plain(text));
  if (found.length === 1) return found[0]!;
  const names = options.map(({ name }) => name);
  const said = names.map((name) => short(name)).join(', ') || 'none';
  return refuse(
    argument,
    found.length
      ? `"${short(text)}" is the name of ${found.length} options of ${short(field.name)}: give the id of the option: ${found.map(({ id }) => id).join(', ')}.`
      : `"${short(text)}" is no option of ${short(field.name)}. Its options: ${said}.`,
    names,
  );
}

/** Several values in one text, with commas or semicolons between them, unless they came one by one. */
const several = ({ text, items }: Given): string[] =>
  (items ?? text.split(/[,;\n]/)).map((part) => part.trim()).filter(Boolean);

const sameSet = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((item) => other.includes(item));
const listOf = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
const idsIn = (value: unknown): unknown[] => listOf(value).map((item) => (item as { id?: unknown }).id);

const text =
  (is: RegExp | undefined, how: string): Reader =>
  ({ text, argument, field }) => {
    const value = text.trim();
    if (is && !is.test(value)) refuse(argument, `"${short(value)}" is no value for ${short(field.name)}: ${how}`);
    return { value, text: value, isShown: (got) => said(got).trim() === value };
  };

/** Longer texts are no numbers. */
const MAX_NUMBER = 60;

/** `1,250.50`, `USD 12`; a single comma could be a decimal one, so it is refused. */
function numberIn({ text, argument, field }: Given): number {
  const bare = text
    .slice(0, MAX_NUMBER)
    .replace(/[\p{Sc}\p{L}\s]/gu, ' ')
    .trim();
  const digits = /^-?\d{1,3}(,\d{3})+\.\d+$|^-?\d{1,3}(,\d{3}){2,}$/.test(bare) ? bare.replaceAll(',', '') : bare;
  if (!/^-?\d+(\.\d+)?$/.test(digits))
    refuse(argument, `"${short(text)}" is no number for ${short(field.name)}: write it like 1250 or 1250.5.`);
  return Number(digits);
}
const number: Reader = (given) => {
  const value = numberIn(given);
  return { value, text: String(value), isShown: (got) => got !== '' && Number(got) === value };
};

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  checked: true,
  false: false,
  no: false,
  off: false,
  unchecked: false,
};

const computed: Reader = ({ argument, field }) =>
  refuse(argument, `${short(field.name)} is computed by ClickUp (${field.type}) and cannot be set.`);

/** Tasks and people are joined and taken away: together that makes exactly those that were named. */
const exactly = <T extends string | number>(ids: readonly T[], field: Definition) => ({
  add: [...ids],
  rem: (idsIn(field.value) as T[]).filter((id) => !ids.includes(id)),
});

const related: Reader = async (given) => {
  const { field, argument, context } = given;
  const ids: string[] = [];
  for (const ref of several(given)) ids.push(await taskIdOf(argument, ref, context));
  const once = [...new Set(ids)];
  return { value: exactly(once, field), text: once.join(', '), isShown: (got) => sameSet(idsIn(got), once) };
};

/** How a text is read by each type of field (ClickUp fact 24); a type that is not here cannot be written. */
const READERS: Readonly<Record<string, Reader>> = {
  text: text(undefined, ''),
  short_text: text(undefined, ''),
  url: text(/^[a-z][a-z0-9+.-]*:\S+$/i, 'write a whole URL, with https://.'),
  email: text(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'write an e-mail address.'),
  phone: text(/^\+\d[\d ()-]{5,}$/, 'write it with its country code, like +49 30 123456.'),
  number,
  currency: number,
  async date({ text, argument, context }) {
    const { ms, hasTime } = await moment(argument, text, context);
    const { zone } = context;
    return {
      value: ms,
      time: hasTime,
      text: dateText(ms, zone) ?? '',
      isShown: (got) =>
        hasTime ? Number(got) === ms : got !== undefined && dayText(said(got), zone) === dayText(ms, zone),
    };
  },
  checkbox({ text, argument, field }) {
    const value = FLAGS[plain(text)];
    if (value === undefined)
      refuse(argument, `"${short(text)}" is no value for ${short(field.name)}: write true or false.`);
    return { value, text: String(value), isShown: (got) => said(got ?? false) === String(value) };
  },
  drop_down(given) {
    const { id, name, orderindex } = optionNamed(given, given.text);
    // Written by id, read by position.
    return {
      value: id,
      text: name,
      isShown: (got) => got === id || (got !== undefined && said(got) === said(orderindex)),
    };
  },
  labels(given) {
    const whole = optionsOf(given.field).find(({ name }) => plain(name) === plain(given.text));
    const chosen = whole ? [whole] : several(given).map((part) => optionNamed(given, part));
    const ids = [...new Set(chosen.map(({ id }) => id))];
    return { value: ids, text: chosen.map(({ name }) => name).join(', '), isShown: (got) => sameSet(listOf(got), ids) };
  },
  async users(given) {
    const { field, argument, context } = given;
    const people = await assigneesOf(argument, several(given), context);
    const groups = people.filter(({ kind }) => kind === 'group');
    if (groups.length) refuse(argument, `${namesOf(groups)} is a group; ${short(field.name)} takes people only.`);
    const ids = idsOfPeople(people);
    if (field.type_config.single_user === true && ids.length > 1)
      refuse(argument, `${short(field.name)} takes one person, and ${ids.length} were named.`);
    return { value: exactly(ids, field), text: namesOf(people), isShown: (got) => sameSet(idsIn(got), ids) };
  },
  tasks: related,
  list_relationship: related,
  emoji(given) {
    const { field, argument } = given;
    const count = Number(field.type_config.count ?? 5);
    const value = numberIn(given);
    if (!Number.isInteger(value) || value < 0 || value > count)
      refuse(argument, `${short(field.name)} is a rating: write a whole number from 0 to ${count}.`);
    return { value, text: String(value), isShown: (got) => got !== undefined && Number(got) === value };
  },
  manual_progress(given) {
    const { field, argument, text } = given;
    const [start, end] = [Number(field.type_config.start ?? 0), Number(field.type_config.end ?? 100)];
    const share = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text)?.[1];
    const current = share === undefined ? numberIn(given) : start + ((end - start) * Number(share)) / 100;
    if (current < Math.min(start, end) || current > Math.max(start, end))
      refuse(argument, `${short(field.name)} goes from ${start} to ${end}: "${short(text)}" lies outside.`);
    return {
      value: { current },
      text: String(current),
      isShown: (got) => Number((got as { current?: unknown } | undefined)?.current) === current,
    };
  },
  location({ text, argument, field }) {
    const [, lat, lng, address = ''] =
      /^\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)[\s,;]*(.*)$/s.exec(text.slice(0, MAX_ADDRESS)) ?? [];
    if (lat === undefined || lng === undefined)
      refuse(
        argument,
        `${short(field.name)} is a place on the map, and ClickUp finds none by its address: write latitude, longitude and address, like "52.52, 13.405, Berlin".`,
      );
    const formatted_address = oneLine(address) || `${lat}, ${lng}`;
    return {
      value: { location: { lat: Number(lat), lng: Number(lng) }, formatted_address },
      text: formatted_address,
      isShown: (got) => (got as { formatted_address?: unknown } | undefined)?.formatted_address === formatted_address,
    };
  },
  button({ text, argument, field }) {
    if (!['press', 'true', 'yes'].includes(plain(text)))
      refuse(argument, `${short(field.name)} is a button, which starts its automation: write "press".`);
    // It keeps nothing that could be read.
    return { value: true, text: 'pressed', isShown: () => false };
  },
  attachment: ({ argument, field }) =>
    refuse(
      argument,
      `${short(field.name)} takes files: attach them with attach_file, or by the operation postEntityAttachment.`,
    ),
  automatic_progress: computed,
  formula: computed,
  rollup: computed,
};

/** Whether ClickUp makes the values of fields of this type, so that none can be lost. */
export const isComputed = (type: string): boolean => READERS[type] === computed;

/** Arguments that people mistake for Custom Fields. */
const ARGUMENTS = new Set(
  'name description status priority due_date start_date estimate assignees tags parent list_id archived'.split(' '),
);
const ALSO: Readonly<Record<string, string>> = {
  due: 'due_date',
  start: 'start_date',
  assignee: 'assignees',
  tag: 'tags',
  time_estimate: 'estimate',
  list: 'list_id',
  title: 'name',
};

/** What tells the fields of one name apart. */
const label = ({ id, name }: Definition, all: readonly Definition[]): string =>
  all.some((other) => other.id !== id && plain(other.name) === plain(name)) ? `${name} (${id})` : name;

/** @throws AppError `invalid_parameters` that names the fields there are */
function fieldNamed(argument: string, name: string, fields: readonly Definition[], where: string): Definition {
  const found = fields.filter(
    (field) =>
      field.id === name.trim() || plain(field.name) === plain(name) || plain(label(field, fields)) === plain(name),
  );
  if (found.length === 1) return found[0]!;
  const labels = (found.length ? found : fields).map((field) => label(field, fields));
  const listed = labels
    .slice(0, MAX_LISTED)
    .map((each) => short(each))
    .join(', ');
  const more = labels.length > MAX_LISTED ? `, and ${labels.length - MAX_LISTED} more` : '';
  const key = plain(name).replace(/[\s-]+/g, '_');
  const meant = ALSO[key] ?? (ARGUMENTS.has(key) ? key : undefined);
  return refuse(
    argument,
    found.length
      ? `${found.length} Custom Fields are called "${short(name)}": write one of ${listed}.`
      : meant !== undefined
        ? `"${short(name)}" is no Custom Field: give it as the argument ${meant}.`
        : `${where} has no Custom Field "${short(name)}". It has: ${listed || 'none'}${more}.`,
    labels,
  );
}

/** A task type other than the plain one may have fields of its own; `object_type` 19 says that a task type is meant. */
const TASK_TYPE = 19;
function appliesTo({ applied_objects = [] }: Definition, type: number): boolean {
  const types = applied_objects.filter(({ object_type }) => object_type === TASK_TYPE);
  return types.length === 0 || types.some(({ object_id }) => object_id === type);
}

/** The same field as a task shows it. */
export const fieldOf = ({ custom_fields = [] }: Task, { id }: Pick<Definition, 'id'>) =>
  custom_fields.find((field) => field.id === id);

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function wantField(name: string, field: Definition, read: Read | undefined, zone: string): Want {
  const valueIn = (task: Task): unknown => fieldOf(task, field)?.value;
  return {
    field: oneLine(name),
    ...(field.type === 'button' && { unreadable: true }),
    wanted: read ? short(read.text) : '',
    isShown: (task) => {
      const value = valueIn(task);
      return read ? read.isShown(isEmpty(value) ? undefined : value, field) : isEmpty(value);
    },
    shows: (task) => {
      const shown = fieldOf(task, field);
      return shown ? short(fieldText(shown, zone)) : '';
    },
  };
}

/**
 * What is to be sent for the values that were given, every name and option found, every value read.
 * @param argument how errors name the list of fields
 * @param fields those that the task can have, with their values where it has some
 * @param where what errors call the place or task that has these fields
 * @throws AppError `invalid_parameters`, `clickup_not_found`
 */
export async function fieldChanges(
  argument: string,
  given: readonly FieldValue[],
  fields: readonly Definition[],
  where: string,
  context: ToolContext,
  type = 0,
): Promise<FieldChange[]> {
  const changes = new Map<string, FieldChange>();
  for (const [index, { name, value }] of given.entries()) {
    const at = `${argument}[${index}]`;
    const field = fieldNamed(`${at}.name`, name, fields, where);
    if (!appliesTo(field, type))
      refuse(`${at}.name`, `${short(field.name)} is a Custom Field of another task type: a plain task cannot have it.`);
    if (changes.has(field.id)) refuse(`${at}.name`, `${short(field.name)} is given twice.`);
    changes.set(field.id, await changeOf(field, label(field, fields), value, `${at}.value`, context));
  }
  return [...changes.values()];
}

async function changeOf(
  field: Definition,
  name: string,
  value: string,
  argument: string,
  context: ToolContext,
  items?: readonly string[],
): Promise<FieldChange> {
  const reader = READERS[field.type];
  if (!reader) return refuse(argument, `${short(name)} is of a type that cannot be written here: ${field.type}.`);
  if (plain(value) === NONE && reader !== computed)
    return { field, body: undefined, want: wantField(name, field, undefined, context.zone) };
  const read = await reader({ text: value, items, field, argument, context });
  const body = { value: read.value, ...(read.time !== undefined && { value_options: { time: read.time } }) } as Body;
  return { field, body, want: wantField(name, field, read, context.zone) };
}

/**
 * What sets one field to a value in words, or to several.
 * @param argument how errors name the value
 * @throws AppError `invalid_parameters`, `clickup_not_found`
 */
export async function fieldBody(
  argument: string,
  field: Definition,
  value: string | readonly string[],
  context: ToolContext,
): Promise<Body> {
  const [text, items] = typeof value === 'string' ? [value] : [value.join(', '), value];
  const { body } = await changeOf(field, field.name, text, argument, context, items);
  return body ?? refuse(argument, 'the operation RemoveCustomFieldValue empties a field.');
}

/** The same for a task that is yet to be made; emptying a field of it is nothing to do. */
export const newValues = (changes: readonly FieldChange[]): NewValue[] =>
  changes.flatMap(({ field: { id }, body }) => (body ? [{ id, ...body } as NewValue] : []));
