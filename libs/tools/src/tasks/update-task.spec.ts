import { type Task } from '#libs/clickup';
import { AppError } from '#libs/core';
import {
  applied,
  type Call,
  dayMs,
  fakeContext,
  input,
  PEOPLE,
  task,
  userOf,
} from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { renderText } from '../answers/render.js';
import { updateTask } from './update-task.js';

const before = task({
  assignees: [userOf(PEOPLE[2]!)],
  due_date: String(dayMs('2026-12-01')),
  tags: [{ name: 'old' }],
});
type Answers = NonNullable<Parameters<typeof fakeContext>[0]>;

/** ClickUp as it should be, except for what a test answers itself. */
const update = (args: Record<string, unknown>, answers: Answers = {}) => {
  let now: Task = before;
  const context = fakeContext({
    GetTask: () => now,
    UpdateTask: (call: Call) => (now = applied(call, now)),
    AddTagToTask: ({ path }: Call) => {
      now = { ...now, tags: [...now.tags, { name: path!.tag_name! }] };
      return {};
    },
    RemoveTagFromTask: ({ path }: Call) => {
      now = { ...now, tags: now.tags.filter(({ name }) => name !== path!.tag_name) };
      return {};
    },
    ...answers,
  });
  const call = { task_id: '86abc1', ...args };
  return { context, result: () => updateTask.handler(input(updateTask, call), context) };
};
const operations = ({ calls }: { calls: Call[] }) => calls.map(({ operation }) => operation);
const failing = (code: 'clickup_forbidden' | 'unknown_outcome') => () => {
  throw new AppError(code);
};

test('reads the task, sends what differs in one request, and says what was and what is', async () => {
  const { context, result } = update({
    status: 'In Progress',
    priority: 'high',
    due_date: '2026-12-01',
    add_assignees: ['Sarah'],
    remove_assignees: ['David Kim'],
  });
  const answer = await result();
  expect(answer).toMatchObject({
    applied: ['status: to do → in progress', 'priority: none → high', 'assignees: David Kim → Sarah Lee'],
    unchanged: ['due_date: 2026-12-01 (Tue) already'],
    not_applied: undefined,
  });
  expect(renderText(updateTask, answer)).toMatch(/^Task updated\n/);
  expect(operations(context)).toEqual(['GetTask', 'UpdateTask']);
  expect(context.calls[1]!.body).toEqual({ status: 'in progress', priority: 2, assignees: { add: [2], rem: [3] } });
});

test.each([
  [['Sarah'], { add: [2], rem: [3] }, 'assignees: David Kim → Sarah Lee'],
  [['none'], { add: [], rem: [3] }, 'assignees: David Kim → none'],
  [['David Kim', 'Sarah'], { add: [2], rem: [] }, 'assignees: David Kim → Sarah Lee, David Kim'],
])('assignees, as other servers call them, means exactly these: %j', async (assignees, sent, line) => {
  const { context, result } = update({ assignees });
  expect(await result()).toMatchObject({ applied: [line], unchanged: undefined, not_applied: undefined });
  expect(context.calls[1]!.body).toEqual({ assignees: sent });
});

test('exactly those who are assigned is no change', async () => {
  const { context, result } = update({ assignees: ['David Kim'] });
  const answer = await result();
  expect(answer).toMatchObject({ applied: undefined, unchanged: ['assignees: exactly these already'] });
  expect(renderText(updateTask, answer)).toMatch(/^Unchanged/);
  expect(operations(context)).toEqual(['GetTask']);
});

test('a custom id is asked for with the Workspace, and everything after by the id', async () => {
  const { context, result } = update({ task_id: 'ENG-123', name: 'New' });
  await result();
  expect(context.calls.map(({ path, query }) => [path?.task_id, query])).toEqual([
    ['ENG-123', { custom_task_ids: true, team_id: '9' }],
    ['86abc1', undefined],
  ]);
});

test('"none" takes a date away', async () => {
  const { context, result } = update({ due_date: 'none' });
  expect((await result()).applied).toEqual(['due_date: 2026-12-01 (Tue) → none']);
  expect(context.calls[1]!.body).toEqual({ due_date: null });
});

test('several tags are requests of their own, and one line', async () => {
  const { context, result } = update({ add_tags: ['Bug', 'bug', 'ui'], remove_tags: ['OLD'] });
  expect(await result()).toMatchObject({ applied: ['tags: old → bug, ui'], new_tags: ['bug', 'ui'] });
  expect(operations(context)).toEqual(['GetTask', 'AddTagToTask', 'AddTagToTask', 'RemoveTagFromTask', 'GetTask']);
});

test('what ClickUp ignored is told, with what it is', async () => {
  const { result } = update(
    { name: 'New', status: 'complete', due_date: '2026-12-24', add_assignees: ['Sarah'] },
    { UpdateTask: before },
  );
  const answer = await result();
  const why = 'ClickUp said that it was done, but does not show it';
  expect(answer.not_applied).toEqual([
    { field: 'name', wanted: 'New', is: 'Fix the memory leak', why },
    { field: 'status', wanted: 'complete', is: 'to do', why },
    { field: 'due_date', wanted: '2026-12-24 (Thu)', is: '2026-12-01 (Tue)', why },
    { field: 'assignees', wanted: 'Sarah Lee', is: 'David Kim', why },
  ]);
  expect(renderText(updateTask, answer)).toMatch(/^Not updated/);
});

test('a tag that fails after the fields were changed does not hide that they were, nor which ones were not sent', async () => {
  const { result } = update(
    { name: 'New', add_tags: ['ui'], remove_tags: ['old'] },
    { AddTagToTask: failing('clickup_forbidden') },
  );
  const answer = await result();
  expect(answer).toMatchObject({
    name: 'New',
    applied: ['name: Fix the memory leak → New'],
    not_applied: [
      {
        field: 'tags',
        wanted: 'ui',
        is: 'old',
        why: expect.stringMatching(/^adding the tag "ui" failed: No permission/),
      },
      { field: 'tags', wanted: 'without old', is: 'old', why: 'not sent, because adding the tag "ui" failed' },
    ],
  });
  expect(renderText(updateTask, answer)).toMatch(/^Task updated, but not in everything/);
});

test('a first request that fails is a failure: nothing was changed', async () => {
  const { result } = update({ add_tags: ['bug', 'ui'] }, { AddTagToTask: failing('clickup_forbidden') });
  await expect(result()).rejects.toMatchObject({
    code: 'clickup_forbidden',
    message: expect.stringMatching(/^adding the tag "bug" failed: .* Nothing was changed\.$/),
  });
});

test('a request without an answer is looked up: done, or perhaps still to come', async () => {
  let asked = 0;
  const done = update(
    { add_tags: ['bug'] },
    {
      AddTagToTask: failing('unknown_outcome'),
      GetTask: () => (asked++ ? { ...before, tags: [{ name: 'old' }, { name: 'bug' }] } : before),
    },
  );
  expect(await done.result()).toMatchObject({ applied: ['tags: old → old, bug'], not_applied: undefined });
  const open = update({ add_tags: ['bug'] }, { AddTagToTask: failing('unknown_outcome') });
  expect((await open.result()).not_applied).toMatchObject([{ why: expect.stringMatching(/may still come/) }]);
});

test('when the task cannot be read afterwards, the answer says so and what ClickUp answered', async () => {
  let asked = 0;
  const { result } = update(
    { name: 'New', add_tags: ['bug'] },
    {
      GetTask: () => {
        if (asked++) throw new AppError('clickup_forbidden');
        return before;
      },
    },
  );
  expect((await result()).applied).toEqual([
    'name: Fix the memory leak → New (as ClickUp answered; the task could not be read afterwards)',
    'tags: old → bug (as ClickUp answered; the task could not be read afterwards)',
  ]);
});

describe('a text that is joined with the description', () => {
  const described = (markdown_description: string) => ({
    ...before,
    markdown_description,
    text_content: markdown_description,
  });

  test('goes behind what is there a moment before it is written', async () => {
    let now = 'One';
    const { context, result } = update(
      { description: 'Two', description_mode: 'append', status: 'complete' },
      {
        GetTask: () => described(now),
        UpdateTask: ({ body }: Call) => described((now = body!.markdown_content as string)),
      },
    );
    // Judging asks ClickUp something, and somebody writes meanwhile.
    context.clickup.judge = () => {
      context.clickup.stats.requests++;
      now = 'One and a half';
      return Promise.resolve();
    };
    await result();
    expect(now).toBe('One and a half\n\nTwo');
  });

  test('is told when it, or what was there, is not there afterwards', async () => {
    let asked = 0;
    const { result } = update(
      { description: 'Two', description_mode: 'append' },
      { GetTask: () => described(asked++ ? 'Two' : 'One'), UpdateTask: described('Two') },
    );
    expect((await result()).not_applied).toMatchObject([{ field: 'description', is: '"Two" (3 characters)' }]);
  });

  test('has to be there', async () => {
    await expect(update({ description: 'none', description_mode: 'append' }).result()).rejects.toThrow(
      /nothing to append/,
    );
  });
});

test.each([
  [{}, /^Nothing to change/],
  [{ status: 'done' }, /^status: the List "Sprint 42" has no status "done"\. It has: to do, in progress, complete\./],
  [{ due_date: 'soonish' }, /^due_date: /],
  [{ estimate: '3' }, /^estimate: /],
  [{ add_assignees: ['Nobody'] }, /^add_assignees: /],
  [{ list_id: 'Nowhere' }, /^list_id: /],
  [{ parent: '86abc1' }, /^parent: a task cannot be its own parent/],
  [{ fields: [{ name: 'x', value: 'y' }] }, /^fields\[0\]\.name: "Fix the memory leak" has no Custom Field "x"/],
  [
    { fields: [{ name: 'Due', value: 'y' }] },
    /^fields\[0\]\.name: "Due" is no Custom Field: give it as the argument due_date/,
  ],
  [{ add_tags: ['a'], remove_tags: ['A'] }, /^remove_tags: a is to be added and to be removed/],
])('a mistake is named and nothing is sent that changes anything: %j', async (args, message) => {
  const { context, result } = update(args);
  await expect(result()).rejects.toThrow(message);
  expect(operations(context).filter((operation) => operation !== 'GetTask')).toEqual([]);
});

example(updateTask, { task_id: '86abc1', name: 'New', due_date: 'none', add_tags: ['x'] });
