import { fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { present } from '../answers/render.js';
import { deleteTask } from './delete-task.js';

const answers = { GetTask: task({ subtasks: [task({ id: 's1' }), task({ id: 's2' })] }), DeleteTask: {} };
const args = input(deleteTask, { task_id: '86abc1' });

test('the preview says what would go and changes nothing', async () => {
  const context = fakeContext(answers);
  const preview = await deleteTask.preview?.(args, context);
  expect(preview).toMatchObject({
    summary: expect.stringMatching(/"Fix the memory leak" in Backend \/ Sprint 42 and its 2 subtasks/),
    current: { id: '86abc1', list: 'Backend / Sprint 42', subtasks: 2 },
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
  expect(text).not.toContain('Task deleted');
});

test('the state changes with the task and with its subtasks', async () => {
  const states = await Promise.all(
    [answers.GetTask, task({ date_updated: '1' }), task({ subtasks: [task({ id: 's1' })] })].map(
      async (GetTask) => (await deleteTask.preview?.(args, fakeContext({ GetTask })))?.state,
    ),
  );
  expect(new Set(states).size).toBe(3);
});

test('confirmed, it is one request', async () => {
  const context = fakeContext(answers);
  expect(await deleteTask.handler(input(deleteTask, { task_id: 'ENG-1' }), context)).toEqual({ deleted: 'ENG-1' });
  expect(context.calls).toEqual([
    { operation: 'DeleteTask', path: { task_id: 'ENG-1' }, query: { custom_task_ids: true, team_id: '9' } },
  ]);
});

example(deleteTask, { task_id: '86abc1' });
