import { type Operation, pathParameters } from '#libs/clickup';
import { z } from 'zod';

/** One parameter of an operation, with what is inside it. */
export interface Named {
  name: string;
  optional: boolean;
  list: boolean;
  /** What it may be, where that is a closed list. */
  values: string[];
  parts: Named[];
}

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
}

/** Deeper than this, and in more than this many values, a list of names explains nothing any more. */
const DEPTH = 3;
const MAX_VALUES = 8;

const choices = ({ anyOf, oneOf }: Schema): Schema[] => [...(anyOf ?? []), ...(oneOf ?? [])];
/** One schema out of alternatives, with the properties of them all: what only some of them take is optional. */
function merged(schema: Schema): Schema {
  const all = choices(schema).map(merged);
  if (all.length === 0) return schema;
  const objects = all.filter(({ properties }) => properties);
  const items = all.map((choice) => choice.items).filter((choice) => choice !== undefined);
  return {
    ...(objects.length > 0 && {
      properties: Object.assign({}, ...objects.map(({ properties }) => properties)) as Record<string, Schema>,
      required: (objects[0]?.required ?? []).filter((name) =>
        all.every(({ properties, required }) => !properties || required?.includes(name)),
      ),
    }),
    ...(items.length > 0 && { items: merged({ anyOf: items }) }),
    ...(all.every((choice) => choice.enum ?? choice.const) && {
      enum: all.flatMap((choice) => choice.enum ?? [choice.const]),
    }),
  };
}

function partsOf(schema: Schema, depth: number): Named[] {
  const { properties = {}, required = [], items } = merged(schema);
  if (items) return partsOf(items, depth);
  if (depth > DEPTH) return [];
  return Object.entries(properties).map(([name, property]): Named => {
    const inner = merged(property);
    const values = (inner.enum ?? []).filter((value) => value !== null).map(String);
    return {
      name,
      optional: !required.includes(name),
      list: inner.items !== undefined,
      values: values.length > MAX_VALUES ? [] : values,
      parts: partsOf(inner, depth + 1),
    };
  });
}

const schemaOf = (schema: unknown): Schema =>
  schema
    ? (z.toJSONSchema(schema as z.ZodType, { io: 'input', reused: 'inline', unrepresentable: 'any' }) as Schema)
    : {};

/** The parameters of an operation by name; those of a body that is a list are those of its items. */
export function namesOf(operation: Operation): Record<'path' | 'query' | 'body', Named[]> {
  const inPath = pathParameters(operation).map((name): Named => ({
    name,
    optional: false,
    list: false,
    values: [],
    parts: [],
  }));
  return { path: inPath, query: partsOf(schemaOf(operation.query), 1), body: partsOf(schemaOf(operation.body), 1) };
}

const written = ({ name, optional, list, values, parts }: Named): string =>
  [
    name,
    optional ? '?' : '',
    list ? '[]' : '',
    values.length ? `=${values.join('|')}` : '',
    parts.length ? `{${parts.map(written).join(', ')}}` : '',
  ].join('');

/** `path: list_id; query: page?; body: name, assignees?{add[], rem[]}`: optional ones with `?`, lists with `[]`, what is inside in braces. */
export function parametersInWords(operation: Operation): string {
  return Object.entries(namesOf(operation))
    .filter(([, names]) => names.length > 0)
    .map(([where, names]) => `${where}: ${names.map(written).join(', ')}`)
    .join('; ');
}
