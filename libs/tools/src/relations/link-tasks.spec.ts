import { type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type Call, fakeContext, input, task } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { linkTasks } from './link-tasks.js';

const at = (task_id: string, depends_on: string) => ({
  task_id,
  depends_on,
  type: 1,
  date_created: '1',
  userid: '1',
  workspace_id: '9',
});
const joined = (task_id: string, link_id: string) => ({
  task_id,
  link_id,
  date_created: '1',
  userid: '1',
  workspace_id: '9',
});

interface World {
  dependencies: [string, string][];
  links: [string, string][];
  lists: string[];
  /** Answers 200 and does nothing. */
  deaf?: boolean;
  fails?: Record<string, AppError>;
}

/** A ClickUp with the tasks a1, b2 and c3 (ENG-1 to ENG-3), of which only the relations change. */
function clickup({ dependencies, links, lists, deaf, fails = {} }: World) {
  const counts: Record<string, number> = {};
  const act =
    (work: (call: Call) => object) =>
    (call: Call): object => {
      const count = (counts[call.operation] = (counts[call.operation] ?? 0) + 1);
      const error = fails[`${call.operation} ${count}`];
      if (error) throw error;
      return work(call);
    };
  const tasks: Record<string, string> = { 'ENG-1': 'a1', 'ENG-2': 'b2', 'ENG-3': 'c3' };
  const shown = (ref: string): Task => {
    const id = tasks[ref] ?? ref;
    const number = { a1: 1, b2: 2, c3: 3 }[id];
    if (number === undefined) throw new AppError('clickup_not_found');
    return task({
      id,
      custom_id: `ENG-${number}`,
      name: `Task ${id}`,
      dependencies: dependencies.filter((ends) => ends.includes(id)).map(([one, two]) => at(one, two)),
      linked_tasks: links.filter((ends) => ends.includes(id)).map(([one, two]) => joined(one, two)),
      locations:
        id === 'a1'
          ? [{ id: '301', name: 'Sprint 42' }, ...lists.map((list) => ({ id: list, name: `List ${list}` }))]
          : [],
    });
  };
  const remove = <T>(all: T[], gone: (each: T) => boolean) => {
    const index = all.findIndex(gone);
    if (index >= 0) all.splice(index, 1);
  };
  const ends = (
    id: string,
    { depends_on, dependency_of }: { depends_on?: string; dependency_of?: string } = {},
  ): [string, string] => (depends_on ? [id, depends_on] : [dependency_of ?? '', id]);
  return fakeContext({
    GetTask: act(({ path }) => shown(path!.task_id!)),
    AddDependency: act(({ path, body }) => {
      if (!deaf) dependencies.push(ends(path!.task_id!, body));
      return {};
    }),
    DeleteDependency: act(({ path, query }) => {
      const [one, two] = ends(path!.task_id!, query);
      remove(dependencies, (each) => each[0] === one && each[1] === two);
      return {};
    }),
    AddTaskLink: act(({ path }) => {
      links.push([path!.task_id!, path!.links_to!]);
      return { task: shown(path!.task_id!) };
    }),
    DeleteTaskLink: act(({ path }) => {
      remove(links, (each) => each.includes(path!.links_to!));
      return {};
    }),
    AddTaskToList: act(({ path }) => {
      if (!deaf) lists.push(path!.list_id!);
      return {};
    }),
    RemoveTaskFromList: act(({ path }) => {
      remove(lists, (id) => id === path!.list_id);
      return {};
    }),
  });
}
const world = (more: Partial<World> = {}): World => ({ dependencies: [], links: [], lists: [], ...more });
const run = async (args: Record<string, unknown>, of: World = world()) => {
  const context = clickup(of);
  const output = await linkTasks.handler(input(linkTasks, { task_id: 'ENG-1', ...args }), context);
  return { output, text: renderText(linkTasks, output), calls: context.calls };
};

test('ENG-1 is blocked by ENG-2: both are read, one request is sent with ids, the answer is what is there', async () => {
  const of = world();
  const { output, text, calls } = await run({ relation: 'waits_on', to: ['ENG-2'] }, of);
  expect(calls.map(({ operation }) => operation)).toEqual(['GetTask', 'GetTask', 'AddDependency', 'GetTask']);
  expect(calls[2]).toMatchObject({ path: { task_id: 'a1' }, body: { depends_on: 'b2' } });
  expect(of.dependencies).toEqual([['a1', 'b2']]);
  expect(output).toEqual({
    ref: 'ENG-1',
    name: 'Task a1',
    columns: ['relation', 'ref', 'name', 'status'],
    rows: [['waits_on', 'ENG-2', 'Task b2', 'to do']],
    applied: ['waits_on: none → ENG-2'],
  });
  expect(text).toMatch(/^Changed: ENG-1 "Task a1"/);
});

test.each([
  ['blocks', { dependencies: [['b2', 'a1']] }],
  ['linked', { links: [['a1', 'b2']] }],
])('%s goes the right way, and away again', async (relation, then) => {
  const of = world();
  await run({ relation, to: ['ENG-2'] }, of);
  expect(of).toMatchObject(then);
  const { output } = await run({ relation, to: ['b2'], remove: true }, of);
  expect(of).toMatchObject(world());
  expect(output).toMatchObject({ rows: [], applied: [`${relation}: ENG-2 → none`] });
});

test('a task is shown in a further List, by its path, and taken out of it', async () => {
  const of = world();
  const { output } = await run({ relation: 'also_in_list', to: ['Engineering / Backend / Backlog'] }, of);
  expect(output).toMatchObject({
    rows: [['also_in_list', '302', 'List 302']],
    applied: ['also_in_list: none → List 302'],
  });
  await run({ relation: 'also_in_list', to: ['Backlog'], remove: true }, of);
  expect(of.lists).toEqual([]);
});

test.each([
  ['waits_on', 'ENG-2', false, { dependencies: [['a1', 'b2']] }],
  ['linked', 'ENG-2', false, { links: [['b2', 'a1']] }],
  ['also_in_list', 'Backlog', false, { lists: ['302'] }],
  ['also_in_list', 'Sprint 42', false, {}],
  ['waits_on', 'ENG-2', true, {}],
])('what is so already is not sent: %s %s, remove %s', async (relation, to, remove, of) => {
  const { output, text, calls } = await run({ relation, to: [to], remove }, world(of as Partial<World>));
  expect(calls.every(({ operation }) => operation === 'GetTask')).toBe(true);
  expect(output.applied).toBeUndefined();
  expect(text).toMatch(/^Unchanged, it was so already/);
});

test('a request that ClickUp takes and ignores is not said to be done', async () => {
  const { output, text } = await run({ relation: 'also_in_list', to: ['Backlog'] }, world({ deaf: true }));
  expect(text).toMatch(/^Unchanged, not as wanted/);
  expect(output).toMatchObject({
    not_applied: [
      {
        field: 'also_in_list',
        wanted: 'Engineering / Backend / Backlog',
        is: 'not there',
        why: expect.stringContaining('several Lists'),
      },
    ],
  });
});

test('the home List is not taken away, and the answer says what does that', async () => {
  const { output, calls } = await run({ relation: 'also_in_list', to: ['Sprint 42'], remove: true });
  expect(calls).toHaveLength(1);
  expect(output).toMatchObject({ not_applied: [{ is: 'its home List', why: expect.stringContaining('update_task') }] });
});

const refused = () => new AppError('clickup_api_error', 'ClickUp API returned error: no');

test('when the second request fails, the answer says what was done and what was not', async () => {
  const of = world({ fails: { 'AddDependency 2': refused() } });
  const { output, text } = await run({ relation: 'waits_on', to: ['ENG-2', 'ENG-3'] }, of);
  expect(text).toMatch(/^Changed, but not in everything/);
  expect(output).toMatchObject({
    rows: [['waits_on', 'ENG-2', 'Task b2', 'to do']],
    applied: ['waits_on: none → ENG-2'],
    not_applied: [{ wanted: 'ENG-3 "Task c3"', is: 'not there', why: expect.stringContaining('no') }],
  });
});

test('an unknown outcome is settled by reading; when that fails, too, nothing is claimed', async () => {
  const lost = { 'AddDependency 1': new AppError('unknown_outcome') };
  const { output } = await run({ relation: 'waits_on', to: ['ENG-2'] }, world({ fails: lost }));
  expect(output.not_applied).toMatchObject([{ is: 'not there', why: expect.stringMatching(/^unknown/) }]);
  const blind = world({ fails: { ...lost, 'GetTask 3': refused() } });
  const { output: dark, text } = await run({ relation: 'waits_on', to: ['ENG-2'] }, blind);
  expect(text).toMatch(/not known whether/);
  expect(dark).toMatchObject({ columns: ['not_known'], not_applied: [{ is: 'not known' }] });
});

test('done, but not readable afterwards: said as it is', async () => {
  const { output, text } = await run(
    { relation: 'waits_on', to: ['ENG-2'] },
    world({ fails: { 'GetTask 3': refused() } }),
  );
  expect(text).toMatch(/not known whether/);
  expect(output.rows[0]![0]).toMatch(/ClickUp took ENG-2/);
  expect(output.not_applied).toBeUndefined();
});

test('when nothing was done, the call fails', async () => {
  const of = world({ fails: { 'AddDependency 1': refused() } });
  await expect(run({ relation: 'waits_on', to: ['ENG-2'] }, of)).rejects.toMatchObject({ code: 'clickup_api_error' });
});

test.each([
  [{ to: ['ENG-1'] }, /^to\[0\]: a task cannot be related to itself/],
  [{ to: ['ENG-2', 'ENG-9'] }, /^to\[1\]: There is no task with the custom id "ENG-9"/],
])('everything is resolved before the first write: %j', async (args, message) => {
  const context = clickup(world());
  const call = linkTasks.handler(input(linkTasks, { task_id: 'ENG-1', relation: 'waits_on', ...args }), context);
  await expect(call).rejects.toThrow(message);
  expect(context.calls.some(({ operation }) => operation !== 'GetTask')).toBe(false);
});

example(linkTasks, { task_id: '86abc1', relation: 'also_in_list', to: ['Backlog'] });
