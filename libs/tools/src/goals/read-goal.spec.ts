import { action, goal, keyResult } from '../../../../test/support/goals.js';
import { fakeContext } from '../../../../test/support/tool-context.js';
import { readGoal } from './read-goal.js';

test('owners, percentage, key results and the history of updates', async () => {
  const whole = goal({
    description: 'Below 2 %.\nDue: never',
    key_results: [
      keyResult(),
      keyResult({
        id: 'k2',
        name: 'Survey\nlive',
        type: 'boolean',
        steps_current: 1,
        percent_completed: '100',
        owners: [],
      }),
      keyResult({
        id: 'k3',
        name: 'Tickets',
        type: 'automatic',
        unit: 'tasks',
        steps_start: 0,
        steps_current: 3,
        steps_end: 9,
      }),
      // Documents name no steps, and what people report is then told by the last action alone.
      keyResult({
        id: 'k4',
        name: 'Saved',
        type: 'currency',
        unit: 'USD',
        steps_start: undefined,
        steps_end: undefined,
        steps_current: undefined,
        last_action: action({ steps_current: '18000' }),
      }),
    ],
    history: [
      action({
        id: 'a3',
        note: 'Flat.',
        steps_before: '4',
        steps_current: '3',
        steps_before_float: 4,
        steps_current_float: 3.5,
      }),
      action({ id: 'a2', key_result_id: 'gone', userid: 77, note: null }),
    ],
  });
  const context = fakeContext({ GetGoal: { goal: whole } });
  expect(await readGoal('g1', undefined, context)).toEqual({
    id: 'g1',
    title: 'Reduce churn',
    url: 'https://app.clickup.com/9/goals/7',
    text: [
      'Progress: 33 %',
      'Owners: Ada Lovelace',
      'Due: 2026-12-31',
      'Description:',
      '  Below 2 %.',
      '  Due: never',
      'Key results:',
      '- k1 Monthly churn: 4 %, from 5 % to 2 %; 33 %; Ada Lovelace',
      '- k2 Survey live: yes; 100 %',
      '- k3 Tickets: 3 tasks, from 0 tasks to 9 tasks, counted by ClickUp from finished tasks; 33 %; Ada Lovelace',
      '- k4 Saved: 18000 USD; 33 %; Ada Lovelace',
      'History:',
      '- 2026-11-21 Ada Lovelace, Monthly churn: 4 % → 3.5 %, "Flat."',
      '- 2026-11-21 person 77, a deleted key result',
    ].join('\n'),
  });
  expect(context.calls).toHaveLength(1);
});

test('a long history goes on with the next piece, and nothing is lost', async () => {
  const history = Array.from({ length: 800 }, (_, index) =>
    action({ id: `a${index}`, note: `update ${index} of many` }),
  );
  const context = fakeContext({ GetGoal: { goal: goal({ history }) } });
  const first = await readGoal('g1', undefined, context);
  const seen = new Set<string>();
  for (let piece = first; ; piece = await readGoal('g1', piece.next, context)) {
    for (const [found] of piece.text.matchAll(/update \d+/g)) seen.add(found);
    if (piece.next === undefined) break;
  }
  expect(first.next).toBeGreaterThan(0);
  expect(seen.size).toBe(800);
});
