import { type Operation, OPERATIONS, operationById, PATH_TARGETS, targetsOf } from '#libs/clickup';
import { isRead } from '#libs/core';
import { z } from 'zod';

const rows = OPERATIONS.map((row) => [row.id, row] as const);
const parameters = (row: Operation): string[] => [...(row.path as string).matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');
const argumentsOf = (row: Operation) => ({ path: Object.fromEntries(parameters(row).map((name) => [name, `an ${name}`])) });

/** Parameters that name nothing of their own; the object beside them is what is touched. */
const NAMES_NOTHING = ['tag_name', 'reaction', 'comment_type'];

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
    expect(isRead(row.verb)).toBe(row.method === 'GET');
  });

  it('is destructive when it deletes', () => {
    expect(row.risk === 'destructive').toBe(row.verb === 'delete');
  });

  it('has a path from the host on', () => {
    expect(row.path).toMatch(/^\/api\/v[23](\/([a-z_]+|\{[a-zA-Z_]+\}))+$/);
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
    expect(touched.length > 0 || isRead(row.verb)).toBe(true);
    expect(touched.every(({ id }) => id !== '')).toBe(true);
  });

  it('takes no argument it does not know', () => {
    const stray = { success: false };
    expect((row.query as z.ZodObject | undefined)?.safeParse({ nonsense: 1 }) ?? stray).toMatchObject(stray);
    expect((row.body as z.ZodObject | undefined)?.partial().safeParse({ nonsense: 1 }) ?? stray).toMatchObject(stray);
  });

  it('joins with commas only what is an array', () => {
    const { properties = {} } = z.toJSONSchema((row.query as z.ZodObject | undefined) ?? z.strictObject({}), { io: 'input' });
    for (const name of row.csv ?? []) expect(properties[name]).toMatchObject({ type: 'array' });
  });
});
