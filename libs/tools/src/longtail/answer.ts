import { AppError } from '#libs/core';
import { mainList } from './pages.js';
import { type ToolContext } from '../tool/tool.js';
import { type Slimming } from './slim.js';
import { type Json, type Position, windowOf, type Window } from './window.js';

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An agent never holds a ClickUp credential, not even one that it asked for. */
const WITHHELD = { access_token: '[withheld: a credential]' };
const withoutCredentials = (answer: Json): Json =>
  isObject(answer) && 'access_token' in answer ? { ...answer, ...WITHHELD } : answer;

/** What is shown of one answer. */
interface Shown {
  fields?: readonly string[] | undefined;
  from?: Position | undefined;
  /** What it may cost, as {@link windowOf} counts. */
  tokens?: number;
}

/**
 * ClickUp's answer as a model gets it: slim, without credentials, and no longer than a window.
 * @param fields only these properties, of each item where the answer is a list; `a.b` is one inside another
 * @throws AppError `invalid_parameters` for a field that the answer does not have
 */
export async function shown(
  answer: unknown,
  { fields = [], from = [], tokens }: Shown,
  { zone, directory }: Pick<ToolContext, 'zone' | 'directory'>,
): Promise<Window> {
  const safe = withoutCredentials((answer ?? {}) as Json);
  const asked = new Set(fields.map((field) => field.split('.').at(-1)!));
  const part = fields.length ? projected(safe, fields) : safe;
  const how: Slimming = { zone, asked };
  const window = saying(part, windowOf(part, from, how, tokens));
  if (!how.lacksPeople) return window;
  const people = new Map((await directory.people()).map(({ id, username, email }) => [String(id), username || email]));
  return saying(part, windowOf(part, from, { zone, asked, people }, tokens));
}

/** The answer to a question for a list says that it is empty. Of one object empty lists say nothing. */
function saying(answer: Json, { part, next }: Window): Window {
  if (!isObject(answer) || !isObject(part) || 'id' in answer) return { part, ...(next && { next }) };
  const empty = Object.entries(answer).filter(([, value]) => Array.isArray(value) && value.length === 0);
  return { part: { ...part, ...Object.fromEntries(empty) }, ...(next && { next }) };
}

function projected(answer: Json, fields: readonly string[]): Json {
  const { key, items } = mainList(answer);
  const ofAnswer = isObject(answer) && fields.every((field) => has(answer, field));
  if (ofAnswer || (items.length === 0 && isObject(answer) && key === undefined)) {
    mustHave([answer], fields);
    return picked(answer, fields);
  }
  mustHave(items as Json[], fields);
  const list = (items as Json[]).map((item) => picked(item, fields));
  return key === undefined ? list : { [key]: list };
}

const valueAt = (value: Json, field: string): Json | undefined =>
  field.split('.').reduce<Json | undefined>((at, name) => {
    if (at === undefined || !isObject(at) || !Object.hasOwn(at, name)) return undefined;
    return at[name];
  }, value);
const has = (value: Json, field: string): boolean => valueAt(value, field) !== undefined;
const picked = (value: Json, fields: readonly string[]): Json =>
  Object.fromEntries(fields.flatMap((field) => (has(value, field) ? [[field, valueAt(value, field)!]] : [])));

/** A name that no item has is a mistake: an empty column would say that nothing is there. */
function mustHave(items: readonly Json[], fields: readonly string[]): void {
  const unknown = fields.find((field) => items.length > 0 && !items.some((item) => has(item, field)));
  if (unknown === undefined) return;
  const names = [...new Set(items.slice(0, 20).flatMap((item) => (isObject(item) ? Object.keys(item) : [])))];
  throw new AppError(
    'invalid_parameters',
    `fields: the answer has no ${/^[\w.$-]{1,64}$/.test(unknown) ? unknown : 'such property'}. It has ${names.slice(0, 40).join(', ')}.`,
    { details: { parameter: 'fields' } },
  );
}
