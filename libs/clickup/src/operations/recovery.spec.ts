import { type Caller, type Operation } from '../operation.js';
import {
  type Comment, Createatimeentry, CreateTask, CreateTaskComment, StartatimeEntry, StopatimeEntry, type Task, type TimeEntry, UpdateTask,
} from './index.js';

const SENT = 1_700_000_000_000;
const MINUTE = 60_000;
const user = { id: 7, username: 'Ann', email: 'ann@example.com', color: null, initials: 'A', profilePicture: null };
const other = { ...user, id: 8 };
const status = { status: 'to do', color: '#ccc', orderindex: 0, type: 'open' as const };

const task = (change: Partial<Task> = {}): Task => ({
  id: 't1', name: 'Buy milk', status, orderindex: '1', creator: user, assignees: [], tags: [], parent: null, priority: null, url: 'https://app.clickup.com/t/t1',
  date_created: String(SENT + 50), date_updated: String(SENT + 50), date_closed: null, due_date: null, start_date: null,
  list: { id: '9', name: 'L' }, folder: { id: '1', name: 'F' }, space: { id: '2' },
  ...change,
});
const comment = (change: Partial<Comment> = {}): Comment => ({ id: 'c1', comment: [], comment_text: 'Done\n', user, reactions: [], date: String(SENT + 50), ...change });
const entry = (change: Partial<TimeEntry> = {}): TimeEntry => ({
  id: 'e1', task: { id: 't1', custom_id: 'ENG-1', name: 'Buy milk', status }, wid: '1', user, billable: false, description: '',
  start: 1000, end: 61_000, duration: '60000', at: String(SENT + 50),
  ...change,
});

/** ClickUp as it answers after the lost request, and what it was asked. */
function clickup(answers: Record<string, unknown>) {
  const asked: [string, unknown][] = [];
  const all: Record<string, unknown> = { GetAuthorizedUser: { user }, ...answers };
  const read: Caller = (operation, args) => {
    asked.push([operation.id, args]);
    return Promise.resolve(all[operation.id] as never);
  };
  return { asked, read };
}
const recover = async (operation: Operation, call: object, answers: Record<string, unknown>): Promise<unknown> =>
  operation.recover?.({ query: {}, body: undefined, sentAt: SENT, ...call } as never, clickup(answers).read);

describe('CreateTask', () => {
  const call = { path: { list_id: '9' }, body: { name: 'Buy milk' } };
  const given = (tasks: Task[], last_page = true) => recover(CreateTask, call, { GetTasks: { tasks, last_page } });

  it('finds the one task of that name made by us since', async () => {
    expect(await given([task(), task({ id: 't2', name: 'Buy bread' }), task({ id: 't3', creator: other })])).toEqual(task());
  });

  it('was not done when there is none', async () => {
    expect(await given([])).toBe('not_done');
    expect(await given([task({ creator: other }), task({ name: 'Buy bread' })])).toBe('not_done');
  });

  it.each([
    ['two of them', [task(), task({ id: 't2' })], true],
    ['an older twin, which a wrong clock may have made ours', [task({ date_created: String(SENT - MINUTE) })], true],
    ['more tasks than one page shows', [task()], false],
  ])('stays unknown with %s', async (_, tasks, lastPage) => {
    expect(await given(tasks, lastPage)).toBe('unknown');
  });

  it('looks at closed and archived tasks and subtasks too', async () => {
    const { asked, read } = clickup({ GetTasks: { tasks: [], last_page: true } });
    await CreateTask.recover?.({ path: { list_id: '9' }, query: {}, body: { name: 'x', archived: true }, sentAt: SENT }, read);
    expect(asked[1]).toMatchObject(['GetTasks', { path: { list_id: '9' }, query: { include_closed: true, subtasks: true, archived: true } }]);
  });
});

describe('UpdateTask', () => {
  const given = (body: object, seen: Partial<Task>) => recover(UpdateTask, { path: { task_id: 't1' }, body }, { GetTask: task(seen) });

  it.each([
    ['name', { name: 'New' }, { name: 'New' }],
    ['description', { description: 'New' }, { description: 'New\n' }],
    ['markdown', { markdown_content: '# New' }, { markdown_description: '# New' }],
    ['status in another case', { status: 'DONE' }, { status: { ...status, status: 'done' } }],
    ['priority', { priority: 2 }, { priority: { id: '2', priority: 'high', color: '', orderindex: '2' } }],
    ['due date', { due_date: SENT }, { due_date: String(SENT) }],
    ['start date', { start_date: SENT }, { start_date: String(SENT) }],
    ['estimate', { time_estimate: 5 }, { time_estimate: '5' }],
    ['points', { points: 3 }, { points: 3 }],
    ['archived', { archived: true }, { archived: true }],
    ['parent', { parent: 'p' }, { parent: 'p' }],
    ['type', { custom_item_id: 1 }, { custom_item_id: 1 }],
    ['assignees', { assignees: { add: [7], rem: [8] } }, { assignees: [user] }],
    ['watchers', { watchers: { add: [7], rem: [] } }, { watchers: [user] }],
    ['groups', { group_assignees: { add: ['g'] } }, { group_assignees: [{ id: 'g' }] }],
  ])('is done when the task shows the new %s, and not done before', async (_, body, seen) => {
    expect(await given(body, seen)).toEqual(task(seen));
    expect(await given(body, {})).toBe('not_done');
  });

  it('is done when what was to be taken away is away', async () => {
    const body = { priority: null, due_date: null };
    expect(await given(body, {})).toEqual(task());
    expect(await given(body, { due_date: '1' })).toBe('not_done');
  });

  it('repeats what cannot be read back', async () => {
    expect(await given({ name: 'Buy milk', due_date_time: true }, {})).toBe('not_done');
  });

  it('reads by the custom id that the update used', async () => {
    const { asked, read } = clickup({ GetTask: task() });
    await UpdateTask.recover?.({ path: { task_id: 'ENG-1' }, query: { custom_task_ids: true, team_id: '1' }, body: { name: 'x' }, sentAt: SENT }, read);
    expect(asked).toEqual([['GetTask', { path: { task_id: 'ENG-1' }, query: { custom_task_ids: true, team_id: '1', include_markdown_description: true } }]]);
  });
});

describe('CreateTaskComment', () => {
  const call = { path: { task_id: 't1' }, body: { comment_text: 'Done', notify_all: false } };
  const given = (comments: Comment[]) => recover(CreateTaskComment, call, { GetTaskComments: { comments } });

  it('finds the one comment of that text', async () => {
    expect(await given([comment(), comment({ id: 'c2', user: other })])).toEqual({ id: 'c1', date: SENT + 50 });
  });

  it('was not done when nothing new of ours is there', async () => {
    expect(await given([comment({ user: other }), comment({ date: String(SENT - 60 * MINUTE) })])).toBe('not_done');
  });

  it('stays unknown with a new comment of ours that reads differently, or two alike', async () => {
    expect(await given([comment({ comment_text: '**Done**' })])).toBe('unknown');
    expect(await given([comment(), comment({ id: 'c2' })])).toBe('unknown');
  });
});

describe('time', () => {
  const created = { path: { team_Id: '1' }, body: { start: 1000, duration: 60_000, tid: 't1' } };

  it('finds the entry of that start, length and task', async () => {
    const data = [entry(), entry({ id: 'e2', start: 2000 }), entry({ id: 'e3', task: null })];
    const answer = await recover(Createatimeentry, created, { Gettimeentrieswithinadaterange: { data } });
    expect(answer).toMatchObject({ start: 1000, duration: '60000', assignee: 7, tid: 't1' });
  });

  it('was not done without such an entry, unknown with two', async () => {
    const old = entry({ at: String(SENT - 60 * MINUTE) });
    expect(await recover(Createatimeentry, created, { Gettimeentrieswithinadaterange: { data: [old, entry({ duration: 1 })] } })).toBe('not_done');
    expect(await recover(Createatimeentry, created, { Gettimeentrieswithinadaterange: { data: [entry(), entry({ id: 'e2' })] } })).toBe('unknown');
  });

  const running = entry({ start: String(SENT + 50), end: undefined, duration: -50 });

  it.each(['t1', 'ENG-1'])('was started when a timer runs on %s', async (tid) => {
    const call = { path: { team_Id: '1' }, body: { tid } };
    expect(await recover(StartatimeEntry, call, { Getrunningtimeentry: { data: running } })).toEqual({ data: running });
    expect(await recover(StartatimeEntry, call, { Getrunningtimeentry: { data: { ...running, task: null } } })).toBe('not_done');
    expect(await recover(StartatimeEntry, call, { Getrunningtimeentry: { data: null } })).toBe('not_done');
  });

  const stopped = (data: TimeEntry | null, entries: TimeEntry[] = []) =>
    recover(StopatimeEntry, { path: { team_id: '1' } }, { Getrunningtimeentry: { data }, Gettimeentrieswithinadaterange: { data: entries } });

  it('was stopped when no timer runs and the newest entry ended just now', async () => {
    const ended = entry({ end: SENT + 50 });
    const before = entry({ id: 'e2', end: SENT - MINUTE });
    expect(await stopped(null, [entry(), before, ended])).toEqual({ data: ended });
    expect(await stopped(null, [entry()])).toBe('not_done');
    expect(await stopped(null, [before])).toBe('unknown');
  });

  it('was not stopped when the timer still runs; a newer timer leaves it unknown', async () => {
    expect(await stopped({ ...running, start: String(SENT - MINUTE) })).toBe('not_done');
    expect(await stopped(running)).toBe('unknown');
  });
});
