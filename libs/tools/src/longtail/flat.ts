import { type Operation } from '#libs/clickup';
import { AppError, isObject } from '#libs/core';
import { nearlyEqual } from '../find/match.js';
import { type Schema } from '../tool/schema.js';
import { understand } from '../arguments/understand.js';
import { type Named, namesOf, written } from './parameters.js';

/** Where a parameter goes on the wire; `parent` is never sent: it says where something lies that ClickUp does not look up by its id. */
type Where = 'path' | 'query' | 'body' | 'parent';

/** The arguments of an operation as one flat list: over all operations, names of path, query and body collide once. */
export interface Flat {
  /** Those that a caller gives. What the gateway fills in or a cursor continues is taken too, but not named. */
  names: Named[];
  where: ReadonlyMap<string, Where>;
  schema: Schema;
  /** The name under which a body that is a list is given. */
  listBody?: string;
}

/** Filled in: the Workspace of the caller, and how the id of a task is spelled. */
export const WORKSPACE: ReadonlySet<string> = new Set(['team_id', 'team_Id', 'workspace_id']);
const FILLED = new Set([...WORKSPACE, 'custom_task_ids']);
/** Continued by the cursor of an answer. */
const PAGES = new Set(['page', 'cursor', 'next_cursor', 'start_id']);
/** What a body is called that has no names itself. */
const ITEMS = 'items';

const optional = (name: string): Named => ({
  name,
  optional: true,
  list: false,
  type: 'string',
  nullable: false,
  values: [],
  parts: [],
});
/** What may be said beside an id that ClickUp does not look up, so that it can be found: by its name, and by who may see what. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  checklist_id: ['task_id'],
  comment_id: ['task_id', 'list_id', 'view_id'],
  key_result_id: ['goal_id'],
};

const schemaOf = ({ list, nullable, ...rest }: Named): Schema => ({
  ...(list ? { type: 'array', items: single(rest) } : single(rest)),
  ...(nullable && { nullable }),
});
const single = ({ type, values, parts }: Omit<Named, 'list' | 'nullable'>): Schema => ({
  ...(type && { type }),
  ...(type === 'string' && values.length && { enum: values }),
  ...(type === 'object' &&
    parts.length && { properties: Object.fromEntries(parts.map((part) => [part.name, schemaOf(part)])) }),
});

const known = new WeakMap<Operation, Flat>();

/** The flat arguments of an operation; made once. */
export function flatOf(row: Operation): Flat {
  const flat = known.get(row) ?? make(row);
  known.set(row, flat);
  return flat;
}

function make(row: Operation): Flat {
  const { path, query, body } = namesOf(row);
  const isList = row.body !== undefined && listed(row);
  const inBody: Named[] = isList
    ? [{ name: ITEMS, optional: false, list: true, type: 'object', nullable: false, values: [], parts: body }]
    : body;
  const beside = path
    .flatMap(({ name }) => BESIDE[name] ?? [])
    .filter((name) => ![...path, ...query, ...inBody].some((each) => each.name === name))
    .map(optional);
  const all: [Where, Named[]][] = [
    ['parent', beside],
    ['query', query],
    ['body', inBody],
    // The path wins where two have one name: it names the object, and the gateway fills the other in.
    ['path', path],
  ];
  const where = new Map(all.flatMap(([part, names]) => names.map(({ name }) => [name, part] as const)));
  const paged = query.some(({ name }) => name === 'start_id');
  const hidden = ({ name }: Named): boolean => FILLED.has(name) || PAGES.has(name) || (paged && name === 'start');
  const shown = [...path, ...inBody, ...query].filter((each) => !hidden(each));
  return {
    names: [
      ...shown.filter((each) => !each.optional),
      ...(path.some(({ name }) => name.startsWith('checklist')) ? beside : []),
      ...shown.filter((each) => each.optional),
    ],
    where,
    schema: {
      type: 'object',
      properties: Object.fromEntries(all.flatMap(([, names]) => names).map((named) => [named.name, schemaOf(named)])),
    },
    ...(isList && { listBody: ITEMS }),
  };
}

const listed = ({ body }: Operation): boolean =>
  (body as { _zod: { def: { type: string } } })._zod.def.type === 'array';

/** The arguments in words, as long as they explain something: `task_id, name, assignees?[]`. */
export const argumentsInWords = (row: Operation, depth?: number): string =>
  written(flatOf(row).names, depth) || 'nothing';

/** Arguments as a caller of the long tail gives them: flat, or sorted by where they go. */
export interface Given {
  args?: Record<string, unknown> | undefined;
  path?: Record<string, unknown> | undefined;
  query?: Record<string, unknown> | undefined;
  body?: unknown;
  parent?: Record<string, string | undefined> | undefined;
}

/** The same, each in its place. */
export interface Sorted {
  path: Record<string, string>;
  query: Record<string, unknown>;
  /** undefined where nothing of it was given. */
  body: unknown;
  parent: Record<string, string>;
}

/** Models also put the parts into `args`. Only `parent` is the name of a parameter, too. */
const PARTS = ['path', 'query', 'body', 'parent'] as const;

function unwrapped({ args = {}, ...given }: Given, { where }: Flat): { args: Record<string, unknown>; given: Given } {
  const rest: Record<string, unknown> = { ...args };
  const parts: Record<string, unknown> = { ...given };
  for (const part of PARTS) {
    if (where.has(part)) continue;
    if (!isObject(rest[part]) && !(part === 'body' && Array.isArray(rest[part]))) continue;
    parts[part] ??= rest[part];
    delete rest[part];
  }
  return { args: rest, given: parts };
}

/**
 * Arguments of any form, sorted by where they go and read forgivingly. null, `[]` and `""` stay where they say something.
 * @throws AppError `invalid_parameters` for a name that the operation does not have; it names those that it has
 */
export function sorted(row: Operation, all: Given): Sorted {
  const flat = flatOf(row);
  const { args, given } = unwrapped(all, flat);
  const { where, schema, listBody } = flat;
  // A list of one may have come as that one.
  const items = listBody === undefined || given.body === undefined ? undefined : [given.body].flat();
  const together: Record<string, unknown> = {
    ...(items && listBody !== undefined && { [listBody]: items }),
    ...args,
  };
  const { query: inQuery, body: inBody } = namesOf(row);
  const read = filled({ ...understand(together, schema), ...emptied(row, together) }, [...inQuery, ...inBody]);
  const into: Record<Where, Record<string, unknown>> = { path: {}, query: {}, body: {}, parent: {} };
  for (const [name, value] of Object.entries(read)) {
    const meant = where.has(name) ? name : [...WORKSPACE].find((each) => WORKSPACE.has(name) && where.has(each));
    const part = meant === undefined ? undefined : where.get(meant);
    if (meant === undefined || part === undefined) {
      // Filled in where it is needed, so it does not matter whether this operation takes it.
      if (WORKSPACE.has(name) || name === 'custom_task_ids') continue;
      throw unknown(row, name);
    }
    into[part][meant] = part === 'path' || part === 'parent' ? String(value) : value;
  }
  const body = {
    ...into.body,
    ...(listBody === undefined && isObject(given.body) ? understoodBody(row, given.body) : {}),
  };
  return {
    path: { ...(into.path as Record<string, string>), ...texts(given.path) },
    // The first page, where ClickUp wants to be told which.
    query: {
      ...(inQuery.some(({ name, optional: free }) => name === 'page' && !free) && { page: 0 }),
      ...into.query,
      ...given.query,
    },
    body:
      listBody !== undefined ? body[listBody] : Object.keys(body).length || given.body !== undefined ? body : undefined,
    parent: { ...(into.parent as Record<string, string>), ...texts(given.parent) },
  };
}

const texts = (values: Record<string, unknown> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value as string)]],
    ),
  );

/** A body in its own form: the schema that is checked before it is sent says what is wrong with it. */
const understoodBody = (row: Operation, body: Record<string, unknown>): Record<string, unknown> => {
  const { properties = {} } = flatOf(row).schema;
  const own = Object.fromEntries(Object.entries(body).filter(([name]) => Object.hasOwn(properties, name)));
  return filled({ ...body, ...understand(own, flatOf(row).schema), ...emptied(row, body) }, namesOf(row).body);
};

/** What stands for nothing inside an object; undefined where nothing does. */
export const emptyOf = ({ list, nullable, name }: Named): unknown =>
  list ? [] : nullable ? null : name === 'search' ? '' : undefined;

/** The same with empty lists where an object must have one: `{add: [1]}` takes nobody away. */
function filled(values: Record<string, unknown>, names: readonly Named[]): Record<string, unknown> {
  const inside = (value: unknown, { parts }: Named): unknown => {
    if (Array.isArray(value))
      return value.map((item: unknown) => (isObject(item) ? inside(item, { parts } as Named) : item));
    if (!isObject(value) || parts.length === 0) return value;
    const lacking = parts.flatMap((part): [string, unknown][] => {
      const empty = emptyOf(part);
      return part.optional || value[part.name] !== undefined || empty === undefined ? [] : [[part.name, empty]];
    });
    return { ...filled(value, parts), ...Object.fromEntries(lacking) };
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const named = names.find((each) => each.name === name);
      return [name, named ? inside(value, named) : value];
    }),
  );
}

/** Empty values that are meant: the word `none` where ClickUp clears by null, an empty list or text where one is required. */
function emptied(row: Operation, args: Record<string, unknown>): Record<string, unknown> {
  const { query, body, path } = namesOf(row);
  const inPath = new Set(path.map(({ name }) => name));
  return Object.fromEntries(
    [...query, ...body].flatMap(({ name, nullable, optional: mayBeMissing, list }): [string, unknown][] => {
      const value = args[name];
      if (inPath.has(name) || !Object.hasOwn(args, name)) return [];
      if (nullable && value === 'none') return [[name, null]];
      if (list && !mayBeMissing && Array.isArray(value) && value.length === 0) return [[name, []]];
      if (value === '' && body.some((each) => each.name === name && each.type === 'string')) return [[name, '']];
      return [];
    }),
  );
}

function unknown(row: Operation, given: string): AppError {
  const name = given.slice(0, 64);
  const near = flatOf(row).names.find(
    (each) =>
      nearlyEqual(each.name, name) || (name.length > 3 && (each.name.includes(name) || name.includes(each.name))),
  );
  return new AppError(
    'invalid_parameters',
    `Unknown argument: ${/^[\w$-]+$/.test(name) ? name : '?'}.${near ? ` Did you mean ${near.name}?` : ''} ${row.id} takes ${argumentsInWords(row)}.`,
    { details: { parameter: /^[\w$-]+$/.test(name) ? name : 'args' } },
  );
}
