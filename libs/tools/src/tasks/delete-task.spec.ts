import { AppError } from '#libs/core';
import { type Call, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { present } from '../answers/render.js';
import { deleteTask } from './delete-task.js';

const answers = { GetTask: task({ subtasks: [task({ id: 's1' }), task({ id: 's2' })] }), DeleteTask: {} };
const args = input(deleteTask, { task_ids: ['86abc1'] });

test('the preview says what would go and changes nothing', async () => {
  const context = fakeContext(answers);
  const preview = await deleteTask.preview?.(args, context);
  expect(preview).toMatchObject({
    summary: expect.stringMatching(/"Fix the memory leak" in Backend \/ Sprint 42 and its 2 subtasks/),
    current: { tasks: [expect.stringMatching(/^86abc1 "Fix the memory leak" \(to do, Backend \/ Sprint 42, with /)] },
  });
  expect(context.calls).toEqual([
    { operation: 'GetTask', path: { task_id: '86abc1' }, query: { include_subtasks: true } },
  ]);
  const { text } = present(deleteTask, {
    confirm_token: 't',
    expires_in_seconds: 300,
    preview: { summary: preview!.summary, current: preview!.current },
  });
  expect(text).toContain('Confirm token: t');
  expect(text).not.toContain('moved to the trash');
});

test('the state changes with the task and with its subtasks', async () => {
  const states = await Promise.all(
    [answers.GetTask, task({ date_updated: '1' }), task({ subtasks: [task({ id: 's1' })] })].map(
      async (GetTask) => (await deleteTask.preview?.(args, fakeContext({ GetTask })))?.state,
    ),
  );
  expect(new Set(states).size).toBe(3);
});

test('confirmed, what the preview has read in the same call is not read again', async () => {
  const context = fakeContext(answers);
  const custom = input(deleteTask, { task_id: 'ENG-1' });
  await deleteTask.preview?.(custom, context);
  expect(await deleteTask.handler(custom, context)).toMatchObject({ deleted: 1, failed: undefined });
  expect(context.calls.map(({ operation, path }) => [operation, path?.task_id])).toEqual([
    ['GetTask', 'ENG-1'],
    ['DeleteTask', '86abc1'],
  ]);
});

test('a subtask that goes with its parent is not deleted a second time, and none twice', async () => {
  const child = task({ id: '86child1' });
  const tasks: Record<string, object> = { '86above1': task({ id: '86above1', subtasks: [child] }), '86child1': child };
  const context = fakeContext({ GetTask: ({ path }: Call) => tasks[path!.task_id!]!, DeleteTask: {} });
  const { deleted } = await deleteTask.handler(
    input(deleteTask, { task_ids: ['86child1', '86above1', '86above1'] }),
    context,
  );
  expect(deleted).toBe(1);
  expect(context.calls.filter(({ operation }) => operation === 'DeleteTask')).toHaveLength(1);
});

const lost = (after: () => object) => {
  let asked = 0;
  return fakeContext({
    GetTask: () => (asked++ < 2 ? task({ id: `t${asked}` }) : after()),
    DeleteTask: () => {
      throw new AppError('unknown_outcome');
    },
  });
};
const two = input(deleteTask, { task_ids: ['t1', 't2'] });
test.each([
  [
    'gone',
    () => {
      throw new AppError('clickup_not_found');
    },
    { deleted: 2 },
  ],
  ['there', () => task(), { deleted: 0, failed: 2 }],
  [
    'not known',
    () => {
      throw new AppError('clickup_server_error');
    },
    { deleted: 0, unknown: 2 },
  ],
])('what became of a lost deletion is looked up: %s', async (_, after, expected) => {
  expect(await deleteTask.handler(two, lost(after))).toMatchObject(expected);
});

/** A context in which the task is gone, and some call has begun to delete it. */
const begun = (busy: boolean) => {
  const context = fakeContext({
    GetTask: () => {
      throw new AppError('clickup_not_found');
    },
  });
  context.ledger.read = () => Promise.resolve(new Map([[0, { digest: '', ageMs: 1, busy }]]));
  return context;
};

test('a task that an interrupted call has deleted counts as deleted', async () => {
  expect(await deleteTask.preview?.(args, begun(false))).toBeUndefined();
  expect(await deleteTask.handler(args, begun(false))).toMatchObject({ deleted: 1 });
});

test('one that another call is deleting just now is not there', async () => {
  await expect(deleteTask.preview?.(args, begun(true))).rejects.toThrow(AppError);
  await expect(deleteTask.handler(args, begun(true))).rejects.toThrow(AppError);
});

test('nothing named is a mistake', async () => {
  await expect(deleteTask.handler(input(deleteTask, {}), fakeContext())).rejects.toThrow(/task_ids/);
});

example(deleteTask, { task_ids: ['86abc1'] });
