import { AppError } from '#libs/core';
import { type z } from 'zod';
import { nearlyEqual } from '../find/match.js';
import { inputSchemaOf } from './schema.js';
import { type Schema } from '../tool/schema.js';
import { understand } from './understand.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const MAX_SHOWN = 40;

/**
 * A tool's arguments, read forgivingly and then checked by its schema.
 * @param schema the input schema as far as the caller is granted it, see {@link narrowed}
 * @throws AppError `invalid_parameters`: which argument, what came, what is allowed, what to do; never the words of a validator
 */
export function argumentsOf(
  { name, input }: { name: string; input: z.ZodObject },
  given: Record<string, unknown>,
  schema: Schema = inputSchemaOf(input),
): Record<string, unknown> {
  const args = understand(given, schema);
  refuseUnknown(name, args, schema);
  const parsed = input.safeParse(args);
  if (parsed.success) return parsed.data;
  throw refusal(name, parsed.error.issues[0]!, schema, args);
}

/** Arguments and values that are not in the schema which the caller is granted: it may have fewer than the tool's own, which zod checks. */
function refuseUnknown(tool: string, value: unknown, node: Schema, path: Path = []): void {
  if (Array.isArray(value) && node.items) {
    for (const [index, item] of value.entries()) refuseUnknown(tool, item, node.items, [...path, index]);
  } else if (typeof value === 'object' && value !== null && node.properties) {
    for (const [key, item] of Object.entries(value)) {
      const property = Object.hasOwn(node.properties, key) ? node.properties[key] : undefined;
      if (!property) throw unknownArgument(tool, path, key, node);
      refuseUnknown(tool, item, property, [...path, key]);
    }
  } else if (typeof value === 'string' && node.enum && !node.enum.includes(value)) {
    throw new AppError(
      'invalid_parameters',
      `${spelledOut(path)}: ${shown(value)} is not one of ${node.enum.join(', ')}.`,
      {
        details: { parameter: spelledOut(path), type: node.type },
      },
    );
  }
}

function refusal(tool: string, issue: Issue, schema: Schema, args: Record<string, unknown>): AppError {
  const at = spelledOut(issue.path);
  const node = nodeAt(schema, issue.path);
  const came = valueAt(args, issue.path);
  if (came === undefined) return missing(tool, at, issue.path, schema);
  return new AppError('invalid_parameters', `${at}: ${wrong(issue, node, came)}`, {
    details: { parameter: at, type: node.type },
  });
}

function missing(tool: string, at: string, path: Path, schema: Schema): AppError {
  const needed = nodeAt(schema, path.slice(0, -1)).required ?? [];
  const all =
    needed.length > 1
      ? ` ${path.length > 1 ? `Each of ${spelledOut(path.slice(0, -2))}` : tool} needs ${and(needed)}.`
      : '';
  return new AppError('invalid_parameters', `Missing required parameter: ${at}.${all}`, {
    details: { parameter: at, required: true, type: nodeAt(schema, path).type },
  });
}

function unknownArgument(tool: string, path: Path, key: string, node: Schema): AppError {
  const name = key.slice(0, 64);
  const names = Object.entries(node.properties ?? {})
    .filter(([, { unlisted }]) => !unlisted)
    .map(([each]) => each);
  const near = names.find(
    (each) => nearlyEqual(each, name) || each.includes(name) || (name.length > 3 && name.includes(each)),
  );
  const where = path.length ? spelledOut(path) : tool;
  return new AppError(
    'invalid_parameters',
    `Unknown parameter: ${name}.${near ? ` Did you mean ${near}?` : ''} ${where} takes ${names.join(', ') || 'no parameters'}.`,
    { details: { parameter: spelledOut([...path, name]) } },
  );
}

/** What came and what is allowed. */
function wrong(issue: Issue, node: Schema, came: unknown): string {
  if (issue.code === 'too_big' || issue.code === 'too_small') {
    const bound = Number(issue.code === 'too_big' ? issue.maximum : issue.minimum);
    const limit = `${issue.code === 'too_big' ? 'at most' : 'at least'} ${bound.toLocaleString('en')}`;
    if (Array.isArray(came)) return `${came.length.toLocaleString('en')} items came; ${limit} are taken in one call.`;
    if (typeof came === 'string')
      return `a text of ${came.length.toLocaleString('en')} characters came; ${limit} are taken.`;
    return `${shown(came)} came; ${limit} is taken.`;
  }
  if (node.enum) return `${shown(came)} is not one of ${node.enum.join(', ')}.`;
  const wanted = WORDS[node.type ?? ''] ?? 'another value';
  return issue.code === 'invalid_type'
    ? `${shown(came)} came; give ${wanted}${node.type === 'array' && node.items?.type === 'object' ? `, each with ${Object.keys(node.items.properties ?? {}).join(', ')}` : ''}.`
    : `${shown(came)} is not understood; give ${wanted}${node.description ? ` (${node.description})` : ''}.`;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
};

/** A value as far as it helps to recognise it: short ones themselves, others by their kind. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string' && value.length > MAX_SHOWN)
    return `a text of ${value.length.toLocaleString('en')} characters`;
  return JSON.stringify(value);
}

const and = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** `tasks[3].due_date` */
const spelledOut = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
    '',
  );

const nodeAt = (schema: Schema, path: Path): Schema =>
  path.reduce<Schema>(
    (node, part) => (typeof part === 'number' ? node.items : node.properties?.[String(part)]) ?? {},
    schema,
  );

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part], value);
