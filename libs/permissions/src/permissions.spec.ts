import { operation } from '#libs/clickup';
import { VERBS } from '#libs/core';
import { z } from 'zod';
import { decide, Permissions } from './index.js';

const READS = ['get', 'list', 'search'];

test.each(VERBS)('read-only allows %s only if it reads', (verb) => {
  expect(decide([{ mode: 'read' }], verb, 'normal', []).allowed).toBe(READS.includes(verb));
  expect(decide([{ mode: 'write' }], verb, 'normal', []).allowed).toBe(true);
});

test('the authorizer names the operation it refused', async () => {
  const DeleteTask = operation({ id: 'DeleteTask', method: 'DELETE', path: '/api/v2/task/{task_id}', verb: 'delete', toolset: 'tasks', summary: 'x', response: z.object({}) });
  const authorize = new Permissions().authorizer([{ mode: 'read' }]);
  await expect(authorize(DeleteTask, [{ kind: 'task', id: 't' }])).rejects.toMatchObject({ code: 'forbidden', details: { operation: 'DeleteTask' } });
  await expect(new Permissions().authorizer([{ mode: 'write' }])(DeleteTask, [])).resolves.toBeUndefined();
});
