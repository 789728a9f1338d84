import { AppError, sealer } from '#libs/core';
import {
  credential,
  type Directory,
  type NamedObject,
  type Operation,
  type Person,
  type Place,
  type Task,
} from '#libs/clickup';
import { CATALOGUE, inputSchemaOf, type Offered, type SeenJob, type ToolContext } from '#libs/tools';
import { type z } from 'zod';

/** Saturday, 2026-11-21 13:00 in Berlin. */
export const NOW = Date.parse('2026-11-21T12:00:00Z');
export const ZONE = 'Europe/Berlin';
/** 4 am of that day in Berlin (winter time): how ClickUp keeps a date without time. */
export const dayMs = (day: string): number => Date.parse(`${day}T03:00:00Z`);

export const PEOPLE: Person[] = [
  { id: 1, username: 'Ada Lovelace', email: 'ada@example.com' },
  { id: 2, username: 'Sarah Lee', email: 'sarah@example.com' },
  { id: 3, username: 'David Kim', email: 'david@example.com' },
];
const [ADA] = PEOPLE as [Person];

export interface Call {
  operation: string;
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: Record<string, unknown>;
}
type Answer = object | ((call: Call, index: number) => object | Promise<object>);

const STATUSES = ['to do', 'in progress', 'complete'];
const TYPES: Record<string, string> = { 'to do': 'open', complete: 'closed' };

const list = (id: string, name: string, path: string): Place => ({
  kind: 'list',
  id,
  name,
  path: `${path} / ${name}`,
  taskCount: 7,
  statuses: STATUSES,
  children: [],
});
export const TREE: Place[] = [
  {
    kind: 'space',
    id: '100',
    name: 'Engineering',
    path: 'Engineering',
    children: [
      {
        kind: 'folder',
        id: '200',
        name: 'Backend',
        path: 'Engineering / Backend',
        children: [list('301', 'Sprint 42', 'Engineering / Backend'), list('302', 'Backlog', 'Engineering / Backend')],
      },
      list('300', 'Inbox', 'Engineering'),
    ],
  },
  { kind: 'space', id: '101', name: 'Marketing', path: 'Marketing', children: [list('303', 'Campaigns', 'Marketing')] },
];
/** What there is besides places, people and tasks. */
const OBJECTS: NamedObject[] = [
  { kind: 'doc', id: 'd1', name: 'Handbook', where: 'Engineering' },
  { kind: 'doc', id: 'd2', name: 'Minutes', where: 'Acme' },
  { kind: 'goal', id: 'g1', name: 'Reduce churn' },
];
const everything = (places: readonly Place[]): Place[] =>
  places.flatMap((place) => [place, ...everything(place.children)]);

const missing = (what: string) => new AppError('clickup_not_found', `There is no ${what} here.`);
function find<T>(items: readonly T[], test: (item: T) => boolean, what: string): T {
  const found = items.find(test);
  if (found === undefined) throw missing(what);
  return found;
}

/** A look-up that answers as a promise, also when it throws. */
const promised =
  <A extends unknown[], R>(work: (...args: A) => R) =>
  (...args: A): Promise<R> =>
    new Promise((resolve) => resolve(work(...args)));

const directory = (people: Person[]): Directory => ({
  me: () => Promise.resolve({ ...ADA, timezone: ZONE, weekStartDay: 1 }),
  knownMe: () => undefined,
  workspaces: () => Promise.resolve([{ id: '9', name: 'Acme', members: people }]),
  workspace: (ref) =>
    ref === undefined || ref === '9'
      ? Promise.resolve({ id: '9', name: 'Acme', members: people })
      : Promise.reject(missing('Workspace')),
  tree: () => Promise.resolve(TREE),
  place: promised((ref, kinds = ['space', 'folder', 'list']) =>
    find(
      everything(TREE),
      (place) => kinds.includes(place.kind) && [place.id, place.name, place.path].includes(ref),
      'place',
    ),
  ),
  listId: promised((ref) =>
    /^\d+$/.test(ref)
      ? ref
      : find(everything(TREE), (place) => place.kind === 'list' && [place.name, place.path].includes(ref), 'List').id,
  ),
  task: promised((ref) => {
    if (/^[A-Z]+-\d+$/.test(ref)) return { task_id: ref, query: { custom_task_ids: true, team_id: '9' } };
    if (/\s/.test(ref)) throw new AppError('invalid_parameters', 'This is not a task.');
    return { task_id: ref, query: {} };
  }),
  person: promised((ref) =>
    find(
      people,
      (person) =>
        ref === 'me'
          ? person === ADA
          : [String(person.id), person.username, person.email, person.username.split(' ')[0]].includes(String(ref)),
      'person',
    ),
  ),
  people: () => Promise.resolve(people),
  objects: (kind) => Promise.resolve(OBJECTS.filter((object) => object.kind === kind)),
  object: promised((kind, ref) => {
    const named = OBJECTS.find(
      (object) => object.kind === kind && (object.id === ref || object.name.toLowerCase() === ref.toLowerCase()),
    );
    if (!named) throw new AppError('invalid_parameters', `There is no ${kind} of this name here.`);
    return named;
  }),
  statuses: (place) =>
    Promise.resolve((place.statuses ?? STATUSES).map((name) => ({ name, type: TYPES[name] ?? 'custom' }))),
  fields: () => Promise.resolve([]),
  invalidate: () => undefined,
});

export interface FakeContext extends ToolContext {
  /** Every upstream request, in order. */
  calls: Call[];
}

/** The one job that the caller has. */
export const JOB: SeenJob = {
  id: 'a-job',
  tool: 'bulk_create_tasks',
  state: 'completed',
  done: 50,
  total: 50,
  createdAt: new Date(NOW),
  updatedAt: new Date(NOW + 60_000),
  expiresAt: new Date(NOW + 86_400_000),
  answer: { created: 50 },
};

/** A context whose ClickUp answers from a table of operationIds; arguments and answers are checked against the rows, as the transport and the real one would. */
export function fakeContext(answers: Record<string, Answer> = {}, people: Person[] = PEOPLE): FakeContext {
  const calls: Call[] = [];
  const call = async (operation: Operation, args: Omit<Call, 'operation'>) => {
    const made = { operation: operation.id, ...args };
    const answer = answers[operation.id];
    if (answer === undefined) throw new Error(`No answer for ${operation.id}`);
    operation.query?.parse(args.query ?? {});
    operation.body?.parse(args.body ?? {});
    calls.push(made);
    return operation.response.parse(
      typeof answer === 'function'
        ? await Promise.resolve(
            (answer as (call: Call, index: number) => object | Promise<object>)(made, calls.length - 1),
          )
        : answer,
    ) as never;
  };
  return {
    calls,
    clickup: {
      call: call as never,
      judge: () => Promise.resolve(),
      now: Date.now,
      credential: credential('pk_test'),
      stats: { requests: 0, retries: 0, waitedMs: 0, upstreamMs: 0 },
    },
    directory: directory(people),
    me: { ...ADA, timezone: ZONE, weekStartDay: 1 },
    zone: ZONE,
    now: NOW,
    cursors: sealer(Buffer.alloc(32, 7), 'test', 'cursor'),
    cache: keeping(),
    download: () => Promise.resolve({ bytes: Buffer.from('file'), type: 'text/plain' }),
    picture: () => Promise.resolve(undefined),
    show: () => undefined,
    taskIndex: true,
    ledger: noting(),
    jobs: {
      of: (id) => Promise.resolve(id === JOB.id ? JOB : undefined),
      cancel: (id) => Promise.resolve(id === JOB.id),
    },
    msLeft: () => 60_000,
    leave: () => undefined,
    requestsPerMinute: () => 100,
    inJob: false,
    tools: offeredTools(),
    permits: () => ({ allowed: true }),
    progress: () => undefined,
  };
}

/** Notes everything, as of now. */
function noting(): ToolContext['ledger'] {
  type Entry = { digest: string; ageMs: number; made?: { id: string; ref: string }; unknown?: boolean };
  const entries = new Map<string, Map<number, Entry>>();
  const of = (key: string) => entries.get(key) ?? entries.set(key, new Map()).get(key)!;
  return {
    read: (key) => Promise.resolve(new Map(of(key))),
    begin: (key, item, digest) => {
      if (of(key).has(item)) return Promise.resolve(false);
      of(key).set(item, { digest, ageMs: 0 });
      return Promise.resolve(true);
    },
    made: promised((key, item, made) => void of(key).set(item, { ...of(key).get(item)!, made })),
    unknown: promised((key, item) => void of(key).set(item, { ...of(key).get(item)!, unknown: true })),
    forget: promised((key, item) => void of(key).delete(item)),
    close: (key) => void entries.delete(key),
  };
}
let tools: readonly Offered[] | undefined;
/** The whole catalogue. */
const offeredTools = (): readonly Offered[] =>
  (tools ??= CATALOGUE.map((tool) => ({ tool, schema: inputSchemaOf(tool.input as z.ZodObject) })));

/** Keeps everything until it is forgotten. */
function keeping(): ToolContext['cache'] {
  const kept = new Map<string, unknown>();
  return {
    read: async (key, _, load) => {
      if (!kept.has(key)) kept.set(key, await load());
      return kept.get(key) as never;
    },
    peek: (key) => kept.get(key) as never,
    keep: (key, _, value) => void kept.set(key, value),
    room: 16 << 20,
    forget: (prefix) => {
      for (const key of kept.keys()) if (key.startsWith(prefix)) kept.delete(key);
    },
  };
}

const USER = { color: null, initials: null, profilePicture: null };
export const userOf = ({ id, username, email }: Person) => ({ id, username, email, ...USER });

/** A task as ClickUp answers it. */
export function task(overrides: Partial<Task> = {}): Task {
  const id = overrides.id ?? '86abc1';
  return {
    id,
    custom_id: null,
    custom_item_id: 0,
    name: 'Fix the memory leak',
    text_content: '',
    description: '',
    status: { status: 'to do', color: '#d3d3d3', orderindex: 0, type: 'open' },
    orderindex: '1.0',
    date_created: String(dayMs('2026-11-01')),
    date_updated: String(dayMs('2026-11-20')),
    date_closed: null,
    date_done: null,
    archived: false,
    creator: userOf(ADA),
    assignees: [],
    group_assignees: [],
    watchers: [],
    checklists: [],
    tags: [],
    parent: null,
    top_level_parent: null,
    priority: null,
    due_date: null,
    start_date: null,
    points: null,
    time_estimate: null,
    custom_fields: [],
    dependencies: [],
    linked_tasks: [],
    locations: [],
    team_id: '9',
    url: `https://app.clickup.com/t/${id}`,
    list: { id: '301', name: 'Sprint 42', access: true },
    folder: { id: '200', name: 'Backend', hidden: false, access: true },
    space: { id: '100' },
    ...overrides,
  };
}

const PRIORITY = { 1: 'urgent', 2: 'high', 3: 'normal', 4: 'low' } as const;
export const priorityOf = (id: 1 | 2 | 3 | 4) => ({
  id: String(id),
  priority: PRIORITY[id],
  color: '#f00',
  orderindex: String(id),
});

/** The task that a well-behaved ClickUp answers to a creating or changing body. */
export function applied({ body = {} }: Call, before: Task = task()): Task {
  const { add, rem } = Array.isArray(body.assignees)
    ? { add: body.assignees as number[], rem: [] }
    : ((body.assignees ?? { add: [], rem: [] }) as { add: number[]; rem: number[] });
  const ids = [...before.assignees.map(({ id }) => id), ...add].filter((id) => !rem.includes(id));
  const ms = (value: unknown, old: string | null) =>
    value === undefined ? old : value === null ? null : String(Number(value));
  return {
    ...before,
    name: (body.name as string | undefined) ?? before.name,
    status: { ...before.status, status: (body.status as string | undefined)?.toLowerCase() ?? before.status.status },
    text_content: (body.markdown_content as string | undefined) ?? before.text_content,
    priority:
      body.priority === undefined ? before.priority : body.priority === null ? null : priorityOf(body.priority as 1),
    due_date: ms(body.due_date, before.due_date),
    start_date: ms(body.start_date, before.start_date),
    assignees: PEOPLE.filter(({ id }) => ids.includes(id)).map(userOf),
    tags: [
      ...before.tags,
      ...((body.tags as string[] | undefined) ?? []).map((name) => ({ name: name.toLowerCase() })),
    ],
    parent: (body.parent as string | undefined) ?? before.parent,
  };
}

/** Arguments as the border would pass them: checked and read by the tool's own schema. */
export function input<T extends { input: { parse(value: unknown): unknown } }>(
  tool: T,
  args: Record<string, unknown>,
): ReturnType<T['input']['parse']> {
  return tool.input.parse(args) as ReturnType<T['input']['parse']>;
}
