import { OPERATIONS } from '#libs/clickup';
import { z } from 'zod';
import { type KindName, KINDS } from './kinds.js';

const IDS = new Set<string>(OPERATIONS.map(({ id }) => id));
/** `GET /api/v2/task/*`, any method as `*`; `*` in a path stands for anything, `{x}` for one part of it. */
const PATTERN = /^(GET|POST|PUT|PATCH|DELETE|\*) (\/\S*)$/;

const Operation = z.string().refine((text) => text === '*' || IDS.has(text) || PATTERN.test(text), {
  error: ({ input }) =>
    `${JSON.stringify(input)} is neither an operationId that ClickUp has, nor a method and path such as "POST /api/v2/list/{id}/task", nor "*"`,
});
const count = (least: number) => z.int().min(least).max(1e9).optional();

/** Which requests a fault hits; the same for all kinds. */
export const COMMON = {
  operation: Operation.default('*'),
  /** Of one caller: the token without `Bearer `. */
  token: z.string().min(1).optional(),
  /** How many requests it hits; without it all. */
  times: count(1),
  /** The chance to be hit, drawn from the seed. */
  rate: z.number().gt(0).max(1).optional(),
  /** How many requests pass before it hits the first, and how many it may hit from there on. */
  after: count(0),
  for: count(1),
  /** The same as times, in milliseconds from when it was ordered. */
  afterMs: count(0),
  forMs: count(1),
};

const issueOf = (kind: string, fields: string[]) => (issue: { code?: string; keys?: string[] }) =>
  issue.code === 'unrecognized_keys'
    ? `${issue.keys?.join(', ')}: unknown key. ${kind} takes ${fields.join(', ')} and, as every kind, ${Object.keys(COMMON).join(', ')}`
    : undefined;
const SCHEMAS = new Map(
  Object.entries(KINDS).map(([kind, row]) => {
    const fields = Object.keys(row.fields);
    const shape = { ...COMMON, kind: z.literal(kind), ...row.fields };
    return [kind, z.strictObject(shape, { error: issueOf(kind, fields) as never })];
  }),
);

type Common = z.output<z.ZodObject<typeof COMMON>>;
type Shapes = { [Name in KindName]: (typeof KINDS)[Name]['fields'] }[KindName];
type KeysOf<Union> = Union extends unknown ? keyof Union : never;
type ValueOf<Union, Key extends PropertyKey> = Union extends unknown
  ? Key extends keyof Union
    ? Union[Key]
    : never
  : never;

/** A fault as it is ordered. Which keys a kind takes is checked when it is. */
export type Fault = Partial<Common> & { kind: KindName } & {
  [Key in KeysOf<Shapes>]?: z.input<Extract<ValueOf<Shapes, Key>, z.ZodType>>;
};
/** One whose keys were checked and whose defaults are set. */
export type Ordered = Common & { kind: KindName } & Record<string, unknown>;

export const Fault = z.unknown().transform((value, context): Ordered => {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const schema = typeof kind === 'string' ? SCHEMAS.get(kind) : undefined;
  const fail = (message: string, path: PropertyKey[]) => {
    context.issues.push({ code: 'custom', message, input: value, path: [...path] });
    return z.NEVER;
  };
  if (!schema)
    return fail(`${JSON.stringify(kind)} is no kind of fault; there are ${[...SCHEMAS.keys()].join(', ')}`, ['kind']);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data as unknown as Ordered;
  for (const { message, path } of parsed.error.issues) fail(message, path);
  return z.NEVER;
});

/** Whether a request is one that the fault is about. */
export function matcherOf({ operation, token }: Ordered): (asked: Asked) => boolean {
  const [, method, path] = PATTERN.exec(operation) ?? [];
  const pattern =
    path &&
    new RegExp(
      `^${path
        .split(/(\{[^}]*\}|\*)/)
        .map(partOf)
        .join('')}$`,
    );
  return (asked) =>
    (token === undefined || token === asked.token) &&
    (pattern
      ? (method === '*' || method === asked.method) && pattern.test(asked.path)
      : operation === '*' || operation === asked.operation);
}
const partOf = (part: string) =>
  part === '*' ? '.*' : part.startsWith('{') ? '[^/]+' : part.replaceAll(/[.+?^$()|[\]\\]/g, '\\$&');

/** What a fault may ask of a request. */
export interface Asked {
  operation: string;
  method: string;
  /** Without the query. */
  path: string;
  /** Empty for none and for unknown ones. */
  token: string;
  /** Whether its connection has carried a request before. */
  reused: boolean;
}
