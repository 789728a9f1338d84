import { type Operation, pathParameters } from '#libs/clickup';
import { z } from 'zod';

/** One parameter of an operation, with what is inside it. */
export interface Named {
  name: string;
  optional: boolean;
  list: boolean;
  /** Of JSON; undefined where several will do. */
  type?: 'string' | 'number' | 'boolean' | 'object' | undefined;
  /** null clears it. */
  nullable: boolean;
  /** What it may be, where that is a closed list. */
  values: string[];
  parts: Named[];
  /** It may have more in it than its parts. */
  loose?: true;
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
  additionalProperties?: unknown;
}

/** Deeper than this, and in more than this many values, a list of names explains nothing any more. */
const DEPTH = 3;
const MAX_VALUES = 8;

const choices = ({ anyOf, oneOf }: Schema): Schema[] => [...(anyOf ?? []), ...(oneOf ?? [])];
const typesOf = (schema: Schema): string[] => {
  const all = choices(schema);
  if (all.length) return [...new Set(all.flatMap(typesOf))];
  const values = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  return [schema.type ?? values.map((value) => (value === null ? 'null' : typeof value))].flat();
};

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

/** The properties of `choices`, each with every type that one of them gives it. */
const everyTypeOf = (schema: Schema, name: string): string[] => {
  const all = choices(schema);
  return all.length
    ? [...new Set(all.flatMap((choice) => everyTypeOf(choice, name)))]
    : schema.properties?.[name]
      ? typesOf(schema.properties[name])
      : [];
};

const isLoose = (schema: Schema): boolean =>
  choices(schema).some(isLoose) ||
  (schema.items ? isLoose(schema.items) : schema.type === 'object' && schema.additionalProperties !== false);

function typeOf(types: readonly string[]): Named['type'] {
  const [only, ...others] = new Set(
    types.filter((type) => type !== 'null').map((type) => (type === 'integer' ? 'number' : type)),
  );
  return only !== undefined && others.length === 0 && ['string', 'number', 'boolean', 'object'].includes(only)
    ? (only as Named['type'])
    : undefined;
}

function partsOf(schema: Schema, depth: number): Named[] {
  const whole = merged(schema);
  const { properties = {}, required = [], items } = whole;
  if (items) return partsOf(items, depth);
  if (depth > DEPTH) return [];
  return Object.entries(properties).map(([name, property]): Named => {
    const inner = merged(property);
    const values = (inner.enum ?? []).filter((value) => value !== null).map(String);
    const types = everyTypeOf(schema, name);
    const list = types.includes('array') && types.every((type) => type === 'array' || type === 'null');
    return {
      name,
      optional: !required.includes(name),
      list,
      type: typeOf(list ? typesOf(inner.items ?? {}) : types),
      nullable: types.includes('null'),
      values: values.length > MAX_VALUES ? [] : values,
      parts: partsOf(inner, depth + 1),
      ...(isLoose(property) && { loose: true as const }),
    };
  });
}

const schemaOf = (schema: unknown): Schema =>
  schema
    ? (z.toJSONSchema(schema as z.ZodType, { io: 'input', reused: 'inline', unrepresentable: 'any' }) as Schema)
    : {};

const known = new WeakMap<Operation, Record<'path' | 'query' | 'body', Named[]>>();

/** The parameters of an operation by name; those of a body that is a list are those of its items. */
export function namesOf(operation: Operation): Record<'path' | 'query' | 'body', Named[]> {
  let names = known.get(operation);
  if (!names) {
    const inPath = pathParameters(operation).map((name): Named => ({
      name,
      optional: false,
      list: false,
      type: 'string',
      nullable: false,
      values: [],
      parts: [],
    }));
    names = {
      path: inPath,
      query: partsOf(schemaOf(operation.query), 1),
      body: partsOf(schemaOf(operation.body), 1),
    };
    known.set(operation, names);
  }
  return names;
}

/** `name, assignees?{add[], rem[]}`: optional ones with `?`, lists with `[]`, what is inside in braces. @param depth how many levels of braces */
export const written = (names: readonly Named[], depth = DEPTH): string =>
  names.map((each) => word(each, depth)).join(', ');

const word = ({ name, optional, list, values, parts }: Named, depth: number): string =>
  [
    name,
    optional ? '?' : '',
    list ? '[]' : '',
    values.length && depth > 0 ? `=${values.join('|')}` : '',
    parts.length && depth > 0 ? `{${written(parts, depth - 1)}}` : '',
  ].join('');
