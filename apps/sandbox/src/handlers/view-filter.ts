import { objectIn } from '../fields.js';
import { type Task, type User } from '../world/types.js';
import { type Parts } from '../world/views.js';
import { spanOf } from './view-dates.js';

type Test = (task: Task) => boolean;
interface Condition {
  field: string;
  op: string;
  values: readonly unknown[];
}
/** Who looks, and when. */
interface Viewer {
  user: User;
  now: number;
}

/** What a task without assignee, tag or priority is found by; filters say null, or -1 for priorities. */
const NOTHING = 'null';

/** The values of a task that a filter compares, as text in lower case. */
const VALUES: Readonly<Record<string, (task: Task) => string[]>> = {
  status: ({ status }) => [status.status.toLowerCase(), `type:${status.type}`],
  assignee: ({ assignees }) => assignees.map(({ id }) => String(id)),
  tag: ({ tags }) => tags,
  priority: ({ priority }) => (priority === null ? ['-1'] : [String(priority)]),
  archived: ({ archived }) => [String(archived)],
};

const DATES: Readonly<Record<string, (task: Task) => number | null>> = {
  dueDate: (task) => task.due,
  startDate: (task) => task.start,
  dateCreated: (task) => task.created,
  dateUpdated: (task) => task.updated,
  dateDone: (task) => task.done,
  dateClosed: (task) => task.closed,
};

const SETS: Readonly<Record<string, (has: (value: string) => boolean, wanted: readonly string[]) => boolean>> = {
  EQ: (has, wanted) => wanted.some(has),
  ANY: (has, wanted) => wanted.some(has),
  ALL: (has, wanted) => wanted.every(has),
  NOT: (has, wanted) => !wanted.some(has),
  'NOT ANY': (has, wanted) => !wanted.some(has),
  'NOT ALL': (has, wanted) => !wanted.every(has),
};

/** What a view shows of the tasks of its place. Conditions on fields it does not know, or without values, are ignored. */
export function viewFilter({ filters, settings, team_sidebar: sidebar }: Parts, viewer: Viewer): Test {
  const conditions = (Array.isArray(filters.fields) ? filters.fields : []).flatMap(conditionIn);
  const tests = conditions.flatMap((condition) => testOf(condition, viewer) ?? []);
  const archivedToo = conditions.some(({ field }) => field === 'archived');
  const search = typeof filters.search === 'string' ? filters.search.trim().toLowerCase() : '';
  const people = new Set((Array.isArray(sidebar.assignees) ? sidebar.assignees : []).map(String));
  const inSidebar: Test = ({ assignees }) =>
    assignees.some(({ id }) => people.has(String(id))) || (sidebar.unassigned_tasks === true && assignees.length === 0);
  const all: Test[] = [
    (task) => archivedToo || !task.archived,
    (task) =>
      task.status.type !== 'closed' ||
      filters.show_closed === true ||
      (task.parent !== undefined && settings.show_closed_subtasks === true),
    (task) => !task.parent || settings.show_subtasks === 1 || settings.show_subtasks === 2,
    (task) => (people.size === 0 && sidebar.unassigned_tasks !== true) || inSidebar(task),
    ({ name, text }) => !search || name.toLowerCase().includes(search) || text.toLowerCase().includes(search),
    (task) =>
      tests.length === 0 ||
      (filters.op === 'OR' ? tests.some((test) => test(task)) : tests.every((test) => test(task))),
  ];
  return (task) => all.every((test) => test(task));
}

/** `values` may be one value by itself. */
function conditionIn(condition: unknown): Condition[] {
  const { field, op, values } = objectIn(condition) ?? {};
  return typeof field === 'string' && typeof op === 'string'
    ? [{ field, op: op.toUpperCase(), values: Array.isArray(values) ? values : values === undefined ? [] : [values] }]
    : [];
}

function testOf(condition: Condition, viewer: Viewer): Test | undefined {
  const { field, op, values } = condition;
  const date = Object.hasOwn(DATES, field) ? DATES[field] : undefined;
  if (date) return dateTest(condition, date, viewer.now);
  const read = Object.hasOwn(VALUES, field) ? VALUES[field] : undefined;
  const compare = Object.hasOwn(SETS, op) ? SETS[op] : undefined;
  if (!read || !compare || (values.length === 0 && field !== 'archived')) return undefined;
  const wanted = field === 'archived' ? ['true'] : values.map((value) => wantedText(value, viewer.user));
  return (task) => {
    const own = read(task);
    return compare(
      (value) => own.includes(value) || (value === NOTHING && (own.length === 0 || own[0] === '-1')),
      wanted,
    );
  };
}

/** `"me"`, `{"type":"done"}` of a status, an id as number or digits, a name in any case. */
function wantedText(value: unknown, user: User): string {
  if (value === 'me') return String(user.id);
  const { type } = objectIn(value) ?? {};
  return typeof type === 'string' ? `type:${type}` : String(value).toLowerCase();
}

function dateTest({ op, values }: Condition, date: (task: Task) => number | null, now: number): Test | undefined {
  const [first, second] = values;
  const word = objectIn(first)?.op ?? first;
  if (word === null || word === 'null') return (task) => (date(task) === null) === (op !== 'NOT');
  if (word === 'notNull') return (task) => (date(task) !== null) === (op !== 'NOT');
  const [span, until] = [spanOf(first, now), spanOf(second, now)];
  if (!span) return undefined;
  const within = (ms: number, to = span.to) => ms >= span.from && ms < to;
  const compare: Readonly<Record<string, (ms: number) => boolean>> = {
    EQ: within,
    GT: (ms) => ms >= span.to,
    GTE: (ms) => ms >= span.from,
    LT: (ms) => ms < span.from,
    LTE: (ms) => ms < span.to,
    RA: (ms) => within(ms, until?.to),
    NOT: (ms) => !within(ms),
  };
  const test = Object.hasOwn(compare, op) ? compare[op] : undefined;
  if (!test) return undefined;
  // What is finished is not overdue, whatever its date says.
  const excluded: Test = ({ done }) => word === 'overdue' && done !== null;
  return (task) => {
    const ms = date(task);
    return ms === null || excluded(task) ? op === 'NOT' : test(ms);
  };
}
