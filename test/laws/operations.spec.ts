import { type Operation, OPERATIONS, operationById, PATH_TARGETS, targetsOf } from '#libs/clickup';
import { isRead } from '#libs/core';
import { z } from 'zod';

const rows = OPERATIONS.map((row) => [row.id, row] as const);
const parameters = (row: Operation): string[] =>
  [...(row.path as string).matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');
const argumentsOf = (row: Operation) => ({
  path: Object.fromEntries(parameters(row).map((name) => [name, `an ${name}`])),
});

/** Parameters that name nothing of their own; the object beside them is what is touched. */
const NAMES_NOTHING = [
  'tag_name',
  'checklist_item_id',
  'entity_type',
  'entity_id',
  'field_id',
  'object_type',
  'object_id',
  'reaction',
  'comment_type',
];
/** Operations that destroy something without deleting it. */
const DESTROYS = ['mergeTasks'];
/** Writes without an object: they touch no Workspace. */
const TOUCHES_NOTHING = ['GetAccessToken'];
/** Reads that are sent in another way than GET, because their question is too large for a query. */
const READS_WITHOUT_GET: Readonly<Record<string, string>> = { queryAuditLog: 'POST' };

it('has the rows of the first domains, each once', () => {
  expect(OPERATIONS.length).toBeGreaterThanOrEqual(45);
  expect(new Set(OPERATIONS.map(({ id }) => id)).size).toBe(OPERATIONS.length);
  expect(new Set(OPERATIONS.map(({ method, path }) => `${method} ${path}`)).size).toBe(OPERATIONS.length);
  expect(OPERATIONS.map(({ id }) => operationById(id))).toEqual(OPERATIONS);
  expect(operationById('GetEverything')).toBeUndefined();
});

it('lists the path parameters without a target, and no others', () => {
  expect(Object.keys(PATH_TARGETS).filter((name) => PATH_TARGETS[name] === undefined)).toEqual(NAMES_NOTHING);
});

describe.each(rows)('%s', (_, row) => {
  it('has a summary in one sentence', () => {
    expect(row.summary).toMatch(/^[A-Z].{10,140}\.$/);
  });

  it('reads with GET and writes with everything else', () => {
    const exception = READS_WITHOUT_GET[row.id];
    expect([row.method === (exception ?? 'GET'), row.method === 'GET']).toEqual([
      isRead(row.verb),
      isRead(row.verb) && !exception,
    ]);
  });

  it('is destructive when it deletes, unless only admins do it', () => {
    expect(row.risk === 'destructive').toBe(
      (row.verb === 'delete' && row.risk !== 'admin') || DESTROYS.includes(row.id),
    );
  });

  it('has a path from the host on', () => {
    expect(row.path).toMatch(/^\/api\/v[23](\/([a-zA-Z_]+|\{[a-zA-Z_]+\}))+$/);
  });

  it('turns each of its path parameters into a target', () => {
    for (const name of parameters(row)) {
      // Alone, so that a Workspace is not left out in favour of what lies in it.
      const alone = { ...row, path: `/{${name}}`, targets: undefined };
      const expected = NAMES_NOTHING.includes(name) ? [] : [{ kind: PATH_TARGETS[name] ?? 'no kind', id: '1' }];
      expect(targetsOf(alone, { path: { [name]: '1' } })).toEqual(expected);
    }
  });

  it('touches something when it writes', () => {
    const touched = targetsOf(row, argumentsOf(row));
    expect(touched.length > 0 || isRead(row.verb)).toBe(!TOUCHES_NOTHING.includes(row.id));
    expect(touched.every(({ id }) => id !== '')).toBe(true);
  });

  it('takes no argument it does not know', () => {
    const stray = { success: false };
    expect((row.query as z.ZodObject | undefined)?.safeParse({ nonsense: 1 }) ?? stray).toMatchObject(stray);
    // A body that is an array has objects in it; a union is one of several.
    const bodies =
      row.body instanceof z.ZodUnion
        ? row.body.options
        : [row.body instanceof z.ZodArray ? row.body.element : row.body];
    for (const body of bodies as (z.ZodObject | undefined)[])
      expect(body?.partial().safeParse({ nonsense: 1 }) ?? stray).toMatchObject(stray);
  });

  it('joins with commas, or repeats without brackets, only what is an array', () => {
    const { properties = {} } = z.toJSONSchema((row.query as z.ZodObject | undefined) ?? z.strictObject({}), {
      io: 'input',
    });
    for (const name of [...(row.csv ?? []), ...(row.repeated ?? [])])
      expect(properties[name]).toMatchObject({ type: 'array' });
  });
});
