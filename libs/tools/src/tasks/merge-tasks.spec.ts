import { AppError } from '#libs/core';
import { type Call, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { mergeTasksTool as mergeTasks } from './merge-tasks.js';

const gone = () => new AppError('clickup_not_found');
/** A ClickUp with the tasks a1, b2 and c3, in which a merge works but for those in `stays`. */
function clickup(stays: string[] = [], merge: () => object = () => ({})) {
  const there = new Map([
    ['a1', task({ id: 'a1', custom_id: 'ENG-1', name: 'Keep', subtasks: [task({ id: 's' })] })],
    ['b2', task({ id: 'b2', custom_id: 'ENG-2', name: 'Double' })],
    ['c3', task({ id: 'c3', custom_id: null, name: 'Third' })],
  ]);
  const ids: Record<string, string> = { 'ENG-1': 'a1', 'ENG-2': 'b2' };
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
  const args = input(mergeTasks, { task_id: 'ENG-1', from: ['ENG-2', 'c3'] });
  const preview = await mergeTasks.preview!(args, context);
  expect(preview?.summary).toBe(
    'Merge ENG-2 "Double", c3 "Third" into ENG-1 "Keep". They are gone afterwards, and nothing takes a merge back.',
  );
  expect(preview?.current.into).toBe('ENG-1 "Keep" in Backend / Sprint 42');
  expect(context.calls.every(({ operation }) => operation === 'GetTask')).toBe(true);
});

test('sends ids, since a merge takes no custom ones, and looks whether the sources are gone', async () => {
  const { output, text, calls } = await run({ from: ['ENG-2', 'b2', 'c3'] });
  expect(calls.find(({ operation }) => operation === 'mergeTasks')).toMatchObject({
    path: { task_id: 'a1' },
    body: { source_task_ids: ['b2', 'c3'] },
  });
  expect(output).toMatchObject({
    ref: 'ENG-1',
    applied: ['ENG-2 "Double": there → merged', 'c3 "Third": there → merged'],
  });
  expect(output.not_applied).toBeUndefined();
  expect(text).toMatch(/^Merged into ENG-1 "Keep"/);
});

test('a source that is still there is not said to be merged', async () => {
  const { output, text } = await run({ from: ['ENG-2', 'c3'] }, clickup(['c3']));
  expect(output).toMatchObject({ not_applied: [{ field: 'from', wanted: 'c3 "Third"', is: 'still there' }] });
  expect(text).toMatch(/^Not certain/);
});

test.each([
  [{ from: ['a1'] }, /into itself/],
  [{ from: ['ENG-2', 'z9'] }, /^from\[1\]: There is no task "z9"/],
])('is refused before anything is sent: %j', async (args, message) => {
  const context = clickup();
  await expect(run(args, context)).rejects.toThrow(message);
  expect(context.calls.some(({ operation }) => operation === 'mergeTasks')).toBe(false);
});

test('an unknown outcome is thrown as such', async () => {
  const lost = clickup([], () => {
    throw new AppError('unknown_outcome');
  });
  await expect(run({ from: ['b2'] }, lost)).rejects.toMatchObject({ code: 'unknown_outcome' });
});

example(mergeTasks, { task_id: '86abc1', from: ['86abc2'] });
