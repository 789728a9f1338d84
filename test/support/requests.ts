import { type Task, type Workspace } from '../../apps/sandbox/src/world/types.js';
import { type World } from '../../apps/sandbox/src/world/world.js';

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
export async function everyPage(ask: Ask, tool: string, args: object): Promise<Answer[]> {
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
const byCustomId = (world: World, id: string): Task => {
  const found = acme(world).tasks.find(({ customId }) => customId === id);
  if (!found) throw new Error(`no task ${id}`);
  return found;
};
const names = (tasks: readonly Task[]): string[] => tasks.map(({ name }) => name).sort();
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
/** A zoned calendar day, as `2026-11-21`. */
const dayOf = (ms: number, zone = 'Europe/Berlin'): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(ms);

const FIFTY = {
  list_id: SPRINT_42,
  tasks: Array.from({ length: 50 }, (_, index) => ({ name: `Prepare the launch, part ${index + 1}` })),
};

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
    limits: () => ({ calls: 1, upstream: 2, tokens: 150 }),
    truth: ([list], world) => says(list, 'Sprint 42', String(inList(world, SPRINT_42).filter(isOpen).length)),
  },
  {
    request: 'which spaces, folders and lists are there? (cold)',
    work: (ask) => ask('get_workspace_hierarchy'),
    limits: () => ({ calls: 1, upstream: 1 + 2 * 6, tokens: 900 }),
    truth: ([tree], world) =>
      acme(world).spaces.flatMap((space) =>
        says(tree, space.name, ...space.folders.flatMap(({ name, lists }) => [name, ...lists.map((each) => each.id)])),
      ),
  },
  {
    request: 'which spaces, folders and lists are there? (warm)',
    work: (ask) => ask('get_workspace_hierarchy'),
    limits: () => ({ calls: 1, upstream: 0, tokens: 900 }),
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
    truth: ([list]) => says(list, 'new', 'triaged', 'fixed', 'closed', 'Severity', 'Critical', 'Regression', 'Areas'),
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
    work: (ask) => ask('get_list', { list_id: 'Database Migrations' }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 150 }),
    truth: ([list], world) =>
      says(list, `open: ${inList(world, 'Engineering / Backend / Database Migrations').filter(isOpen).length}`),
  },
  {
    request: "lists inside 'Engineering', open tasks in 'Database Migrations'",
    work: (ask) => ask('find_tasks', { within: ['Engineering / Backend / Database Migrations'] }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([tasks], world) => [
      [
        column(tasks, 'name').sort(),
        names(inList(world, 'Engineering / Backend / Database Migrations').filter(isOpen)).slice(0, 100),
      ],
    ],
  },
  {
    request: "list all the spaces, find the 'Q4 launch announcement' tasks",
    before: (ask) => ask('find_tasks', { text: 'anything' }),
    work: (ask) => ask('find_tasks', { text: 'Q4 launch announcement' }),
    limits: () => ({ calls: 2, upstream: 1 }),
    truth: ([tasks]) => [[column(tasks, 'name')[0], 'Q4 launch announcement']],
  },
  {
    request: 'find the task about the memory leak (warm)',
    work: (ask) => ask('find_tasks', { text: 'memory leak' }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 600 }),
    truth: ([tasks]) => [[column(tasks, 'name')[0], 'Fix memory leak in export worker']],
  },
  {
    request: 'status report of Engineering: how many in which status, how many overdue (warm)',
    work: (ask) => ask('find_tasks', { within: ['Engineering'], count_by: 'status' }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([counts], world) => {
      const open = inSpace(world, 'Engineering').filter(isOpen);
      const byStatus = new Map<string, number>();
      for (const { status } of open) byStatus.set(status.status, (byStatus.get(status.status) ?? 0) + 1);
      const said = rowsOf(counts).filter((row) => row.open !== '0' && byStatus.has(row.status ?? ''));
      return [[Object.fromEntries(said.map((row) => [row.status, Number(row.open)])), Object.fromEntries(byStatus)]];
    },
  },
  {
    request: 'who is overloaded? open tasks per person in Current Sprint (warm)',
    work: (ask) => ask('find_tasks', { within: [CURRENT], count_by: 'assignee' }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([counts], world) => {
      const anna = inList(world, CURRENT).filter(
        (task) => isOpen(task) && task.assignees.some(({ username }) => username === 'Anna Fischer'),
      );
      return [[rowsOf(counts).find(({ assignee }) => assignee === 'Anna Fischer')?.open, String(anna.length)]];
    },
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
    limits: () => ({ calls: 1, upstream: 20 }),
    truth: ([found]) => says(found, 'Q4 Architecture'),
  },
  {
    request: 'full details of a task: estimate and custom fields',
    work: (ask) => ask('get_task', { task_id: 'ENG-123', include: ['fields', 'time'] }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([task]) => says(task, 'Severity', 'Reviewer', 'Areas'),
  },
  {
    request: 'how long has ENG-123 been in progress?',
    work: (ask) => ask('get_task', { task_id: 'ENG-123', include: ['status_history'] }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([task]) => says(task, 'in progress'),
  },
  {
    request: 'standup: what did I finish yesterday, what is in progress, what is blocked?',
    work: async (ask) => [
      await ask('find_tasks', { assignees: ['me'], done: 'yesterday' }),
      await ask('find_tasks', { assignees: ['me'], statuses: ['in progress', 'blocked'] }),
    ],
    limits: () => ({ calls: 2, upstream: 2 }),
    truth: ([, now], world) => [
      [
        column(now, 'name').sort(),
        names(
          acme(world).tasks.filter(
            (task) =>
              !task.archived &&
              ['in progress', 'blocked'].includes(task.status.status) &&
              task.assignees.some(({ username }) => username === 'Anna Fischer'),
          ),
        ),
      ],
    ],
  },
  {
    request: 'what did the Backend team finish last week, by person?',
    work: (ask) => ask('find_tasks', { within: ['Backend'], done: 'last week', count_by: 'assignee' }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([counts]) => says(counts, 'Backend'),
  },
  {
    request: 'what changed in Engineering since yesterday?',
    work: (ask) => ask('find_tasks', { within: ['Engineering'], updated: 'since yesterday', columns: ['updated'] }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([tasks], world) => {
      const yesterday = dayOf(world.now() - 86_400_000);
      const changed = inSpace(world, 'Engineering').filter((task) => isOpen(task) && dayOf(task.updated) >= yesterday);
      return [[column(tasks, 'name').sort(), names(changed).slice(0, 100)]];
    },
  },
  {
    request: 'hours per person last week',
    work: (ask) => ask('list_time_entries', { range: 'last week', assignees: ['everyone'], sum_by: ['person'] }),
    limits: () => ({ calls: 1, upstream: 1, tokens: 600 }),
    truth: ([report]) => says(report, 'Anna Fischer', 'person'),
  },
  {
    request: 'my time sheet of last week per day',
    work: (ask) => ask('list_time_entries', { range: 'last week', sum_by: ['day'] }),
    limits: () => ({ calls: 1, upstream: 1 }),
    truth: ([sheet]) => says(sheet, 'day', 'hours'),
  },
  {
    request: 'is the Reduce Churn goal at risk?',
    work: (ask) => ask('fetch', { id: 'Reduce Churn' }),
    limits: () => ({ calls: 2, upstream: 3, tokens: 1500 }),
    truth: ([goal]) => says(goal, 'Reduce Churn', 'Monthly churn', 'Flat since last time'),
  },
  {
    request: 'read the Q4 architecture doc',
    work: (ask) => ask('fetch', { id: 'Q4 Architecture' }),
    limits: () => ({ calls: 3, upstream: 3 }),
    truth: ([doc]) => says(doc, 'Overview', 'Event bus', 'Rollback plan'),
  },
  {
    request: "show me the view 'Frontend bugs'",
    work: (ask) => ask('fetch', { id: 'Frontend bugs' }),
    limits: () => ({ calls: 1, upstream: 2 + 6 + 18 + 60 }),
    truth: ([view]) => says(view, 'Checkout page loads twice'),
  },
  {
    request: 'what was said in #engineering since yesterday?',
    work: (ask) => ask('list_comments', { on: '#engineering', since: 'yesterday' }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([messages]) => says(messages, 'Sprint 42 review at 16:00'),
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
  {
    request: 'stalled tasks in Current Sprint, ask for an update on each',
    work: async (ask) => {
      const stalled = await ask('find_tasks', {
        within: [CURRENT],
        statuses: ['in progress'],
        updated: 'older than 4 days',
      });
      await ask('add_comment', { on: column(stalled, 'ref').slice(0, 20), text: 'How is this going?' });
    },
    limits: ([found]) => ({ calls: 2, upstream: 2 + Math.min(20, rowsOf(found).length), tokens: 3000 }),
    truth: ([stalled], world) => [
      [
        column(stalled, 'name')
          .slice(0, 20)
          .every((name) =>
            inList(world, CURRENT).some(
              (task) => task.name === name && task.comments.at(-1)?.text.trim() === 'How is this going?',
            ),
          ),
        true,
      ],
      [column(stalled, 'name').includes('Keyboard navigation in tables'), true],
    ],
  },
  {
    request: 'log 2 billable hours on Refactor Login Component, with a description',
    work: (ask) =>
      ask('create_time_entry', { task_id: LOGIN, duration: '2h', billable: true, description: 'Split the form' }),
    limits: () => ({ calls: 1, upstream: 3, tokens: 200 }),
    truth: (_, world) => {
      const entry = acme(world).entries.at(-1);
      return [
        [entry?.task?.name, LOGIN],
        [
          [entry?.billable, entry?.description],
          [true, 'Split the form'],
        ],
        [(entry?.end ?? 0) - (entry?.start ?? 0), 2 * 3_600_000],
        [(entry?.end ?? Infinity) <= world.now(), true],
      ];
    },
  },
  {
    request: 'yesterday I logged 2h on ENG-123; make it 1h',
    work: async (ask) => {
      const entries = await ask('list_time_entries', { range: 'today' });
      const entry = rowsOf(entries).find((row) => Object.values(row).includes('Split the form'));
      await ask('update_time_entry', { entry_id: entry?.id ?? entry?.entry_id ?? '', duration: '1h' });
    },
    limits: () => ({ calls: 2, upstream: 3 }),
    truth: (_, world) => {
      const entry = acme(world).entries.find(({ description }) => description === 'Split the form');
      return [[(entry?.end ?? 0) - (entry?.start ?? 0), 3_600_000]];
    },
  },
  {
    request: 'set Severity of ENG-110 to Critical',
    work: (ask) => ask('update_task', { task_id: 'ENG-110', fields: [{ name: 'severity', value: 'critical' }] }),
    limits: () => ({ calls: 1, upstream: 4 }),
    truth: ([changed]) => says(changed, 'Severity', 'Critical'),
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
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: (_, world) => {
      const task = byCustomId(world, 'ENG-110');
      return [
        [task.estimate, 3 * 3_600_000],
        [task.assignees.some(({ username }) => username === 'Anna Fischer'), true],
        [new Date(task.start ?? 0).getUTCDay(), 1],
      ];
    },
  },
  {
    request: 'ENG-101 is blocked by ENG-123',
    work: (ask) => ask('link_tasks', { task_id: 'ENG-101', relation: 'waits_on', to: ['ENG-123'] }),
    limits: () => ({ calls: 1, upstream: 4 }),
    truth: ([linked]) => says(linked, LOGIN),
  },
  {
    request: 'also show ENG-101 in Current Sprint',
    work: (ask) => ask('link_tasks', { task_id: 'ENG-101', relation: 'also_in_list', to: [CURRENT] }),
    limits: () => ({ calls: 1, upstream: 4 }),
    truth: ([linked]) => says(linked, 'Current Sprint'),
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
    limits: () => ({ calls: 1, upstream: 7 }),
    truth: ([list]) => says(list, '[x] Tag', '[ ] Build', '[ ] Ship'),
  },
  {
    request: 'attach this log text to ENG-123',
    work: (ask) => ask('attach_file', { task_id: 'ENG-123', filename: 'worker.log', text: 'out of memory' }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([file]) => says(file, 'worker.log'),
  },
  {
    request: 'write meeting notes as a Doc in Engineering',
    work: (ask) =>
      ask('write_doc', { doc: 'Meeting notes', mode: 'create', within: 'Engineering', text: '# Monday\n\nAll fine.' }),
    limits: () => ({ calls: 1, upstream: 4 }),
    truth: ([doc]) => says(doc, 'Meeting notes'),
  },
  {
    request: 'append a decision to the API guidelines Doc',
    work: (ask) => ask('write_doc', { doc: 'API guidelines', mode: 'append', text: 'Decision: JSON only.' }),
    limits: () => ({ calls: 1, upstream: 5 }),
    truth: ([doc]) => says(doc, 'API guidelines'),
  },
  {
    request: 'post in #general that the release is done, mention Priya',
    work: (ask) => ask('add_comment', { on: ['#general'], text: 'The release is done, @[Priya Nair].' }),
    limits: () => ({ calls: 1, upstream: 2 }),
    truth: ([message]) => says(message, 'Priya Nair'),
  },
  {
    request: 'assign the unassigned frontend bugs to Sarah, the backend ones to David',
    work: async (ask) => {
      const bugs = await ask('find_tasks', { within: [BUGS], assignees: ['none'] });
      const refs = (word: string) =>
        rowsOf(bugs)
          .filter(({ name }) => name?.startsWith(word))
          .map(({ ref }) => ref);
      await ask('bulk_update_tasks', {
        groups: [
          { task_ids: refs('Frontend'), add_assignees: ['Sarah Chen'] },
          { task_ids: refs('Backend'), add_assignees: ['David Miller'] },
        ],
      });
    },
    limits: () => ({ calls: 2, upstream: 1 + 2 * 6, tokens: 4500 }),
    truth: (_, world) => [
      [
        inList(world, BUGS)
          .filter(({ name }) => name.startsWith('Frontend:'))
          .every(({ assignees }) => assignees.some(({ username }) => username === 'Sarah Chen')),
        true,
      ],
      [
        inList(world, BUGS)
          .filter(({ name }) => name.startsWith('Backend:'))
          .every(({ assignees }) => assignees.some(({ username }) => username === 'David Miller')),
        true,
      ],
    ],
  },
  {
    request: 'undo that (status just set)',
    before: (ask) => ask('update_task', { task_id: 'ENG-110', status: 'in progress' }),
    work: async (ask) => {
      // The answer of the change says what it was: the model sets that again.
      const changed = await ask('update_task', { task_id: 'ENG-110', status: 'in review' });
      const was = /status: (.+) → /.exec(textOf(changed))?.[1];
      await ask('update_task', { task_id: 'ENG-110', status: was });
    },
    limits: () => ({ calls: 2, upstream: 4 }),
    truth: (_, world) => [[byCustomId(world, 'ENG-110').status.status, 'in progress']],
  },
  {
    request: 'create these 50 tasks',
    work: async (ask) => confirmed(ask, await ask('bulk_create_tasks', FIFTY)),
    // One more call than the request names: the confirmation.
    limits: () => ({ calls: 2, upstream: 50, tokens: 1200, ms: 1500 }),
    truth: (_, world) => [
      [inList(world, SPRINT_42).filter(({ name }) => name.startsWith('Prepare the launch')).length, 50],
    ],
  },
  {
    request: 'invite gina2@client.com as guest to the Web List, comment only',
    work: async (ask) => {
      await ask('search_operations', { query: 'invite a guest to a list, comment only' });
      const shown = await ask('call_write_operation', {
        operation: 'manage_guest',
        args: { guest: 'gina2@client.com', within: 'Web', permission: 'comment', action: 'invite' },
      });
      await confirmed(ask, shown);
    },
    limits: () => ({ calls: 3, upstream: 6 }),
    truth: (_, world) => [[[...acme(world).members.keys()].some(({ email }) => email === 'gina2@client.com'), true]],
  },
  {
    request: 'delete a task … no, restore it',
    work: async (ask) => {
      await confirmed(ask, await ask('delete_task', { task_ids: ['Remove legacy modal'] }));
      await ask('search_operations', { query: 'restore a deleted task from the trash' });
    },
    limits: () => ({ calls: 3, upstream: 4 }),
    truth: ([, , found], world) => [
      [acme(world).tasks.some(({ name }) => name === 'Remove legacy modal'), false],
      ...says(found, 'not possible'),
    ],
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
      return { calls: 8, upstream: 4 + 2 * found };
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
      return { calls: 18, upstream: 8 + 2 * found };
    },
    truth: (_, world) => [[inList(world, 'Engineering / Backend / Sprint 41').filter(isOpen).length, 0]],
  },
];
