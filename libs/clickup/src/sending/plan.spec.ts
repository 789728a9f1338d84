import { AppError } from '#libs/core';
import { z } from 'zod';
import { operation } from '../operation.js';
import { planOf } from './plan.js';

const ROW = operation({
  id: 'Test',
  method: 'POST',
  path: '/api/v2/task/{task_id}',
  verb: 'create',
  toolset: 'test',
  summary: 'Test.',
  query: z.object({ page: z.int().optional(), team_id: z.string().optional(), assignee: z.array(z.int()).optional() }),
  csv: ['assignee'],
  body: z.object({ name: z.string().max(5), people: z.strictObject({ add: z.array(z.int()) }).optional() }),
  response: z.unknown(),
});
const BARE = operation({
  id: 'Bare',
  method: 'DELETE',
  path: '/api/v2/task/{task_id}',
  verb: 'delete',
  toolset: 'test',
  summary: 'Test.',
  response: z.unknown(),
});
const path = { task_id: 'abc' };
const body = { name: 'n' };

const refused = (args: object, row: typeof ROW | typeof BARE = ROW): Record<string, unknown> => {
  try {
    planOf(row).prepare(args);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_parameters')
      return { ...error.details, message: error.message };
    throw error;
  }
  throw new Error('was not refused');
};

test('a row is compiled once', () => expect(planOf(ROW)).toBe(planOf(ROW)));

test('what is sent', () => {
  expect(planOf(ROW).prepare({ path, query: { page: 0, assignee: [1, 2] }, body })).toEqual({
    url: '/api/v2/task/abc?page=0&assignee=1%2C2',
    payload: '{"name":"n"}',
    path,
    query: { page: 0, assignee: [1, 2] },
    body,
  });
  expect(planOf(BARE).prepare({ path })).toEqual({ url: '/api/v2/task/abc', path, query: {}, body: undefined });
});

test('changing the arguments afterwards changes nothing', () => {
  const args = { path: { ...path }, query: { page: 1 }, body: { name: 'n', people: { add: [1] } } };
  const prepared = planOf(ROW).prepare(args);
  args.path.task_id = 'other';
  args.query.page = 2;
  args.body.people.add.push(2);
  args.body.name = 'other';
  expect(prepared.path).toEqual(path);
  expect(prepared.payload).toBe('{"name":"n","people":{"add":[1]}}');
  expect(planOf(ROW).targets(prepared)).toEqual([{ kind: 'task', id: 'abc' }]);
});

describe('refused, with the name of the parameter and never its value', () => {
  test.each([
    ['an unknown query key', { path, query: { secret: 'secret-value' }, body }, 'secret'],
    ['an unknown body key', { path, body: { ...body, extra: 'secret-value' } }, 'extra'],
    ['an unknown nested key', { path, body: { ...body, people: { add: [], rem: 'secret-value' } } }, 'people.rem'],
    ['a wrong type', { path, query: { page: 'secret-value' }, body }, 'page'],
    ['a wrong nested type', { path, body: { ...body, people: { add: ['secret-value'] } } }, 'people.add.0'],
    ['too long a text', { path, body: { name: 'secret-value' } }, 'name'],
    ['a missing field', { path, body: {} }, 'name'],
    ['a missing body', { path }, 'name'],
    ['a body that is none', { path, body: 'secret-value' }, 'body'],
    ['a missing path value', { body }, 'task_id'],
    [
      'prototype pollution',
      { path, body: JSON.parse('{"name":"n","__proto__":{"isAdmin":true}}') as unknown },
      '__proto__',
    ],
    ['a key that is no name', { path, body: { ...body, ['secret-value\n<b>']: 1 } }, '?'],
  ])('%s', (_, args, parameter) => {
    const refusal = refused(args);
    expect(refusal.parameter).toBe(parameter);
    expect(JSON.stringify(refusal)).not.toContain('secret-value');
  });

  test('query and body where the row has none', () => {
    expect(refused({ path, query: { a: 1 } }, BARE).parameter).toBe('a');
    expect(refused({ path, body: {} }, BARE).parameter).toBe('body');
  });

  test('the prototype stays as it was', () => expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined());
});
