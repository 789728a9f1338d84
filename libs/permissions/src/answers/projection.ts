import { isObject } from '#libs/core';
import { bare, mayBeMissing, mayBeNull, shapeOf } from '#libs/clickup';
import { type z } from 'zod';
import { RULES } from './rules.js';
import { type Around, type Questions, type View } from './rule.js';

/** What `show` answers for an object that may not be seen. A value that does not have the shape of its schema is left out. */
const HIDDEN = Symbol('hidden');

/** How the values of one schema are walked: once for what must be asked, once for what is shown. */
interface Walker {
  ask(value: unknown, around: Around, questions: Questions): void;
  show(value: unknown, around: Around, view: View): unknown;
}

const walkers = new WeakMap<z.ZodType, Walker>();

/** One walker for each schema, kept before its parts are compiled: a schema can contain itself, as pages hold pages. */
function walkerOf(schema: z.ZodType): Walker {
  const inner = bare(schema);
  let walker = walkers.get(inner);
  if (walker) return walker;
  let made: Walker | undefined;
  const parts = () => (made ??= ruled(inner, compiled(inner)));
  walker = { ask: (...args) => parts().ask(...args), show: (...args) => parts().show(...args) };
  walkers.set(inner, walker);
  return walker;
}

const isScalar = (value: unknown) => typeof value !== 'object' || value === null;

const isShown = (value: unknown) => value !== HIDDEN && value !== undefined;
const nullOr = (value: unknown) => (value === null ? null : undefined);

const NOTHING: Walker = { ask: () => undefined, show: nullOr };
/** Texts, numbers and switches are shown with the object that holds them. */
const SCALAR: Walker = { ask: () => undefined, show: (value) => (isScalar(value) ? value : undefined) };

/** What the schema does not describe could name anything, so it is not shown. */
function compiled(schema: z.ZodType): Walker {
  const shape = shapeOf(schema);
  if (shape.kind === 'scalar') return SCALAR;
  if (shape.kind === 'unknown') return NOTHING;
  if (shape.kind === 'array') return ofArray(walkerOf(shape.element));
  if (shape.kind === 'record') return ofRecord(walkerOf(shape.value));
  if (shape.kind === 'union') return ofUnion(shape.options);
  return ofObject(shape.properties);
}

function ofArray(element: Walker): Walker {
  return {
    ask: (value, around, questions) =>
      Array.isArray(value) && value.forEach((item) => element.ask(item, around, questions)),
    show: (value, around, view) =>
      Array.isArray(value) ? value.map((item) => element.show(item, around, view)).filter(isShown) : nullOr(value),
  };
}

function ofRecord(each: Walker): Walker {
  return {
    ask: (value, around, questions) =>
      isObject(value) && Object.values(value).forEach((item) => each.ask(item, around, questions)),
    show(value, around, view) {
      if (!isObject(value)) return nullOr(value);
      return Object.fromEntries(
        Object.entries(value)
          .map(([key, item]) => [key, each.show(item, around, view)] as const)
          .filter(([, item]) => isShown(item)),
      );
    },
  };
}

/** The value says which option it is: a list, a text or number, or the kind of object that has most of its properties. */
function ofUnion(options: readonly z.ZodType[]): Walker {
  const of = (kind: string) => options.filter((each) => shapeOf(each).kind === kind);
  const [list, record] = [of('array'), of('record')].map(([only]) => only && walkerOf(only));
  const objects = of('object').map((each) => {
    const shape = shapeOf(each);
    return { walker: walkerOf(each), properties: shape.kind === 'object' ? shape.properties : {} };
  });
  const objectOf = (value: object) => {
    const fits = objects.map(({ properties }) => Object.keys(value).filter((key) => key in properties).length);
    return objects[fits.indexOf(Math.max(...fits))]?.walker ?? record;
  };
  const chosen = (value: unknown) =>
    isScalar(value) ? SCALAR : ((Array.isArray(value) ? list : objectOf(value as object)) ?? NOTHING);
  return {
    ask: (value, around, questions) => chosen(value).ask(value, around, questions),
    show: (value, around, view) => chosen(value).show(value, around, view),
  };
}

function ofObject(properties: Readonly<Record<string, z.ZodType>>): Walker {
  const known = Object.entries(properties).map(([key, schema]) => ({
    key,
    walker: walkerOf(schema),
    mayBeNull: mayBeNull(schema),
    mayBeMissing: mayBeMissing(schema),
  }));
  return {
    ask(value, around, questions) {
      if (isObject(value))
        for (const { key, walker } of known) if (value[key] !== undefined) walker.ask(value[key], around, questions);
    },
    show(value, around, view) {
      if (!isObject(value)) return nullOr(value);
      const shown: Record<string, unknown> = {};
      for (const { key, walker, mayBeNull, mayBeMissing } of known) {
        if (value[key] === undefined) continue;
        const part = walker.show(value[key], around, view);
        if (part !== HIDDEN) shown[key] = part;
        else if (mayBeNull) shown[key] = null;
        // A part that must be there and may not be seen hides the object as well.
        else if (!mayBeMissing) return HIDDEN;
      }
      return shown;
    },
  };
}

/** The walker of a schema, with the rule that the table of objects has for it. */
function ruled(schema: z.ZodType, walker: Walker): Walker {
  const rule = RULES.get(schema);
  if (!rule) return walker;
  return {
    ask(value, around, questions) {
      if (!isObject(value)) return;
      rule.ask?.(value as never, around, questions);
      walker.ask(value, rule.around?.(value as never, around) ?? around, questions);
    },
    show(value, around, view) {
      if (!isObject(value)) return nullOr(value);
      const inside = rule.around?.(value as never, around) ?? around;
      const shown = rule.show(value as never, view, inside) as Record<string, unknown> | undefined;
      if (shown === undefined) return HIDDEN;
      return rule.whole ? shown : walker.show(shown, inside, view);
    },
  };
}

/** Collects what must be looked up before the answer can be shown. */
export const questionsIn = (schema: z.ZodType, answer: unknown, around: Around, questions: Questions): void =>
  walkerOf(schema).ask(answer, around, questions);

/** The answer without what may not be seen; undefined when nothing is left of it. */
export function shownOf(
  schema: z.ZodType,
  answer: unknown,
  around: Around,
  view: View,
): { answer: unknown } | undefined {
  const shown = walkerOf(schema).show(answer, around, view);
  return isShown(shown) ? { answer: shown } : undefined;
}
