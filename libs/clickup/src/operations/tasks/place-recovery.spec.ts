import { AppError } from '#libs/core';
import { type CallOperation } from '../../operation.js';
import { recoverMergedTasks, recoverMovedTask } from './place-recovery.js';

/** ClickUp as it answers after the lost request: the home List of each task, or the status it refuses with. */
const clickup =
  (homes: Record<string, string | number>): CallOperation =>
  (_, { path }) => {
    const home = homes[(path as unknown as { task_id: string }).task_id];
    return typeof home === 'string'
      ? Promise.resolve({ list: { id: home } } as never)
      : Promise.reject(new AppError('clickup_not_found', undefined, { details: { clickup_status: home } }));
  };

it.each([
  ['in the wanted List: moved', '9', { data: { task_id: 'a', new_list_id: '9' } }],
  ['still elsewhere: may be moved again', '8', 'not_done'],
])('a task that is %s', async (_, home, verdict) => {
  expect(await recoverMovedTask({ path: { task_id: 'a', list_id: '9' } }, clickup({ a: home }))).toEqual(verdict);
});

it.each([
  ['all sources are gone: merged', { a: 404, b: 404 }, {}],
  ['all sources are there: may be merged again', { a: '9', b: '9' }, 'not_done'],
  ['some are there', { a: 404, b: '9' }, 'unknown'],
])('when %s', async (_, homes, verdict) => {
  expect(await recoverMergedTasks({ body: { source_task_ids: ['a', 'b'] } }, clickup(homes))).toEqual(verdict);
});

it('a source that may not be seen (401) says nothing about the merge', async () => {
  await expect(
    recoverMergedTasks({ body: { source_task_ids: ['a', 'b'] } }, clickup({ a: 404, b: 401 })),
  ).rejects.toMatchObject({ details: { clickup_status: 401 } });
});
