import { isObject } from '#libs/core';
import { z } from 'zod';

/** Whether an answer, or a part of it, has everything that its readers rely on. */
type Check = (value: unknown) => boolean;

/** Scalars that everything in ClickUp has and that are compared, sorted or searched by; all others may be missing. */
const ESSENTIAL: ReadonlySet<string> = new Set(['id', 'name', 'status', 'comment_text']);
/** The same for objects that another one only mentions (its List, its status): ClickUp leaves their names out here and there. */
const OF_MENTIONED: ReadonlySet<string> = new Set(['id', 'status']);
/** How many levels are checked: the envelope, the objects in it, and the objects in those. Our code relies on nothing that lies deeper. */
const LEVELS = 3;

/**
 * A check that costs far less than a parse: an object is an object, a list is a list, and ids, names and lists that the row requires are there.
 * ClickUp adds what is not documented and leaves out what is: both pass.
 */
export function outlineOf(schema: z.ZodType): Check {
  return checkOf(schema, isOneObject(schema) ? LEVELS - 1 : LEVELS) ?? (() => true);
}

const isOneObject = (schema: z.ZodType): boolean => schema instanceof z.ZodObject && 'id' in schema.shape;

/** Undefined where everything passes. */
function checkOf(schema: z.ZodType, levels: number, isMentioned = false): Check | undefined {
  if (levels === 0) return undefined;
  if (schema instanceof z.ZodObject) return objectCheck(schema, levels, isMentioned);
  if (schema instanceof z.ZodArray) return arrayCheck(schema.element as z.ZodType, levels);
  if (schema instanceof z.ZodRecord) return isObject;
  if (schema instanceof z.ZodUnion) return unionCheck(schema.options as z.ZodType[], levels);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const inner = schema.unwrap() as z.ZodType;
    const check = checkOf(inner, levels, isMentioned);
    // If ClickUp sends a plain value in place of an optional object (a number for the priority, in one of its examples), readers treat the
    // object as missing.
    const passes = inner instanceof z.ZodArray ? isMissing : isScalar;
    return check && ((value) => passes(value) || check(value));
  }
  return undefined;
}

function arrayCheck(element: z.ZodType, levels: number): Check {
  // A list does not count as a level.
  const item = checkOf(element, levels);
  return item ? (value) => Array.isArray(value) && value.every(item) : Array.isArray;
}

function unionCheck(options: readonly z.ZodType[], levels: number): Check | undefined {
  const checks = options.map((option) => checkOf(option, levels));
  return checks.every((check) => check !== undefined) ? (value) => checks.some((check) => check(value)) : undefined;
}

interface Field {
  key: string;
  check: Check;
}

function objectCheck(schema: z.ZodObject, levels: number, isMentioned: boolean): Check {
  const all = Object.entries<z.ZodType>(schema.shape);
  // The envelope is around the objects and not one of them: each of its parts must be there.
  const isEnvelope = levels === LEVELS;
  const essential = isMentioned ? OF_MENTIONED : ESSENTIAL;
  const checks = all.flatMap(([key, field]) =>
    essential.has(key) && !isOptional(field) && !isContainer(field)
      ? [{ key, check: key === 'id' ? isId : isGiven }]
      : fieldOf(key, field, levels, isEnvelope),
  );
  // Most parts that may be missing are missing. Whether that passes is found out once, so that no function is called for them.
  const fields = checks.map(({ key, check }) => ({
    key,
    check,
    undefinedPasses: check(undefined),
    nullPasses: check(null),
  }));
  const scalars =
    isEnvelope && fields.every(({ undefinedPasses }) => undefinedPasses)
      ? all.filter(([, field]) => !isOptional(field)).map(([key]) => key)
      : [];
  return (value) => {
    if (!isObject(value)) return false;
    for (const { key, check, undefinedPasses, nullPasses } of fields) {
      const part = value[key];
      if (!(part === undefined ? undefinedPasses : part === null ? nullPasses : check(part))) return false;
    }
    // An answer of scalars only (a plan, a token) is refused when nothing at all of it is there.
    return scalars.length === 0 || scalars.some((key) => isGiven(value[key]));
  };
}

function fieldOf(key: string, field: z.ZodType, levels: number, isEnvelope: boolean): Field[] {
  if (key === 'id' && isOptional(field)) return [{ key, check: (value) => isMissing(value) || isId(value) }];
  const check = checkOf(field, levels - 1, !isEnvelope);
  if (!check) return [];
  if (isOptional(field)) return [{ key, check: (value) => value === null || check(value) }];
  // A part that may be null must still be there in the envelope: without it the answer does not say that there is nothing.
  if (field instanceof z.ZodNullable)
    return [{ key, check: isEnvelope ? (value) => value !== undefined && check(value) : check }];
  if (isEnvelope || demands(check)) return [{ key, check }];
  return [];
}

/**
 * Whether an answer is refused when this part is missing: lists are demanded, and objects in which something must be. Switches and
 * colours alone are not.
 */
const demands = (check: Check): boolean => !check({});
const isContainer = (field: z.ZodType): boolean =>
  [z.ZodObject, z.ZodArray, z.ZodRecord].some(
    (kind) => (field instanceof z.ZodNullable ? field.unwrap() : field) instanceof kind,
  );
const isOptional = (field: z.ZodType): boolean => field instanceof z.ZodOptional;
const isMissing: Check = (value) => value === undefined || value === null;
const isScalar: Check = (value) => typeof value !== 'object' || value === null;
const isGiven: Check = (value) => !isMissing(value);
/** Everything that is done with an id later puts it into a path: a text without characters or an object would lead elsewhere. */
const isId: Check = (value) => (typeof value === 'string' && value !== '') || typeof value === 'number';
/** Deeper than any answer of ClickUp's. Code that walks an answer calls itself for each level, so the depth has to be bounded. */
const MAX_DEPTH = 200;

/** Whether a parsed answer is nested so deeply that going through it could overflow the stack. */
export function isTooDeep(value: unknown, left = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value as unknown[])
      if (typeof item === 'object' && item !== null && isTooDeep(item, left - 1)) return true;
    return false;
  }
  // `for … in` is the fastest loop here, and safe: parsed JSON has no inherited keys.
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'object' && item !== null && isTooDeep(item, left - 1)) return true;
  }
  return false;
}
