import { type Call, fakeContext, input, PEOPLE, task, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { estimatesByPerson } from './estimates-by-person.js';

const HOUR = 3_600_000;
const sum = (body: unknown) => (body as { time: number }[]).reduce((total, { time }) => total + time, 0);
const byPerson = (body: unknown) =>
  Object.fromEntries(
    (body as { assignee: number | string; time: number }[]).map(({ assignee, time }) => [assignee, time]),
  );
const clickup = (ignore = false) =>
  fakeContext({
    GetTask: task({ assignees: [userOf(PEOPLE[0]!), userOf(PEOPLE[1]!)], time_estimate: String(HOUR) }),
    updateTimeEstimatesByUser: ({ body }: Call) => ({
      data: { total_time_estimate: HOUR + sum(body), updated_estimates: ignore ? {} : byPerson(body) },
    }),
    replaceTimeEstimatesByUser: ({ body }: Call) => ({
      data: { total_time_estimate: sum(body), assignee_estimates: byPerson(body) },
    }),
  });
const run = async (args: Record<string, unknown>, context = clickup()) => {
  const output = await estimatesByPerson.handler(input(estimatesByPerson, { task_id: '86abc1', ...args }), context);
  return { output, text: renderText(estimatesByPerson, output), calls: context.calls };
};

test('by name, in words, for nobody, and taken away', async () => {
  const { output, calls } = await run({
    estimates: [
      { person: 'Sarah', estimate: '2h 30m' },
      { person: 'unassigned', estimate: '1h' },
      { person: 'me', estimate: 'none' },
    ],
  });
  expect(calls[1]).toMatchObject({
    operation: 'updateTimeEstimatesByUser',
    path: { workspace_id: '9', task_id: '86abc1' },
    body: [
      { assignee: 2, time: 2.5 * HOUR },
      { assignee: 'unassigned', time: HOUR },
      { assignee: 1, time: 0 },
    ],
  });
  expect(output).toMatchObject({
    rows: [
      ['Sarah Lee', '2h 30m'],
      ['unassigned', '1h'],
      ['Ada Lovelace', 'none'],
    ],
    applied: expect.arrayContaining(['Sarah Lee: now 2h 30m', 'estimate of the task: 1h → 4h 30m']),
  });
});

test('replace removes the others', async () => {
  const { output, calls } = await run({ estimates: [{ person: 'me', estimate: '1h' }], replace: true });
  expect(calls[1]?.operation).toBe('replaceTimeEstimatesByUser');
  expect(output.applied).toContain('estimate of the task: 1h, as before');
});

test('what ClickUp ignores is not said to be set', async () => {
  const { output, text } = await run({ estimates: [{ person: 'me', estimate: '1h' }] }, clickup(true));
  expect(output.not_applied).toEqual([{ field: 'Ada Lovelace', wanted: '1h', is: 'none' }]);
  expect(text).not.toMatch(/Ada Lovelace: now/);
});

test.each([
  [
    [{ person: 'David', estimate: '1h' }],
    /^estimates\[0\]\.person: David Kim is not assigned.*Ada Lovelace, Sarah Lee/,
  ],
  [[{ person: 'me', estimate: 'soon' }], /^estimates\[0\]\.estimate: /],
  [
    [
      { person: 'me', estimate: '1h' },
      { person: 'Ada', estimate: '2h' },
    ],
    /named twice/,
  ],
])('is refused before anything is sent: %j', async (estimates, message) => {
  const context = clickup();
  await expect(run({ estimates }, context)).rejects.toThrow(message);
  expect(context.calls).toHaveLength(1);
});

example(estimatesByPerson, { task_id: '86abc1', estimates: [{ person: 'me', estimate: '1h' }], replace: true });
