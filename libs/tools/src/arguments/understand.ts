import { isObject } from '#libs/core';
import { type Schema } from '../tool/schema.js';

/**
 * What models and hosts really send, in the form that a tool's schema asks for: schemas stay strict, arguments are forgiven where there is
 * only one thing they can mean. `null`, an empty text and an empty list are absent; one value stands where a list is expected, and a list of one where one is; a number is
 * an id; words of an enum come in any case; JSON text is the object or list that it spells; names of arguments may be in camelCase or
 * without `_id`. What can mean two things is left as it is, and the schema refuses it.
 * @param schema of the tool's input; parts that it does not describe are passed on unchanged
 */
export function understand(args: Record<string, unknown>, schema: Schema): Record<string, unknown> {
  const properties = schema.properties ?? {};
  const read: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(args)) {
    const name = spelled(given, properties, args);
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const clears = value === null && property?.nullable === true;
    if (isAbsent(value) && !clears) continue;
    const meant = property && !clears ? valueOf(value, property) : value;
    if (isAbsent(meant) && !clears) continue;
    // By definition, so that a hostile name such as __proto__ stays a property, which the schema then refuses.
    Object.defineProperty(read, name, {
      value: meant,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return read;
}

/** What is longer is no word of an enum, and no list of such words. */
const LONGEST_WORD = 100;
const LONGEST_LIST = 2_000;
/** Fifty long tasks are no longer; a body has been bounded before, but not what a text in it spells. */
const LONGEST_JSON = 200_000;

const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** A list of one, which stands where one is expected. */
const isAlone = (value: unknown): value is [unknown] =>
  Array.isArray(value) && value.length === 1 && !Array.isArray(value[0]);

/** The argument that a name means: itself, in snake_case, with or without `_id`, in the plural; none that was given too. */
function spelled(given: string, properties: Record<string, Schema>, args: Record<string, unknown>): string {
  if (Object.hasOwn(properties, given) || given.length > 64) return given;
  const snake = given
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase();
  const [only, another] = Object.keys(properties).filter((name) => name.endsWith('_id'));
  const meant = [
    snake,
    `${snake}_id`,
    snake.replace(/_ids?$/, ''),
    `${snake}s`,
    snake.replace(/s$/, ''),
    ...(snake === 'id' && only !== undefined && another === undefined ? [only] : []),
  ].find((name) => Object.hasOwn(properties, name));
  return meant !== undefined && isAbsent(args[meant]) ? meant : given;
}

function valueOf(given: unknown, schema: Schema): unknown {
  const value = isAlone(given) && schema.type !== 'array' ? given[0] : given;
  switch (schema.type) {
    case 'string':
      return schema.enum ? wordOf(value, schema) : textOf(value);
    case 'array':
      return listOf(value, schema.items ?? {});
    case 'object': {
      const object = typeof value === 'string' ? (fromJson(value, isObject) ?? value) : value;
      return isObject(object) && schema.properties ? understand(object, schema) : object;
    }
    case 'boolean':
      return BOOLEANS.get(String(value).trim().toLowerCase()) ?? value;
    case 'number':
    case 'integer':
      return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
    default:
      return value;
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

const textOf = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;

/** A word of an enum in any case, with spaces or hyphens for underscores; a number may be one that the schema itself reads. */
function wordOf(value: unknown, { enum: words = [], formerly = {} }: Schema): unknown {
  if (typeof value !== 'string' || value.length > LONGEST_WORD) return value;
  const plain = (word: string) =>
    word
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_');
  const meant = plain(value);
  const named = (word: string) => plain(word) === meant;
  const former = Object.keys(formerly).find(named);
  return words.find(named) ?? (former === undefined ? value : formerly[former]);
}

function listOf(value: unknown, items: Schema): unknown {
  const list = typeof value === 'string' ? (fromJson(value, Array.isArray) ?? split(value, items)) : value;
  return (Array.isArray(list) ? list : [list])
    .map((item: unknown) => (isAbsent(item) ? item : valueOf(item, items)))
    .filter((item) => !isAbsent(item));
}

/** Words of an enum may stand in one text with commas between them. Names may not: they can hold commas themselves. */
const split = (text: string, { enum: words }: Schema): string[] =>
  words && text.length <= LONGEST_LIST ? text.split(',') : [text];

/** The value that a text spells as JSON, if it is of the kind that is wanted. */
function fromJson(text: string, is: (value: unknown) => boolean): unknown {
  if (text.length > LONGEST_JSON || !/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
