import { fieldTests } from '../field-filter.js';
import { type Query } from '../query.js';
import { refuse } from '../refusal.js';
import { type Task, type Workspace } from '../world/types.js';

type Test = (task: Task) => boolean;

/** The value of each range `x_gt`, `x_lt`; tasks without the date are in no range. */
const DATES: Readonly<Record<string, (task: Task) => number | null>> = {
  due_date: (task) => task.due,
  date_created: (task) => task.created,
  date_updated: (task) => task.updated,
  date_done: (task) => task.done,
};

/** What to sort by; the largest comes first, tasks without it last. */
const ORDERS: Readonly<Record<string, (a: Task, b: Task) => number>> = {
  id: (a, b) => (a.id < b.id ? 1 : -1),
  created: (a, b) => b.created - a.created,
  updated: (a, b) => b.updated - a.updated,
  due_date: (a, b) => (b.due ?? -Infinity) - (a.due ?? -Infinity) || 0,
};

/** The filters that both task lists share. What is not known is ignored; values nobody has match nothing. */
export function filterOf(query: Query): Test {
  const tests: Test[] = [];
  if (!query.flag('include_closed')) tests.push((task) => task.status.type !== 'closed');
  if (!query.flag('subtasks')) tests.push((task) => !task.parent);
  const archived = query.flag('archived');
  tests.push((task) => task.archived === archived);
  anyOf(
    tests,
    query.list('statuses')?.map((name) => name.toLowerCase()),
    (task, wanted) => wanted.has(task.status.status.toLowerCase()),
  );
  anyOf(tests, query.list('assignees'), (task, wanted) => task.assignees.some(({ id }) => wanted.has(String(id))));
  anyOf(tests, query.list('watchers'), (task, wanted) => task.watchers.some(({ id }) => wanted.has(String(id))));
  anyOf(
    tests,
    query.list('tags')?.map((name) => name.toLowerCase()),
    (task, wanted) => task.tags.some((tag) => wanted.has(tag)),
  );
  anyOf(tests, query.list('custom_items'), (task, wanted) => wanted.has(String(task.customItemId ?? 0)));
  tests.push(...fieldTests(query));
  for (const [name, value] of Object.entries(DATES)) {
    const above = query.number(`${name}_gt`);
    const below = query.number(`${name}_lt`);
    if (above !== undefined) tests.push((task) => (value(task) ?? -Infinity) > above);
    if (below !== undefined) tests.push((task) => (value(task) ?? Infinity) < below);
  }
  return (task) => tests.every((test) => test(task));
}

function anyOf(
  tests: Test[],
  values: readonly string[] | undefined,
  test: (task: Task, wanted: ReadonlySet<string>) => boolean,
): void {
  if (!values) return;
  const wanted = new Set(values);
  tests.push((task) => test(task, wanted));
}

const SIZE = 100;

/** One page of the matching tasks, and whether it is the last. `tasks` come oldest first. @throws Refusal 500 for an unknown `order_by` */
export function page(
  tasks: readonly Task[],
  workspace: Workspace,
  query: Query,
  matches: Test,
): { tasks: Task[]; last: boolean } {
  const skip = Math.max(0, Math.trunc(query.number('page') ?? 0)) * SIZE;
  const found: Task[] = [];
  let seen = 0;
  for (const task of ordered(tasks, workspace, query)) {
    if (!matches(task) || seen++ < skip) continue;
    if (found.length === SIZE) return { tasks: found, last: false };
    found.push(task);
  }
  return { tasks: found, last: true };
}

function* backwards(tasks: readonly Task[]): Iterable<Task> {
  for (let at = tasks.length - 1; at >= 0; at--) yield tasks[at] as Task;
}

function ordered(tasks: readonly Task[], workspace: Workspace, query: Query): Iterable<Task> {
  const name = query.text('order_by') ?? 'created';
  const order = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (!order) throw refuse.badOrder();
  const reverse = query.flag('reverse');
  if (name === 'created') return reverse ? tasks : backwards(tasks);
  const sorted = sortedCopy(tasks, workspace, name, order);
  return reverse ? backwards(sorted) : sorted;
}

/** Sorted once per order and change of the Workspace: paging through 10,000 tasks must not sort them for every page. */
function sortedCopy(
  tasks: readonly Task[],
  workspace: Workspace,
  name: string,
  order: (a: Task, b: Task) => number,
): readonly Task[] {
  let copies = COPIES.get(tasks);
  if (copies?.version !== workspace.version)
    COPIES.set(tasks, (copies = { version: workspace.version, byOrder: new Map() }));
  let sorted = copies.byOrder.get(name);
  if (!sorted) copies.byOrder.set(name, (sorted = [...tasks].sort(order)));
  return sorted;
}
const COPIES = new WeakMap<readonly Task[], { version: number; byOrder: Map<string, readonly Task[]> }>();
