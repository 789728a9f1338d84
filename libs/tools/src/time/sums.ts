import { type TimeEntry } from '#libs/clickup';
import { isRunning, lengthOf, weekdayText } from '../answers/entry.js';
import { type Table, table } from '../answers/table.js';
import { personName } from '../answers/task.js';
import { type ToolContext } from '../tool/tool.js';

export const SUM_BY = ['person', 'task', 'list', 'folder', 'space', 'tag', 'day', 'billable'] as const;
export type SumBy = (typeof SUM_BY)[number];

type Clock = Pick<ToolContext, 'zone' | 'now'>;

/** What a group is told from others by, how it is shown, and what it is sorted by where the size does not decide. */
interface Group {
  key: string;
  cells: Record<string, string>;
}

const HIDDEN = 'hidden';
const NO_TASK = '(no task)';

const inPlace = (entry: TimeEntry, id: string | number | null | undefined, name: string): string =>
  entry.task ? (id === undefined || id === null ? '(unknown)' : name) : NO_TASK;

const GROUPS: { [By in SumBy]: (entry: TimeEntry, clock: Clock) => Group } = {
  person: ({ user }) => ({ key: String(user.id), cells: { person: personName(user) } }),
  task: ({ task }) => ({
    key: task?.id ?? '',
    cells: { task_id: task?.custom_id ?? task?.id ?? '', task: task?.name ?? NO_TASK },
  }),
  list: (entry) => {
    const { list_id, list_name = '', folder_name = '', space_name = '' } = entry.task_location ?? {};
    const path = [folder_name === HIDDEN ? space_name : folder_name, list_name].filter(Boolean).join(' / ');
    return { key: String(list_id ?? ''), cells: { list: inPlace(entry, list_id, path || String(list_id)) } };
  },
  folder: (entry) => {
    const { folder_id, folder_name = '', space_name = '', space_id } = entry.task_location ?? {};
    // Lists without a Folder lie in hidden ones (ClickUp fact 9), one for each.
    const none = folder_name === HIDDEN;
    const path = [space_name, none ? '(no Folder)' : folder_name].filter(Boolean).join(' / ');
    return {
      key: none ? `none ${space_id ?? ''}` : String(folder_id ?? ''),
      cells: { folder: inPlace(entry, folder_id, path || String(folder_id)) },
    };
  },
  space: (entry) => {
    const { space_id, space_name } = entry.task_location ?? {};
    return { key: String(space_id ?? ''), cells: { space: inPlace(entry, space_id, space_name ?? String(space_id)) } };
  },
  // All tags of an entry together are one group: counted under each of them, the rows would add up to more than was worked.
  tag: ({ tags = [] }) => {
    const names = tags
      .map(({ name }) => name)
      .sort()
      .join(', ');
    return { key: names, cells: { tags: names || '(none)' } };
  },
  day: ({ start }, { zone }) => {
    const day = weekdayText(Number(start), zone);
    return { key: day.slice(-10), cells: { day } };
  },
  billable: ({ billable }) => ({ key: String(billable), cells: { billable_time: billable ? 'yes' : 'no' } }),
};

interface Sum {
  keys: string[];
  cells: Record<string, string>;
  billable: number;
  other: number;
  entries: number;
  running: number;
}

const HUNDREDTH_HOUR = 36_000;

/**
 * Milliseconds as hundredths of hours, rounded so that they add up to the rounded sum: those that lost most by rounding down get what is
 * left.
 */
export function rounded(values: readonly number[], total: number): number[] {
  const exact = values.map((ms) => ms / HUNDREDTH_HOUR);
  const down = exact.map(Math.floor);
  const left = total - down.reduce((sum, each) => sum + each, 0);
  const lost = exact.map((each, index) => ({ index, lost: each - down[index]! })).sort((a, b) => b.lost - a.lost);
  for (const { index } of lost.slice(0, left)) down[index]! += 1;
  return down;
}

export interface Sums {
  table: Table;
  /** `37.5 h, of which billable 12 h; 31 entries`. */
  total: string;
}

const hours = (hundredths: number): string => String(hundredths / 100);

/**
 * Hours by group, the longest first, days in their order. The rows add up to the total exactly, in both columns. Timers that run are
 * counted apart, because their time is not recorded yet.
 */
export function sumUp(entries: readonly TimeEntry[], by: readonly SumBy[], clock: Clock): Sums {
  const sums = new Map<string, Sum>();
  for (const entry of entries) {
    const groups = by.map((each) => GROUPS[each](entry, clock));
    const keys = groups.map(({ key }) => key);
    const id = JSON.stringify(keys);
    const sum = sums.get(id) ?? {
      keys,
      cells: Object.assign({}, ...groups.map(({ cells }) => cells)) as Record<string, string>,
      billable: 0,
      other: 0,
      entries: 0,
      running: 0,
    };
    sums.set(id, sum);
    if (isRunning(entry)) {
      sum.running++;
      continue;
    }
    sum[entry.billable ? 'billable' : 'other'] += lengthOf(entry, clock.now);
    sum.entries++;
  }
  const day = by.indexOf('day');
  const rows = [...sums.values()].sort((a, b) => {
    const first = day === -1 ? 0 : a.keys[day]! < b.keys[day]! ? -1 : a.keys[day] === b.keys[day] ? 0 : 1;
    return first || b.billable + b.other - a.billable - a.other || (a.keys.join() < b.keys.join() ? -1 : 1);
  });
  const of = (value: (sum: Sum) => number) => rows.reduce((total, sum) => total + value(sum), 0);
  const whole = Math.round(of(({ billable, other }) => billable + other) / HUNDREDTH_HOUR);
  const billed = Math.round(of(({ billable }) => billable) / HUNDREDTH_HOUR);
  const billable = rounded(
    rows.map((sum) => sum.billable),
    billed,
  );
  const other = rounded(
    rows.map((sum) => sum.other),
    whole - billed,
  );
  const names = Object.keys(rows[0]?.cells ?? Object.fromEntries(by.map((each) => [each, ''])));
  const columns = {
    ...Object.fromEntries(names.map((name) => [name, ({ cells }: Sum) => cells[name]])),
    hours: (_: Sum, row: number) => hours(billable[row]! + other[row]!),
    billable: (_: Sum, row: number) => (billable[row] ? hours(billable[row]) : ''),
    entries: (sum: Sum) => sum.entries,
    running: ({ running }: Sum) => running || undefined,
  };
  return {
    table: table(rows, columns),
    total: `${hours(whole)} h, of which billable ${hours(billed)} h; ${of((sum) => sum.entries)} entries`,
  };
}
