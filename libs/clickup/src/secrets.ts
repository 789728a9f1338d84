import { type z } from 'zod';
import { Secret } from './operations/entities/scalars.js';
import { bare, shapeOf } from './shape.js';

/** In place of what whoever holds it could act with. An agent never needs one: it could only hand it on. */
export const WITHHELD = '[withheld: a credential]';

/** How things are called that give power to their holder; where a schema does not say what stands there, the name decides. */
export const SMELLS = /secret|token|passw|passphrase|credential|signature|private_?key|api_?key|access_?key|bearer|cookie/i;

type Withhold = (value: unknown) => unknown;

const made = new WeakMap<z.ZodType, { withhold?: Withhold }>();
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Takes every secret out of an answer of this schema; undefined when there can be none in it. Nothing is changed in place. */
export function withholding(schema: z.ZodType): Withhold | undefined {
  const inner = bare(schema);
  const known = made.get(inner);
  if (known) return known.withhold;
  const entry: { withhold?: Withhold } = {};
  // Pages hold pages: what holds itself is walked again, whether or not there is anything to find.
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
  return parts.length > 0 || shape.loose ? ofObject(new Map(parts), shape.loose ? new Set(Object.keys(shape.properties)) : undefined) : undefined;
}

const ofArray = (element: Withhold | undefined): Withhold | undefined => element && ((value) => (Array.isArray(value) ? value.map(element) : value));
const ofRecord = (each: Withhold | undefined): Withhold | undefined => each && ((value) => (isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, each(item)])) : value));

/** Each takes out what it knows. */
function ofUnion(options: readonly (Withhold | undefined)[]): Withhold | undefined {
  const able = options.filter((option) => option !== undefined);
  return able.length > 0 ? (value) => able.reduce((rest, option) => option(rest), value) : undefined;
}

/** @param declared of a loose object the properties it is known to have; of others the name decides */
function ofObject(parts: ReadonlyMap<string, Withhold>, declared: ReadonlySet<string> | undefined): Withhold {
  return (value) => {
    if (!isObject(value)) return value;
    const copy = { ...value };
    for (const [key, withhold] of parts) if (copy[key] !== undefined) copy[key] = withhold(copy[key]);
    if (declared) for (const key of Object.keys(copy)) if (!declared.has(key)) copy[key] = byName(key, copy[key]);
    return copy;
  };
}

/** What no schema describes. */
function byName(key: string, value: unknown): unknown {
  if (typeof value === 'string') return SMELLS.test(key) ? WITHHELD : value;
  if (Array.isArray(value)) return value.map((item) => byName(key, item));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, byName(name, item)])) : value;
}
