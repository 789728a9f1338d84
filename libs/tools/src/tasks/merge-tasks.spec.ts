import { AppError } from '#libs/core';
import { type Call, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { mergeTasksTool as mergeTasks } from './merge-tasks.js';

const gone = () => new AppError('clickup_not_found');
/** A ClickUp with the tasks a, b and c, in which a merge works but for those in `stays`. */
function clickup(stays: string[] = [], merge: () => object = () => ({})) {
  const there = new Map([
    ['a', task({ id: 'a', custom_id: 'ENG-1', name: 'Keep', subtasks: [task({ id: 's' })] })],
    ['b', task({ id: 'b', custom_id: 'ENG-2', name: 'Double' })],
    ['c', task({ id: 'c', custom_id: null, name: 'Third' })],
  ]);
  const ids: Record<string, string> = { 'ENG-1': 'a', 'ENG-2': 'b' };
  return fakeContext({
    GetTask({ path }: Call) {
      const found = there.get(ids[path!.task_id!] ?? path!.task_id!);
      if (!found) throw gone();
      return found;
    },
    mergeTasks({ body }: Call) {
      const answer = merge();
      for (const id of body!.source_task_ids as string[]) if (!stays.includes(id)) there.delete(id);
      return answer;
    },
  });
}
const run = async (args: Record<string, unknown>, context = clickup()) => {
  const output = await mergeTasks.handler(input(mergeTasks, { task_id: 'ENG-1', ...args }), context);
  return { output, text: renderText(mergeTasks, output), calls: context.calls };
};

test('the preview names what would go and where, and nothing is sent', async () => {
  const context = clickup();
  const args = input(mergeTasks, { task_id: 'ENG-1', from: ['ENG-2', 'c'] });
  const preview = await mergeTasks.preview!(args, context);
  expect(preview?.summary).toBe(
    'Merge ENG-2 "Double", c "Third" into ENG-1 "Keep". They are gone afterwards, and nothing takes a merge back.',
  );
  expect(preview?.current.into).toBe('ENG-1 "Keep" in Backend / Sprint 42');
  expect(context.calls.every(({ operation }) => operation === 'GetTask')).toBe(true);
});

test('sends ids, since a merge takes no custom ones, and looks whether the sources are gone', async () => {
  const { output, text, calls } = await run({ from: ['ENG-2', 'b', 'c'] });
  expect(calls.find(({ operation }) => operation === 'mergeTasks')).toMatchObject({
    path: { task_id: 'a' },
    body: { source_task_ids: ['b', 'c'] },
  });
  expect(output).toMatchObject({
    ref: 'ENG-1',
    applied: ['ENG-2 "Double": there → merged', 'c "Third": there → merged'],
  });
  expect(output.not_applied).toBeUndefined();
  expect(text).toMatch(/^Merged into ENG-1 "Keep"/);
});

test('a source that is still there is not said to be merged', async () => {
  const { output, text } = await run({ from: ['ENG-2', 'c'] }, clickup(['c']));
  expect(output).toMatchObject({ not_applied: [{ field: 'from', wanted: 'c "Third"', is: 'still there' }] });
  expect(text).toMatch(/^Not certain/);
});

test.each([
  [{ from: ['a'] }, /into itself/],
  [{ from: ['ENG-2', 'zzz'] }, /^from\[1\]: There is no task "zzz"/],
])('is refused before anything is sent: %j', async (args, message) => {
  const context = clickup();
  await expect(run(args, context)).rejects.toThrow(message);
  expect(context.calls.some(({ operation }) => operation === 'mergeTasks')).toBe(false);
});

test('an unknown outcome is thrown as such', async () => {
  const lost = clickup([], () => {
    throw new AppError('unknown_outcome');
  });
  await expect(run({ from: ['b'] }, lost)).rejects.toMatchObject({ code: 'unknown_outcome' });
});

example(mergeTasks, { task_id: '86abc1', from: ['86abc2'] });
