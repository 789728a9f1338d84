import { mentionedIn } from '../../apps/sandbox/src/world/chat.js';
import { type Doc, type Page } from '../../apps/sandbox/src/world/docs.js';
import { percentOfGoal } from '../../apps/sandbox/src/world/goals.js';
import { historyOf } from '../../apps/sandbox/src/world/status-history.js';
import { type Task, type TimeEntry, type Workspace } from '../../apps/sandbox/src/world/types.js';
import { statusesOf, type World } from '../../apps/sandbox/src/world/world.js';

/** Result of a tool, as far as these requests look at it. */
export interface Answer {
  content?: { type: string; text?: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

/** Calls a tool; the answer of one that failed is an answer, too. */
export type Ask = (tool: string, args?: object) => Promise<Answer>;

/** What one request of a person may cost. */
export interface Limits {
  calls: number;
  upstream: number;
  tokens?: number;
  /** Wall clock, for bench/intents.ts only: no test looks at it. */
  ms?: number;
}

export interface PersonRequest {
  request: string;
  /** Prepares what the request needs, or warms what it reads; this is not counted. */
  before?: (ask: Ask) => Promise<unknown>;
  /** What a model does that has only read tools/list. */
  work: (ask: Ask) => Promise<unknown>;
  /** Some depend on how much was found. */
  limits: (answers: readonly Answer[]) => Limits;
  /**
   * What the answers say beside what is true in ClickUp, as pairs that must be equal; read after the work.
   * @param world the sandbox's own state
   */
  truth: (answers: readonly Answer[], world: World) => readonly (readonly [said: unknown, is: unknown])[];
}

const ACME = '12345';
const BUGS = 'Engineering / Incoming Bugs';
const SPRINT_42 = 'Engineering / Backend / Sprint 42';
const CURRENT = 'Engineering / Frontend / Current Sprint';
const MIGRATIONS = 'Engineering / Backend / Database Migrations';
const LOGIN = 'Refactor Login Component';

export const textOf = ({ content = [] }: Answer): string => content.map(({ text = '' }) => text).join('\n');

interface Rows {
  columns?: string[];
  rows?: string[][];
}

/** Rows of an answer as objects. */
export function rowsOf(answer: Answer | undefined): Record<string, string>[] {
  const { columns = [], rows = [] } = (answer?.structuredContent ?? {}) as Rows;
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? ''])));
}
const column = (answer: Answer | undefined, name: string): string[] => rowsOf(answer).map((row) => row[name] ?? '');
const says = (answer: Answer | undefined, ...words: string[]): (readonly [unknown, unknown])[] =>
  words.map((each) => [
    answer && textOf(answer).toLowerCase().includes(each.toLowerCase()) ? each : textOf(answer ?? {}).slice(0, 600),
    each,
  ]);
const pages = (answers: readonly Answer[]) => Math.max(1, answers.length);

/** Follows the cursor to the end. */
async function everyPage(ask: Ask, tool: string, args: object): Promise<Answer[]> {
  const found = [await ask(tool, args)];
  for (
    let cursor = found[0]?.structuredContent?.next_cursor;
    cursor;
    cursor = found.at(-1)?.structuredContent?.next_cursor
  )
    found.push(await ask(tool, { ...args, cursor }));
  return found;
}

/** Does what a preview showed, where there was one. */
async function confirmed(ask: Ask, answer: Answer): Promise<Answer> {
  const token = answer.structuredContent?.confirm_token;
  return token === undefined ? answer : ask('confirm_change', { confirm_token: token });
}

const acme = (world: World): Workspace => world.workspace(ACME);
const isOpen = (task: Task): boolean => !task.archived && !['done', 'closed'].includes(task.status.type);
const inList = (world: World, path: string): Task[] => {
  const names = path.split(' / ');
  return acme(world).tasks.filter(({ list }) => {
    const { name, folder } = list;
    const here = folder.hidden ? [folder.space.name, name] : [folder.space.name, folder.name, name];
    return here.join('/') === names.join('/');
  });
};
const inSpace = (world: World, space: string): Task[] =>
  acme(world).tasks.filter(({ list }) => list.folder.space.name === space);
/** What is open for ClickUp's own count of a List: not closed, no subtask. */
const isTop = (task: Task): boolean => task.status.type !== 'closed' && !task.archived && !task.parent;
const byCustomId = (world: World, id: string): Task => {
  const found = acme(world).tasks.find(({ customId }) => customId === id);
  if (!found) throw new Error(`no task ${id}`);
  return found;
};
const listsOf = (world: World, space: string) =>
  acme(world)
    .spaces.filter(({ name }) => name === space)
    .flatMap(({ folders, hidden }) => [...folders, hidden].flatMap(({ lists }) => lists));
const names = (tasks: readonly Task[]): string[] => tasks.map(({ name }) => name).sort();
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
const BERLIN = 'Europe/Berlin';
const DAY = 86_400_000;
const HOUR = 3_600_000;
const isAnnas = ({ assignees }: Task): boolean => assignees.some(({ username }) => username === 'Anna Fischer');
const people = (assignees: readonly { username: string }[]): string[] =>
  assignees.length ? assignees.map(({ username }) => username) : ['(nobody)'];
/** Each with how often it occurs. */
const counted = (values: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};
/** A column of counts, without what is not there at all. */
const countsIn = (answer: Answer | undefined, by: string, value: string): Record<string, number> =>
  Object.fromEntries(
    rowsOf(answer)
      .filter((row) => row[by] !== '(all tasks)' && Number(row[value]) > 0)
      .map((row) => [row[by], Number(row[value])]),
  );
/** A date without a time of day, which ClickUp keeps as four in the morning, is over when its day is. */
const isLate = ({ due }: Task, now: number): boolean =>
  due !== null &&
  (new Intl.DateTimeFormat('en-GB', { timeZone: BERLIN, timeStyle: 'short' }).format(due) === '04:00'
    ? dayOf(due) < dayOf(now)
    : due < now);
/** Monday to Sunday before this week, in Berlin, as days. */
const lastWeek = (now: number): string[] => {
  const monday = (new Date(`${dayOf(now)}T12:00Z`).getUTCDay() + 6) % 7;
  const noon = Date.parse(`${dayOf(now)}T12:00Z`);
  return Array.from({ length: 7 }, (_, index) => dayOf(noon - (monday + 7 - index) * DAY));
};
const entriesOfLastWeek = (world: World): TimeEntry[] => {
  const days = new Set(lastWeek(world.now()));
  return acme(world).entries.filter(({ start, end }) => end !== null && days.has(dayOf(start)));
};
const hours = (entries: readonly TimeEntry[], keyOf: (entry: TimeEntry) => string): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const entry of entries) sums[keyOf(entry)] = (sums[keyOf(entry)] ?? 0) + (entry.end ?? 0) - entry.start;
  return Object.fromEntries(Object.entries(sums).map(([key, ms]) => [key, Math.round((ms / HOUR) * 100) / 100]));
};
/** A zoned calendar day, as `2026-11-21`. */
const dayOf = (ms: number, zone = BERLIN): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(ms);

const docsOf = (world: World): Doc[] =>
  [...world.docs.byId.values()].filter(
    (doc) => doc.workspace === acme(world) && !doc.deleted && (!doc.private || doc.creator.username === 'Anna Fischer'),
  );
const pagesOf = (of: Pick<Doc, 'pages'>): Page[] => of.pages.flatMap((page) => [page, ...pagesOf(page)]);
/** So many are there before anything is written; each is read once. */
const DOCS = 12;
const docNamed = (world: World, name: string): Doc => docsOf(world).find((doc) => doc.name === name)!;

const FIFTY = {
  list_id: SPRINT_42,
  tasks: Array.from({ length: 50 }, (_, index) => ({ name: `Prepare the launch, part ${index + 1}` })),
};

/** What a call for fifty tasks asks besides: one task and its List, with its statuses, fields and tags, at the preview and before the first change, and again to see what ClickUp made of it. */
const PER_FIFTY = 14;

/** A bug of both is the frontend's. */
const tagOf = (tags: readonly string[]) => ['frontend', 'backend'].find((tag) => tags.includes(tag));

let undone = '';

/** Time in status is read per task, 100 at a time. */
const stalledIn = (request: string, place: string, tokens?: number): PersonRequest => ({
  request,
  work: async (ask) => {
    const stalled = await ask('find_tasks', {
      within: [place],
      statuses: ['in progress'],
      in_status: 'more than 4 days',
    });
    await ask('add_comment', { on: column(stalled, 'ref').slice(0, 20), text: `How is this going in ${place}?` });
  },
  limits: ([found]) => ({ calls: 2, upstream: 2 + Math.min(20, rowsOf(found).length), ...(tokens && { tokens }) }),
  truth: ([stalled, asked], world) => {
    const still = inSpace(world, 'Engineering').filter(
      (task) =>
        !task.archived &&
        [task.list.name, task.list.folder.name].includes(place.split(' / ').at(-1)!) &&
        task.status.status === 'in progress' &&
        world.now() - historyOf(task).at(-1)!.since > 4 * DAY,
    );
    const commented = still.filter(({ comments }) => comments.at(-1)?.text.trim() === `How is this going in ${place}?`);
    return [
      [column(stalled, 'name').sort(), names(still)],
      [commented.length, Math.min(20, still.length)],
      [rowsOf(asked).length, Math.min(20, still.length)],
    ];
  },
});

/**
 * The requests by which the tools are judged. Their order matters: the first ones warm what later ones read, as in the life of a person;
 * what changes data comes after what is compared with the data as it was.
 */
export const REQUESTS: readonly PersonRequest[] = [
  {
    request: 'open task ENG-123',
    work: (ask) => ask('get_task', { task_id: 'ENG-123' }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 250 }),
    truth: ([task], world) => says(task, LOGIN, byCustomId(world, 'ENG-123').status.status),
  },
  {
    request: 'what is Engineering / Backend / Sprint 42? (cold)',
    work: (ask) => ask('get_list', { list_id: SPRINT_42 }),
    limits: () => ({ calls: 1, upstream: 2, tokens: 100 }),
    // What ClickUp counts by itself leaves subtasks out, and the answer says so.
    truth: ([list], world) =>
      says(
        list,
        'Sprint 42',
        `open: ${inList(world, SPRINT_42).filter(isTop).length} (as ClickUp counts: without subtasks`,
      ),
  },
  {
    request: 'what is Engineering / Backend / Sprint 42? (warm)',
    work: (ask) => ask('get_list', { list_id: SPRINT_42 }),
    limits: () => ({ calls: 1, upstream: 0, tokens: 100 }),
    truth: ([list]) => says(list, 'Path: Engineering / Backend / Sprint 42'),
  },
  {
    request: 'which spaces, folders and lists are there? (cold)',
    work: (ask) => ask('get_workspace_hierarchy'),
    limits: () => ({ calls: 1, upstream: 1 + 2 * 6, tokens: 700 }),
    truth: ([tree], world) =>
      acme(world).spaces.flatMap((space) =>
        says(tree, space.name, ...space.folders.flatMap(({ name, lists }) => [name, ...lists.map((each) => each.id)])),
      ),
  },
  {
    request: 'which spaces, folders and lists are there? (warm)',
    work: (ask) => ask('get_workspace_hierarchy'),
    limits: () => ({ calls: 1, upstream: 0, tokens: 700 }),
    truth: ([tree]) => says(tree, 'Engineering', 'Sprint 42'),
  },
  {
    request: "look inside the 'Roadmap' folder, find the ID of 'Now'",
    work: (ask) => ask('get_list', { list_id: 'Roadmap / Now' }),
    limits: () => ({ calls: 1, upstream: 0 }),
    truth: ([list], world) => says(list, [...world.lists.values()].find(({ name }) => name === 'Now')!.id),
  },
  {
    request: 'which statuses and fields does Incoming Bugs have?',
    work: (ask) => ask('get_list', { list_id: 'Incoming Bugs', include: ['fields'] }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([list], world) => {
      const bugs = inList(world, BUGS)[0]!.list;
      const fields = acme(world).fields.of(bugs);
      const options = fields.flatMap(({ config: { options = [] } }) =>
        options.map((each) => each.name ?? each.label ?? ''),
      );
      return says(list, ...statusesOf(bugs).map(({ status }) => status), ...fields.map(({ name }) => name), ...options);
    },
  },
  {
    request: "what is David's e-mail?",
    work: (ask) => ask('find_objects', { kind: 'person', text: 'David' }),
    limits: () => ({ calls: 1, upstream: 0 }),
    truth: ([people], world) =>
      says(people, [...acme(world).members.keys()].find(({ username }) => username === 'David Miller')!.email),
  },
  {
    request: 'my open tasks',
    work: (ask) => everyPage(ask, 'find_tasks', { assignees: ['me'] }),
    limits: (answers) => ({ calls: pages(answers), upstream: pages(answers), tokens: 4000 * pages(answers) }),
    truth: (answers, world) => [
      [
        answers.flatMap((answer) => column(answer, 'name')).sort(),
        names(
          acme(world).tasks.filter(
            (task) => isOpen(task) && task.assignees.some(({ username }) => username === 'Anna Fischer'),
          ),
        ),
      ],
    ],
  },
  {
    request: 'how many open tasks are in Database Migrations?',
    before: (ask) => ask('find_tasks', { text: 'anything' }),
    work: (ask) => ask('find_tasks', { within: ['Database Migrations'], count_by: 'status' }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 130 }),
    truth: ([counts], world) => [
      [
        countsIn(counts, 'status', 'open'),
        counted(
          inList(world, MIGRATIONS)
            .filter(isOpen)
            .map(({ status }) => status.status),
        ),
      ],
    ],
  },
  {
    request: 'how many open tasks are in Database Migrations, as ClickUp counts them itself?',
    work: (ask) => ask('get_list', { list_id: 'Database Migrations' }),
    limits: () => ({ calls: 1, upstream: 0, tokens: 100 }),
    truth: ([list], world) =>
      says(list, `open: ${inList(world, MIGRATIONS).filter(isTop).length} (`, 'without subtasks'),
  },
  {
    request: "lists inside 'Engineering', open tasks in 'Database Migrations'",
    work: async (ask) => [
      await ask('get_list', { list_id: 'Engineering' }),
      await ask('find_tasks', { within: [MIGRATIONS] }),
    ],
    // Two questions: a model that has the tree already asks the second one alone.
    limits: () => ({ calls: 2, upstream: 1 }),
    truth: ([place, tasks], world) => [
      ...says(place, ...listsOf(world, 'Engineering').flatMap(({ id, name }) => [id, name])),
      [column(tasks, 'name').sort(), names(inList(world, MIGRATIONS).filter(isOpen)).slice(0, 100)],
    ],
  },
  {
    request: "list all the spaces, find the 'Q4 launch announcement' tasks",
    work: async (ask) => [
      await ask('get_workspace_hierarchy'),
      await ask('find_tasks', { text: 'Q4 launch announcement' }),
    ],
    limits: () => ({ calls: 2, upstream: 1 }),
    truth: ([tree, tasks], world) => [
      ...says(tree, ...acme(world).spaces.map(({ name }) => name)),
      [column(tasks, 'name'), names(acme(world).tasks.filter(({ name }) => name === 'Q4 launch announcement'))],
    ],
  },
  {
    request: 'find the task about the memory leak (warm)',
    work: (ask) => ask('find_tasks', { text: 'memory leak' }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 600 }),
    truth: ([tasks], world) => [
      [column(tasks, 'name').sort(), names(acme(world).tasks.filter(({ name }) => /memory leak/i.test(name)))],
    ],
  },
  {
    request: 'status report of Engineering: how many in which status, how many overdue (warm)',
    work: (ask) => ask('find_tasks', { within: ['Engineering'], count_by: 'status' }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([counts], world) => {
      const tasks = inSpace(world, 'Engineering').filter(({ archived }) => !archived);
      const by = (some: readonly Task[]) => counted(some.map(({ status }) => status.status));
      const open = tasks.filter(isOpen);
      return [
        [countsIn(counts, 'status', 'open'), by(open)],
        [countsIn(counts, 'status', 'overdue'), by(open.filter((task) => isLate(task, world.now())))],
        [countsIn(counts, 'status', 'total'), by(tasks)],
      ];
    },
  },
  {
    request: 'who is overloaded? open tasks per person in Current Sprint (warm)',
    work: (ask) => ask('find_tasks', { within: [CURRENT], count_by: 'assignee' }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([counts], world) => [
      [
        countsIn(counts, 'assignee', 'open'),
        counted(
          inList(world, CURRENT)
            .filter(isOpen)
            .flatMap(({ assignees }) => people(assignees)),
        ),
      ],
    ],
  },
  {
    request: "all tasks of 'Sprint 42' with descriptions, In Progress or Blocked",
    work: (ask) =>
      ask('find_tasks', { within: ['Sprint 42'], statuses: ['In Progress', 'BLOCKED'], columns: ['description'] }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([tasks], world) => [
      [
        column(tasks, 'name').sort(),
        names(
          inList(world, SPRINT_42).filter(({ status }) => ['in progress', 'blocked'].includes(status.status)),
        ).slice(0, column(tasks, 'name').length),
      ],
      ...says(tasks, 'export worker grows'),
    ],
  },
  {
    request: "search Docs for pages mentioning 'Event bus'",
    work: (ask) => ask('search', { query: 'Event bus' }),
    // Docs have no search in ClickUp: each Doc's pages are read once, and kept.
    limits: () => ({ calls: 1, upstream: 3 + DOCS }),
    truth: ([found], world) => {
      const { results = [] } = (found?.structuredContent ?? {}) as { results?: { id: string }[] };
      const mentioning = docsOf(world)
        .flatMap((doc) => pagesOf(doc))
        .filter(({ name, content }) => /event bus/i.test(`${name} ${content}`));
      return [
        [results[0]?.id.split('/')[1], mentioning.find(({ name }) => name === 'Event bus')?.id],
        [
          mentioning.filter(({ id }) => !results.some((each) => each.id.endsWith(`/${id}`))).map(({ name }) => name),
          [],
        ],
      ];
    },
  },
  {
    request: 'full details of a task: estimate and the Severity field',
    work: (ask) => ask('get_task', { task_id: 'ENG-110', include: ['fields', 'time'] }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([task], world) =>
      says(
        task,
        ...acme(world)
          .fields.of(byCustomId(world, 'ENG-110').list)
          .map(({ name }) => name),
      ),
  },
  {
    request: 'how long has ENG-123 been in progress?',
    work: (ask) => ask('get_task', { task_id: 'ENG-123', include: ['status_history'] }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([task], world) => {
      const { since } = historyOf(byCustomId(world, 'ENG-123')).at(-1)!;
      const days = Math.floor((world.now() - since) / DAY);
      return says(task, dayOf(since), `current, for ${days}d`);
    },
  },
  {
    request: 'standup: what did I finish yesterday, what is in progress, what is blocked?',
    work: async (ask) => [
      await ask('find_tasks', { assignees: ['me'], done: 'yesterday' }),
      await ask('find_tasks', { assignees: ['me'], statuses: ['in progress', 'blocked'] }),
    ],
    limits: () => ({ calls: 2, upstream: 2 }),
    truth: ([then, now], world) => {
      const mine = acme(world).tasks.filter((task) => !task.archived && isAnnas(task));
      const yesterday = dayOf(world.now() - DAY);
      return [
        [column(then, 'name').sort(), names(mine.filter(({ done }) => done !== null && dayOf(done) === yesterday))],
        [
          column(now, 'name').sort(),
          names(mine.filter(({ status }) => ['in progress', 'blocked'].includes(status.status))),
        ],
      ];
    },
  },
  {
    request: 'what did the Backend team finish last week, by person?',
    work: (ask) => ask('find_tasks', { within: ['Backend'], done: 'last week', count_by: 'assignee' }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([counts], world) => {
      const days = new Set(lastWeek(world.now()));
      const done = inSpace(world, 'Engineering').filter(
        ({ archived, list, done: at }) =>
          !archived && list.folder.name === 'Backend' && at !== null && days.has(dayOf(at)),
      );
      return [
        [countsIn(counts, 'assignee', 'total'), counted(done.flatMap(({ assignees }) => people(assignees)))],
        [counts?.structuredContent?.total, done.length],
      ];
    },
  },
  {
    request: 'what changed in Engineering since yesterday?',
    work: (ask) => ask('find_tasks', { within: ['Engineering'], updated: 'since yesterday', columns: ['updated'] }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([tasks], world) => {
      const yesterday = dayOf(world.now() - DAY);
      const changed = inSpace(world, 'Engineering').filter((task) => isOpen(task) && dayOf(task.updated) >= yesterday);
      return [[column(tasks, 'name').sort(), names(changed).slice(0, 100)]];
    },
  },
  {
    request: 'hours per person last week',
    work: (ask) => ask('list_time_entries', { range: 'last week', assignees: ['everyone'], sum_by: ['person'] }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 600 }),
    truth: ([report], world) => [
      [countsIn(report, 'person', 'hours'), hours(entriesOfLastWeek(world), ({ user }) => user.username)],
      [countsIn(report, 'person', 'entries'), counted(entriesOfLastWeek(world).map(({ user }) => user.username))],
    ],
  },
  {
    request: 'my time sheet of last week per day',
    work: (ask) => ask('list_time_entries', { range: 'last week', sum_by: ['day'] }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([sheet], world) => {
      const said = Object.entries(countsIn(sheet, 'day', 'hours')).map(([day, sum]) => [day.slice(-10), sum] as const);
      const mine = entriesOfLastWeek(world).filter(({ user }) => user.username === 'Anna Fischer');
      return [[Object.fromEntries(said), hours(mine, ({ start }) => dayOf(start))]];
    },
  },
  {
    request: 'is the Reduce Churn goal at risk?',
    work: (ask) => ask('fetch', { id: 'Reduce Churn' }),
    limits: () => ({ calls: 2, upstream: 3, tokens: 1500 }),
    truth: ([goal], world) => {
      const churn = world.goals.of(acme(world)).find(({ name }) => name === 'Reduce Churn')!;
      return says(
        goal,
        `Progress: ${percentOfGoal(churn)} %`,
        dayOf(churn.due),
        ...churn.keyResults.map(({ name }) => name),
        churn.keyResults[0]!.actions.at(-1)!.note,
      );
    },
  },
  {
    request: 'read the Q4 architecture doc and break it into tasks',
    work: async (ask) => {
      await ask('fetch', { id: 'Q4 Architecture' });
      const tasks = ['Replace the polling by the event bus', 'Move the sessions', 'Try the rollback'].map((name) => ({
        name,
      }));
      return confirmed(ask, await ask('bulk_create_tasks', { list_id: 'Engineering / Backend / API', tasks }));
    },
    // The Doc itself costs some 750 tokens.
    limits: () => ({ calls: 3, upstream: 3 + 3, tokens: 750 + 1000 }),
    truth: ([doc], world) => [
      ...says(doc, ...pagesOf(docNamed(world, 'Q4 Architecture')).map(({ name }) => name)),
      [inList(world, 'Engineering / Backend / API').filter(({ name }) => name === 'Try the rollback').length, 1],
    ],
  },
  {
    request: "show me the view 'Frontend bugs'",
    work: (ask) => ask('fetch', { id: 'Frontend bugs' }),
    // ClickUp lists the views of one place at a time, and a name has to be the only one: the Workspace and each place in it once, then the view.
    // One more, because a task can have that name.
    limits: () => ({ calls: 1, upstream: 2 + 1 + 6 + 18 + 60 + 1 }),
    truth: ([view], world) => {
      const { text = '' } = (view?.structuredContent ?? {}) as { text?: string };
      const said = text
        .split('\n')
        .slice(2)
        .map((line) => line.split('\t')[1] ?? '');
      const bugs = inSpace(world, 'Engineering').filter(
        ({ archived, list, parent, status, tags }) =>
          !archived && !parent && list.folder.name === 'Frontend' && status.type !== 'closed' && tags.includes('bug'),
      );
      return [[said.sort(), names(bugs).slice(0, said.length)]];
    },
  },
  {
    request: 'what was said in #engineering since yesterday?',
    work: (ask) => ask('list_comments', { on: '#engineering', since: 'yesterday' }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([messages], world) => {
      const channel = world.chat.find(({ name, workspace }) => name === 'engineering' && workspace === acme(world));
      const yesterday = dayOf(world.now() - DAY);
      const since = channel?.messages.filter(({ date }) => dayOf(date) >= yesterday).map(({ id }) => id) ?? [];
      return [
        [column(messages, 'id').sort(), since.sort()],
        [since.length > 0, true],
      ];
    },
  },
  {
    request: 'make ENG-123 recur every Monday',
    work: (ask) => ask('search_operations', { query: 'make a task recur every Monday' }),
    limits: () => ({ calls: 1, upstream: 0, tokens: 400 }),
    truth: ([found]) => says(found, 'not possible'),
  },
  {
    request: 'remind me tomorrow about ENG-123',
    work: (ask) => ask('search_operations', { query: 'remind me tomorrow about a task' }),
    limits: () => ({ calls: 1, upstream: 0, tokens: 400 }),
    truth: ([found]) => says(found, 'not possible'),
  },
  {
    request: 'who changed the due date of ENG-101, when?',
    work: (ask) => ask('search_operations', { query: 'who changed the due date of a task and when' }),
    limits: () => ({ calls: 1, upstream: 0, tokens: 400 }),
    truth: ([found]) => says(found, 'not possible'),
  },
  {
    request: 'add a comment to ENG-123',
    work: (ask) => ask('add_comment', { on: ['ENG-123'], text: 'The **form** is split.' }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: (_, world) => [[byCustomId(world, 'ENG-123').comments.at(-1)?.text.trim(), 'The form is split.']],
  },
  stalledIn('stalled tasks in Current Sprint, ask for an update on each', CURRENT, 1500),
  stalledIn('stalled "In Progress" > 4 days in Backend, comment on each', 'Engineering / Backend'),
  {
    request: 'log 2 billable hours on Refactor Login Component, with a description',
    work: (ask) =>
      ask('create_time_entry', { task_id: LOGIN, duration: '2h', billable: true, description: 'Split the form' }),
    // Two by id. A name costs one more, because somebody may have given it to another task meanwhile.
    limits: () => ({ calls: 1, upstream: 3, tokens: 150 }),
    truth: ([answer], world) => {
      const entry = acme(world).entries.at(-1);
      return [
        [entry?.task?.name, LOGIN],
        [
          [entry?.billable, entry?.description],
          [true, 'Split the form'],
        ],
        [(entry?.end ?? 0) - (entry?.start ?? 0), 2 * HOUR],
        [(entry?.end ?? Infinity) <= world.now(), true],
        [answer?.structuredContent?.entry_id, entry?.id],
      ];
    },
  },
  {
    request: 'yesterday I logged 2h on ENG-123; make it 1h',
    work: async (ask) => {
      const entries = await ask('list_time_entries', { range: 'last 7 days' });
      // Shortly after midnight it lies on the day before.
      const entry = rowsOf(entries).find((row) => Object.values(row).includes('Split the form'));
      await ask('update_time_entry', { entry_id: entry?.id ?? entry?.entry_id ?? '', duration: '1h' });
    },
    // The list, the entry as it is, the change, and what ClickUp made of it: its answer to the change is empty.
    limits: () => ({ calls: 2, upstream: 4 }),
    truth: (_, world) => {
      const entry = acme(world).entries.find(({ description }) => description === 'Split the form');
      return [[(entry?.end ?? 0) - (entry?.start ?? 0), HOUR]];
    },
  },
  {
    request: 'set Severity of ENG-110 to Critical',
    work: (ask) => ask('update_task', { task_id: 'ENG-110', fields: [{ name: 'severity', value: 'critical' }] }),
    // The task as it was, the value, and the task as it is: ClickUp's answer to a value is empty.
    limits: () => ({ calls: 1, upstream: 3 }),
    truth: ([changed], world) => {
      const task = byCustomId(world, 'ENG-110');
      const severity = acme(world)
        .fields.of(task.list)
        .find(({ name }) => name === 'Severity')!;
      const critical = severity.config.options!.find(({ name }) => name === 'Critical')!;
      return [[severity.values.get(task), critical.id], ...says(changed, 'Severity: ', ' → Critical')];
    },
  },
  {
    request: 'estimate 3h, start Monday, due Friday, assign me on ENG-110',
    work: (ask) =>
      ask('update_task', {
        task_id: 'ENG-110',
        estimate: '3h',
        start_date: 'next monday',
        due_date: 'friday next week',
        add_assignees: ['me'],
      }),
    // One for what was, one for what is.
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: (_, world) => {
      const task = byCustomId(world, 'ENG-110');
      return [
        [task.estimate, 3 * HOUR],
        [task.assignees.some(({ username }) => username === 'Anna Fischer'), true],
        [new Date(`${dayOf(task.start ?? 0)}T12:00Z`).getUTCDay(), 1],
        [new Date(`${dayOf(task.due ?? 0)}T12:00Z`).getUTCDay(), 5],
      ];
    },
  },
  {
    request: 'ENG-101 is blocked by ENG-123',
    work: (ask) => ask('link_tasks', { task_id: 'ENG-101', relation: 'waits_on', to: ['ENG-123'] }),
    // Both tasks, because ClickUp takes no custom ids here, the dependency, and what it made of it.
    limits: () => ({ calls: 1, upstream: 4 }),
    truth: ([linked], world) => {
      const [task, on] = [byCustomId(world, 'ENG-101'), byCustomId(world, 'ENG-123')];
      return [
        [task.relations.dependencies.some((each) => each.task === task && each.on === on), true],
        ...says(linked, LOGIN),
      ];
    },
  },
  {
    request: 'also show ENG-101 in Current Sprint',
    work: (ask) => ask('link_tasks', { task_id: 'ENG-101', relation: 'also_in_list', to: [CURRENT] }),
    // ClickUp answers the same where it ignores this (fact 29), so the task is read afterwards, too.
    limits: () => ({ calls: 1, upstream: 3 }),
    truth: ([linked], world) => [
      [[...byCustomId(world, 'ENG-101').relations.lists].some(({ name }) => name === 'Current Sprint'), true],
      ...says(linked, 'Current Sprint'),
    ],
  },
  {
    request: "add a checklist 'Release' with 3 items to ENG-123, tick the first",
    work: (ask) =>
      ask('edit_checklist', {
        task_id: 'ENG-123',
        checklist: 'Release',
        add: ['Tag', 'Build', 'Ship'],
        check: ['Tag'],
      }),
    // What there is, the checklist, its items one by one, and the tick.
    limits: () => ({ calls: 1, upstream: 6 }),
    truth: ([list], world) => [
      ...says(list, '[x] Tag', '[ ] Build', '[ ] Ship'),
      [
        byCustomId(world, 'ENG-123')
          .relations.checklists.find(({ name }) => name === 'Release')
          ?.items.map(({ name, resolved }) => `${name} ${resolved}`)
          .sort(),
        ['Build false', 'Ship false', 'Tag true'],
      ],
    ],
  },
  {
    request: 'attach this log text to ENG-123',
    work: (ask) => ask('attach_file', { task_id: 'ENG-123', filename: 'worker.log', text: 'out of memory' }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([file], world) => {
      const kept = byCustomId(world, 'ENG-123').relations.attachments.at(-1);
      return [[kept?.title, 'worker.log'], [kept?.size, 'out of memory'.length], ...says(file, 'worker.log')];
    },
  },
  {
    request: 'append a decision to the API guidelines Doc',
    work: (ask) => ask('write_doc', { doc: 'API guidelines', mode: 'append', text: 'Decision: JSON only.' }),
    // The list of Docs is kept since the search; the page as it was, the text, and the page as it is.
    limits: () => ({ calls: 1, upstream: 3 }),
    truth: ([doc], world) => {
      const { content } = pagesOf(docNamed(world, 'API guidelines'))[0]!;
      return [
        [content.endsWith('Decision: JSON only.'), true],
        [content.length > 'Decision: JSON only.'.length + 2, true],
        ...says(doc, 'API guidelines'),
      ];
    },
  },
  {
    request: 'write meeting notes as a Doc in Engineering',
    work: (ask) =>
      ask('write_doc', { doc: 'Meeting notes', mode: 'create', within: 'Engineering', text: '# Monday\n\nAll fine.' }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([doc], world) => {
      const made = docNamed(world, 'Meeting notes');
      return [
        [pagesOf(made).map(({ content }) => content), ['# Monday\n\nAll fine.']],
        [made.place?.name, 'Engineering'],
        ...says(doc, 'Meeting notes', made.id),
      ];
    },
  },
  {
    request: 'post in #general that the release is done, mention Priya',
    work: (ask) => ask('add_comment', { on: ['#general'], text: 'The release is done, @[Priya Nair].' }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([message], world) => {
      const channel = world.chat.find(({ name, workspace }) => name === 'general' && workspace === acme(world))!;
      const posted = channel.messages.at(-1)!;
      return [
        [posted.content.startsWith('The release is done'), true],
        [mentionedIn(posted).map(({ username }) => username), ['Priya Nair']],
        ...says(message, 'Mentioned: Priya Nair'),
      ];
    },
  },
  {
    request: 'assign the unassigned frontend bugs to Sarah, the backend ones to David',
    work: async (ask) => {
      const bugs = await ask('find_tasks', {
        within: [BUGS],
        assignees: ['none'],
        tags: ['frontend', 'backend'],
        columns: ['tags'],
      });
      const refs = (tag: string) =>
        rowsOf(bugs)
          .filter(({ tags }) => tagOf(tags?.split(', ') ?? []) === tag)
          .map(({ ref }) => ref);
      await ask('bulk_update_tasks', {
        groups: [
          { task_ids: refs('frontend'), add_assignees: ['Sarah Chen'] },
          { task_ids: refs('backend'), add_assignees: ['David Miller'] },
        ],
      });
    },
    // Beside the changes: the tags of the Space, the search, and the first of the tasks and its List for what was.
    limits: ([found]) => ({ calls: 2, upstream: 4 + rowsOf(found).length, tokens: 1500 }),
    truth: ([found], world) => {
      const of = (tag: string) =>
        inList(world, BUGS).filter(
          (task) => isOpen(task) && tagOf(task.tags) === tag && rowsOf(found).some(({ ref }) => ref === task.customId),
        );
      return [
        [of('frontend').map(({ assignees }) => people(assignees).join()), of('frontend').map(() => 'Sarah Chen')],
        [of('backend').map(({ assignees }) => people(assignees).join()), of('backend').map(() => 'David Miller')],
        [of('frontend').length > 1 && of('backend').length > 1, true],
        [
          inList(world, BUGS).filter(
            (task) =>
              isOpen(task) &&
              task.assignees.length === 0 &&
              task.tags.some((tag) => ['frontend', 'backend'].includes(tag)),
          ).length,
          0,
        ],
      ];
    },
  },
  {
    request: 'undo that (status just set)',
    before: async (ask) => {
      const changed = await ask('update_task', { task_id: 'ENG-110', status: 'triaged' });
      // What the answer said of it, the model sets again.
      undone = /status: (.+) → triaged/.exec(textOf(changed))?.[1] ?? '';
    },
    work: (ask) => ask('update_task', { task_id: 'ENG-110', status: undone }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([answer], world) => [
      [byCustomId(world, 'ENG-110').status.status, 'new'],
      ...says(answer, 'status: triaged → new'),
    ],
  },
  {
    request: 'create these 50 tasks',
    work: async (ask) => confirmed(ask, await ask('bulk_create_tasks', FIFTY)),
    // One more call than the request names: the confirmation.
    limits: () => ({ calls: 2, upstream: 50, tokens: 800, ms: 1500 }),
    truth: (_, world) => [
      [inList(world, SPRINT_42).filter(({ name }) => name.startsWith('Prepare the launch')).length, 50],
    ],
  },
  {
    request: 'delete a task … no, restore it',
    work: async (ask) => {
      await confirmed(ask, await ask('delete_task', { task_ids: ['Remove legacy modal'] }));
      await ask('search_operations', { query: 'restore a deleted task from the trash' });
    },
    // The name and what hangs on it for the preview, then the same once more, so that nothing else goes, and the deletion; and a question.
    limits: () => ({ calls: 3, upstream: 4 }),
    truth: ([, , found], world) => [
      [acme(world).tasks.some(({ name }) => name === 'Remove legacy modal'), false],
      ...says(found, 'not possible'),
    ],
  },
  {
    request: 'invite gina2@client.com as guest to the Web List, comment only',
    work: async (ask) => {
      await ask('search_operations', { query: 'invite a guest to a list, comment only' });
      const shown = await ask('call_write_operation', {
        operation: 'manage_guest',
        args: { guest: 'gina2@client.com', share: ['Web'], level: 'comment' },
      });
      await confirmed(ask, shown);
    },
    // The guests there are, the invitation, the share, and what ClickUp made of it.
    limits: () => ({ calls: 3, upstream: 4 }),
    truth: ([found], world) => {
      const web = listsOf(world, 'Engineering').find(({ name }) => name === 'Web')!;
      const gina = [...web.guests].find(({ email }) => email === 'gina2@client.com');
      return [
        [column(found, 'name').slice(0, 3).includes('manage_guest'), true],
        [gina && world.people.sharing.level(web, gina), 'comment'],
      ];
    },
  },
  {
    request: 'tag all open Churn tasks q1-review',
    work: async (ask) => {
      const found = await everyPage(ask, 'find_tasks', { within: ['Churn'] });
      const refs = found.flatMap((answer) => column(answer, 'ref'));
      for (let from = 0; from < refs.length; from += 50)
        await confirmed(
          ask,
          await ask('bulk_update_tasks', {
            groups: [{ task_ids: refs.slice(from, from + 50), add_tags: ['q1-review'] }],
          }),
        );
    },
    limits: (answers) => {
      const found = sum(answers.map((answer) => (rowsOf(answer)[0]?.name === undefined ? 0 : rowsOf(answer).length)));
      return { calls: 8, upstream: Math.ceil(found / 100) + found + PER_FIFTY * Math.ceil(found / 50) };
    },
    truth: (_, world) => [
      [
        inList(world, 'Support / Success / Churn')
          .filter(isOpen)
          .every(({ tags }) => tags.includes('q1-review')),
        true,
      ],
    ],
  },
  {
    request: 'move all unfinished tasks from Sprint 41 to Sprint 42',
    work: async (ask) => {
      const found = await everyPage(ask, 'find_tasks', { within: ['Sprint 41'] });
      const refs = found.flatMap((answer) => column(answer, 'ref'));
      for (let from = 0; from < refs.length; from += 50)
        await confirmed(
          ask,
          await ask('bulk_update_tasks', { groups: [{ task_ids: refs.slice(from, from + 50), list_id: 'Sprint 42' }] }),
        );
    },
    limits: (answers) => {
      const found = sum(answers.map((answer) => (rowsOf(answer)[0]?.name === undefined ? 0 : rowsOf(answer).length)));
      return {
        calls: 18,
        upstream: Math.ceil(found / 100) + found + PER_FIFTY * Math.ceil(found / 50),
      };
    },
    truth: (answers, world) => {
      const told = answers.map((answer) => Number(/(\d+) of them are subtasks whose/.exec(textOf(answer))?.[1] ?? 0));
      const alone = answers
        .flatMap((answer) => column(answer, 'outcome'))
        .filter((what) => /parent: \S+ → none/.test(what));
      return [
        [inList(world, 'Engineering / Backend / Sprint 41').filter(isOpen).length, 0],
        // The preview says what becomes of subtasks that move without their parents.
        [sum(told), alone.length],
        [alone.length > 0, true],
      ];
    },
  },
];
