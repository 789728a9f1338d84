import { ALONE } from '../sending/outcomes/creations.js';
import { type CallOperation, type Operation, type Others } from '../operation.js';
import {
  type Comment,
  Createatimeentry,
  CreateTask,
  CreateTaskComment,
  StartatimeEntry,
  StopatimeEntry,
  type Task,
  type TimeEntry,
  UpdateTask,
} from './index.js';

const SENT = 1_700_000_000_000;
const MINUTE = 60_000;
const user = { id: 7, username: 'Ann', email: 'ann@example.com', color: null, initials: 'A', profilePicture: null };
const other = { ...user, id: 8 };
const status = { status: 'to do', color: '#ccc', orderindex: 0, type: 'open' as const };

const task = (change: Partial<Task> = {}): Task => ({
  id: 't1',
  name: 'Buy milk',
  status,
  orderindex: '1',
  creator: user,
  assignees: [],
  tags: [],
  parent: null,
  priority: null,
  url: 'https://app.clickup.com/t/t1',
  date_created: String(SENT + 50),
  date_updated: String(SENT + 50),
  date_closed: null,
  due_date: null,
  start_date: null,
  list: { id: '9', name: 'L' },
  folder: { id: '1', name: 'F' },
  space: { id: '2' },
  ...change,
});
const field = (type: string, value: unknown) => ({
  id: 'f',
  name: 'F',
  type,
  value,
  type_config: {
    options: [
      { id: 'o1', orderindex: 0 },
      { id: 'o2', orderindex: 1 },
    ],
  },
  date_created: '1',
  hide_from_guests: false,
});
const comment = (change: Partial<Comment> = {}): Comment => ({
  id: 'c1',
  comment: [],
  comment_text: 'Done\n',
  user,
  reactions: [],
  date: String(SENT + 50),
  ...change,
});
const entry = (change: Partial<TimeEntry> = {}): TimeEntry => ({
  id: 'e1',
  task: { id: 't1', custom_id: 'ENG-1', name: 'Buy milk', status },
  wid: '1',
  user,
  billable: false,
  description: '',
  start: 1000,
  end: 61_000,
  duration: '60000',
  at: String(SENT + 50),
  ...change,
});

/** ClickUp as it answers after the lost request, and what it was asked. */
function clickup(answers: Record<string, unknown>) {
  const asked: [string, unknown][] = [];
  const all: Record<string, unknown> = { GetAuthorizedUser: { user }, ...answers };
  const read: CallOperation = (operation, args) => {
    asked.push([operation.id, args]);
    return Promise.resolve(all[operation.id] as never);
  };
  return { asked, read };
}
/** Everything was answered to somebody. */
const taken: Others = { ...ALONE, about: (ids) => Promise.resolve({ owned: new Set(ids), contenders: 1 }) };
const recover = async (operation: Operation, call: object, answers: Record<string, unknown>): Promise<unknown> =>
  operation.recover?.(
    { query: {}, body: undefined, sentAt: SENT, others: ALONE, ...call } as never,
    clickup(answers).read,
  );

describe('CreateTask', () => {
  const call = { path: { list_id: '9' }, body: { name: 'Buy milk' } };
  const given = (tasks: Task[], last_page = true) => recover(CreateTask, call, { GetTasks: { tasks, last_page } });

  it('finds the one task of that name made by us since', async () => {
    expect(await given([task(), task({ id: 't2', name: 'Buy bread' }), task({ id: 't3', creator: other })])).toEqual(
      task(),
    );
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

  it.each<[string, object, Partial<Task>]>([
    ['parent', { parent: 'p' }, { parent: 'p' }],
    ['description', { description: 'Two litres' }, { description: 'Two litres\n' }],
    ['Markdown', { markdown_content: '* **Two** litres' }, { markdown_description: '- __Two__ litres' }],
    ['status in another case', { status: 'DONE' }, { status: { ...status, status: 'done' } }],
    ['priority', { priority: 2 }, { priority: { id: '2', priority: 'high', color: '', orderindex: '2' } }],
    ['due date', { due_date: SENT, due_date_time: true }, { due_date: String(SENT) }],
    [
      'due day, whose hour ClickUp moves',
      { due_date: SENT, due_date_time: false },
      { due_date: String(SENT + 4 * 60 * MINUTE) },
    ],
    ['start date', { start_date: SENT }, { start_date: String(SENT) }],
    ['estimate', { time_estimate: 5 }, { time_estimate: '5' }],
    ['points', { points: 3 }, { points: 3 }],
    ['assignees', { assignees: [7, 8] }, { assignees: [other, user] }],
    ['groups', { group_assignees: ['g'] }, { group_assignees: [{ id: 'g' }] }],
    ['tags', { tags: ['Urgent'] }, { tags: [{ name: 'urgent' }] }],
    ['type', { custom_item_id: 1 }, { custom_item_id: 1 }],
    ['number field', { custom_fields: [{ id: 'f', value: 5 }] }, { custom_fields: [field('number', '5')] }],
    ['option', { custom_fields: [{ id: 'f', value: 'o2' }] }, { custom_fields: [field('drop_down', 1)] }],
  ])('is not taken for one with another %s', async (_, asked, seen) => {
    const body = { name: 'Buy milk', ...asked };
    expect(
      await recover(CreateTask, { ...call, body }, { GetTasks: { tasks: [task(seen)], last_page: true } }),
    ).toEqual(task(seen));
    expect(await recover(CreateTask, { ...call, body }, { GetTasks: { tasks: [task()], last_page: true } })).toBe(
      'unknown',
    );
  });

  it('that lies at the top is not taken for a subtask', async () => {
    expect(await given([task({ parent: 'p' })])).toBe('unknown');
  });

  const others = (owned: string[], contenders: number | undefined): Others & { claimed: string[] } => {
    const claimed: string[] = [];
    return {
      about: () => Promise.resolve({ owned: new Set(owned), contenders }),
      claim: (id) => Promise.resolve(claimed.push(id) > 0),
      claimed,
    };
  };
  const among = (known: Others, ...tasks: Task[]) =>
    recover(CreateTask, { ...call, others: known }, { GetTasks: { tasks, last_page: true } });

  it('never is what was answered to somebody', async () => {
    expect(await among(others(['t1'], 1), task())).toBe('not_done');
    expect(await among(others(['t1'], 1), task(), task({ id: 't2' }))).toMatchObject({ id: 't2' });
  });

  it('stays unknown while another of its name is under way, or when fewer or more were made than asked for', async () => {
    expect(await among(others([], undefined), task())).toBe('unknown');
    expect(await among(others([], 2), task())).toBe('unknown');
    expect(await among(others([], 2), task(), task({ id: 't2' }), task({ id: 't3' }))).toBe('unknown');
  });

  it('takes one of as many as were asked for', async () => {
    const known = others([], 2);
    expect(await among(known, task(), task({ id: 't2', date_created: String(SENT + 60) }))).toMatchObject({ id: 't2' });
    expect(known.claimed).toEqual(['t2']);
  });

  it('looks at closed and archived tasks and subtasks too', async () => {
    const { asked, read } = clickup({ GetTasks: { tasks: [], last_page: true } });
    await CreateTask.recover?.(
      { path: { list_id: '9' }, query: {}, body: { name: 'x', archived: true }, sentAt: SENT, others: ALONE },
      read,
    );
    expect(asked[1]).toMatchObject([
      'GetTasks',
      { path: { list_id: '9' }, query: { include_closed: true, subtasks: true, archived: true } },
    ]);
  });
});

describe('UpdateTask', () => {
  const given = (body: object, seen: Partial<Task>) =>
    recover(UpdateTask, { path: { task_id: 't1' }, body }, { GetTask: task(seen) });

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
    await UpdateTask.recover?.(
      {
        path: { task_id: 'ENG-1' },
        query: { custom_task_ids: true, team_id: '1' },
        body: { name: 'x' },
        sentAt: SENT,
        others: ALONE,
      },
      read,
    );
    expect(asked).toEqual([
      [
        'GetTask',
        {
          path: { task_id: 'ENG-1' },
          query: { custom_task_ids: true, team_id: '1', include_markdown_description: true },
        },
      ],
    ]);
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
    expect(
      await given(
        Array.from({ length: 25 }, (_, index) => comment(index === 0 ? {} : { id: `c${index}`, user: other })),
      ),
    ).toBe('unknown');
  });

  it('is not taken for one that is assigned to somebody else, nor for one that was answered', async () => {
    const assigned = { ...call, body: { ...call.body, assignee: 7 } };
    expect(
      await recover(CreateTaskComment, assigned, { GetTaskComments: { comments: [comment({ assignee: other })] } }),
    ).toBe('unknown');
    expect(
      await recover(CreateTaskComment, assigned, { GetTaskComments: { comments: [comment({ assignee: user })] } }),
    ).toMatchObject({ id: 'c1' });
    expect(
      await recover(CreateTaskComment, { ...call, others: taken }, { GetTaskComments: { comments: [comment()] } }),
    ).toBe('unknown');
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
    expect(
      await recover(Createatimeentry, created, {
        Gettimeentrieswithinadaterange: { data: [old, entry({ duration: 1 })] },
      }),
    ).toBe('not_done');
    expect(
      await recover(Createatimeentry, created, {
        Gettimeentrieswithinadaterange: { data: [entry(), entry({ id: 'e2' })] },
      }),
    ).toBe('unknown');
  });

  const running = entry({ start: String(SENT + 50), end: undefined, duration: -50 });

  it.each(['t1', 'ENG-1'])('was started when a timer runs on %s', async (tid) => {
    const call = { path: { team_Id: '1' }, body: { tid } };
    expect(await recover(StartatimeEntry, call, { Getrunningtimeentry: { data: running } })).toEqual({ data: running });
    expect(await recover(StartatimeEntry, call, { Getrunningtimeentry: { data: { ...running, task: null } } })).toBe(
      'not_done',
    );
    expect(await recover(StartatimeEntry, call, { Getrunningtimeentry: { data: null } })).toBe('not_done');
  });

  it('was not started when a timer has been running on the task since before; unknown when that was answered to another call', async () => {
    const call = { path: { team_Id: '1' }, body: { tid: 't1' } };
    expect(
      await recover(StartatimeEntry, call, {
        Getrunningtimeentry: { data: { ...running, start: String(SENT - 60 * MINUTE) } },
      }),
    ).toBe('not_done');
    expect(
      await recover(StartatimeEntry, call, {
        Getrunningtimeentry: { data: { ...running, start: String(SENT - MINUTE) } },
      }),
    ).toBe('unknown');
    expect(await recover(StartatimeEntry, { ...call, others: taken }, { Getrunningtimeentry: { data: running } })).toBe(
      'unknown',
    );
  });

  const stopped = (data: TimeEntry | null, entries: TimeEntry[] = []) =>
    recover(
      StopatimeEntry,
      { path: { team_id: '1' } },
      { Getrunningtimeentry: { data }, Gettimeentrieswithinadaterange: { data: entries } },
    );

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
