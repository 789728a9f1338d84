import { isObject } from '#libs/core';
import { z } from 'zod';
import { bare, shapeOf } from './shape.js';

/**
 * A text that works as a credential: a token, the key of a signature. It is withheld from every caller, wherever it stands in an answer.
 */
export const Secret = z.string();

/** Shown in place of a credential. An agent never needs one: all it could do is pass it on. */
export const WITHHELD = '[withheld: a credential]';

/** Names that credentials have. The name decides about a property that no schema describes. */
export const SMELLS =
  /secret|token|passw|passphrase|credential|signature|private_?key|api_?key|access_?key|bearer|cookie/i;

type Withhold = (value: unknown) => unknown;

const made = new WeakMap<z.ZodType, { withhold?: Withhold }>();
/** Takes every secret out of an answer of this schema; undefined when there can be none in it. Nothing is changed in place. */
export function withholding(schema: z.ZodType): Withhold | undefined {
  const inner = bare(schema);
  const known = made.get(inner);
  if (known) return known.withhold;
  const entry: { withhold?: Withhold } = {};
  // A schema can contain itself, as pages hold pages. Until it is compiled it is not known whether it has secrets, so the inner one is
  // walked in any case.
  entry.withhold = (value) => (entry.withhold ?? ((same) => same))(value);
  made.set(inner, entry);
  const compiled = compile(inner);
  if (compiled) entry.withhold = compiled;
  else delete entry.withhold;
  return compiled;
}

function compile(schema: z.ZodType): Withhold | undefined {
  if (schema === Secret) return (value) => (value === null || value === undefined ? value : WITHHELD);
  const shape = shapeOf(schema);
  if (shape.kind === 'scalar' || shape.kind === 'unknown') return undefined;
  if (shape.kind === 'array') return ofArray(withholding(shape.element));
  if (shape.kind === 'record') return ofRecord(withholding(shape.value));
  if (shape.kind === 'union') return ofUnion(shape.options.map(withholding));
  const parts = Object.entries(shape.properties).flatMap(([key, property]) => {
    const withhold = withholding(property);
    return withhold ? [[key, withhold] as const] : [];
  });
  return parts.length > 0 || shape.loose
    ? ofObject(new Map(parts), shape.loose ? new Set(Object.keys(shape.properties)) : undefined)
    : undefined;
}

/** Most answers hold no secret: nothing is copied until there is one. */
function ofArray(element: Withhold | undefined): Withhold | undefined {
  if (!element) return undefined;
  return (value) => {
    if (!Array.isArray(value)) return value;
    const items: unknown[] = value.map(element);
    return items.some((item, index) => item !== value[index]) ? items : (value as unknown[]);
  };
}
const ofRecord = (each: Withhold | undefined): Withhold | undefined =>
  each && ((value) => (isObject(value) ? replaced(value, Object.keys(value), (_, item) => each(item)) : value));

function replaced(
  value: Record<string, unknown>,
  keys: Iterable<string>,
  by: (key: string, item: unknown) => unknown,
): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const key of keys) {
    const item = value[key];
    const instead = item === undefined ? undefined : by(key, item);
    if (instead !== item) (copy ??= { ...value })[key] = instead;
  }
  return copy ?? value;
}

/** Every option is applied, because the value does not say which of them it is. */
function ofUnion(options: readonly (Withhold | undefined)[]): Withhold | undefined {
  const able = options.filter((option) => option !== undefined);
  return able.length > 0 ? (value) => able.reduce((rest, option) => option(rest), value) : undefined;
}

/** @param declared the properties that the schema of a loose object describes; all others are judged by their names */
function ofObject(parts: ReadonlyMap<string, Withhold>, declared: ReadonlySet<string> | undefined): Withhold {
  return (value) => {
    if (!isObject(value)) return value;
    const known = replaced(value, parts.keys(), (key, item) => parts.get(key)!(item));
    return declared
      ? replaced(
          known,
          Object.keys(known).filter((key) => !declared.has(key)),
          byName,
        )
      : known;
  };
}

/** Withholds by the names of properties, in a part that no schema describes. */
function byName(key: string, value: unknown): unknown {
  if (typeof value === 'string') return SMELLS.test(key) ? WITHHELD : value;
  if (Array.isArray(value)) return ofArray((item) => byName(key, item))!(value);
  return isObject(value) ? replaced(value, Object.keys(value), byName) : value;
}
