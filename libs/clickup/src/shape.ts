import { type z } from 'zod';

/** What a schema is made of, as far as code that walks answers needs it. */
export type Shape =
  | { kind: 'object'; properties: Readonly<Record<string, z.ZodType>>; loose: boolean }
  | { kind: 'array'; element: z.ZodType }
  | { kind: 'record'; value: z.ZodType }
  | { kind: 'union'; options: readonly z.ZodType[] }
  /** Text, numbers and the like. */
  | { kind: 'scalar' }
  /** Anything. */
  | { kind: 'unknown' };

interface Definition {
  type: string;
  innerType: z.ZodType;
  element: z.ZodType;
  valueType: z.ZodType;
  options: z.ZodType[];
  shape: Record<string, z.ZodType>;
  catchall?: z.ZodType;
}
const definition = (schema: z.ZodType) => schema._zod.def as unknown as Definition;

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'int', 'boolean', 'enum', 'literal', 'null']);

/** The schema without `optional` and `nullable` around it. */
export function bare(schema: z.ZodType): z.ZodType {
  const { type, innerType } = definition(schema);
  return type === 'optional' || type === 'nullable' ? bare(innerType) : schema;
}

/** Whether `null` may stand there. */
export function mayBeNull(schema: z.ZodType): boolean {
  const { type, innerType } = definition(schema);
  return type === 'nullable' || (type === 'optional' && mayBeNull(innerType));
}

/** Whether it may be left out. */
export function mayBeMissing(schema: z.ZodType): boolean {
  const { type, innerType } = definition(schema);
  return type === 'optional' || (type === 'nullable' && mayBeMissing(innerType));
}

/** @throws Error for a kind of schema that no answer has had so far: code that walks answers has to be taught it first */
export function shapeOf(schema: z.ZodType): Shape {
  const { type, element, valueType, options, shape, catchall } = definition(bare(schema));
  if (SCALARS.has(type)) return { kind: 'scalar' };
  if (type === 'unknown') return { kind: 'unknown' };
  if (type === 'array') return { kind: 'array', element };
  if (type === 'record') return { kind: 'record', value: valueType };
  if (type === 'union') return { kind: 'union', options };
  if (type === 'object')
    return {
      kind: 'object',
      properties: shape,
      loose: catchall !== undefined && definition(catchall).type !== 'never',
    };
  throw new Error(`Answers have no ${type}: say in shape.ts how it is walked.`);
}
