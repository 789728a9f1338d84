import { type Task } from '#libs/clickup';
import { fakeContext, NOW, task } from '../../../../test/support/tool-context.js';
import { addressOf, taskIdOf } from './address.js';

const named = (id: string, name: string, more: Partial<Task> = {}): Task => task({ id, name, ...more });
const TASKS = [
  named('a1', 'Refactor Login Component', { custom_id: 'ENG-7' }),
  named('b1', 'Write tests'),
  named('c1', 'Write tests', {
    list: { id: '302', name: 'Backlog' },
    status: { status: 'complete', color: '#fff', orderindex: 2, type: 'closed' },
  }),
  named('d1', 'Fix 1 / 2 of the parser'),
  named('e1', 'Onboarding'),
];
const context = (tasks = TASKS) => fakeContext({ GetFilteredTeamTasks: { tasks } });
const idOf = async (ref: string, tasks = TASKS) => (await addressOf('task_id', ref, context(tasks))).path.task_id;

test.each([
  ['Refactor Login Component', 'a1'],
  ['  refactor login COMPONENT ', 'a1'],
  ['Refactor: login component!', 'a1'],
  ['Backlog / Write tests', 'c1'],
  ['Engineering / Backend / Sprint 42 / Write tests', 'b1'],
  ['Fix 1 / 2 of the parser', 'd1'],
  ['Onboarding', 'e1'],
  // A word that no task bears may be an id.
  ['abcdef', 'abcdef'],
])('%s', async (ref, id) => expect(await idOf(ref)).toBe(id));

test('an id and a custom id ask ClickUp nothing', async () => {
  const asked = context();
  expect(await taskIdOf('task_id', '86abc1', asked)).toBe('86abc1');
  expect(await addressOf('task_id', 'ENG-7', asked)).toMatchObject({ query: { custom_task_ids: true } });
  expect(asked.calls).toEqual([]);
});

test('a name that several tasks bear names them all, also the closed one', async () => {
  await expect(idOf('write tests')).rejects.toMatchObject({
    code: 'invalid_parameters',
    message:
      'task_id: "write tests" can mean more than one task: b1 "Write tests" (to do, in Sprint 42); c1 "Write tests" (complete, in Backlog). Pass the id of one of them.',
    details: { parameter: 'task_id', candidates: [{ id: 'b1' }, { id: 'c1' }] },
  });
});

test('a name that none bears suggests what resembles, and gives no advice about ids', async () => {
  await expect(idOf('Refactor Logn Component')).rejects.toMatchObject({
    code: 'clickup_not_found',
    message:
      'task_id: There is no task "Refactor Logn Component". Did you mean ENG-7 "Refactor Login Component" (to do, in Sprint 42)?',
  });
  await expect(idOf('Nowhere / Write tests')).rejects.toThrow(/There is no task/);
});

test('as long as not all tasks are known, one bearer of a name is not known to be the only one', async () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    named(`t${index}`, `Task ${index}`, { date_created: String(NOW - index) }),
  );
  const partly = fakeContext({ GetFilteredTeamTasks: { tasks: many.slice(0, 100) } });
  Object.assign(partly.clickup.stats, { rateLimit: { limit: 100, remaining: 0, resetInSeconds: 30 } });
  await expect(addressOf('task_id', 'Task 7', partly)).rejects.toThrow(
    /^task_id: "Task 7" may be t7 "Task 7" \(to do, in Sprint 42\), but other tasks can bear this name, too: indexed 100 (of about [\d,]+ )?tasks/,
  );
  await expect(addressOf('task_id', 'Task 200', partly)).rejects.toThrow(/so far \(indexed 100 /);
});

test('where the index is switched off, names are refused as before', async () => {
  await expect(addressOf('task_id', 'Refactor Login Component', { ...context(), taskIndex: false })).rejects.toThrow(
    /This is not a task/,
  );
});
