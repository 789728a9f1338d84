import { GetTaskComments, GetTasksTimeInStatus, Gettrackedtime, type Subtask, type Task } from '#libs/clickup';
import { AppError, formatDuration } from '#libs/core';
import { z } from 'zod';
import { commentColumns } from '../answers/comment.js';
import { fieldTexts } from '../answers/custom-fields.js';
import { type Table, table } from '../answers/table.js';
import { personName, taskColumns } from '../answers/task.js';
import { timeText } from '../arguments/moments.js';
import { type ToolContext } from '../tool/tool.js';
import { checklistTable } from './checklists.js';
import { relationsOf, relationTable } from './relations.js';
import { type Address } from './the-task.js';

/** The parts that a task can be asked for, in the order in which they are shown. */
export const PARTS = [
  'fields',
  'relations',
  'checklists',
  'subtasks',
  'attachments',
  'time',
  'status_history',
  'comments',
] as const;
export type Part = (typeof PARTS)[number];

/** Older comments follow the last one of a page, named by date and id (ClickUp fact 32). */
export const Older = z.strictObject({ start: z.number(), start_id: z.string() });
export type Older = z.output<typeof Older>;

/** What a part shows. */
export interface Piece {
  table: Table;
  /** Where older ones begin that another request answers. */
  older?: Older | undefined;
}
interface Asked {
  /** Comes later than the answers of requests that do not need it. */
  task: Promise<Task>;
  address: Address;
  context: ToolContext;
  older: Older | undefined;
}

const EMPTY = '–';

/** Subtasks and those below them, as far as ClickUp tells; a shape that hangs in itself cannot come out of JSON. */
function allBelow(subtasks: readonly Subtask[] = []): Subtask[] {
  const all: Subtask[] = [];
  const open = [...subtasks].reverse();
  for (let next = open.pop(); next; next = open.pop()) {
    all.push(next);
    open.push(...[...(next.subtasks ?? [])].reverse());
  }
  return all;
}

const UNITS = ['B', 'kB', 'MB', 'GB'];
/** `1.5 MB`; nothing where ClickUp does not say it. */
function sizeText(bytes: number | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const unit = Math.min(UNITS.length - 1, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0);
  return `${Math.round((bytes / 1000 ** unit) * 10) / 10} ${UNITS[unit]}`;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** `24d 13h`: how long something has lain, in days of 24 hours; short spans as durations are written. */
function spanText(ms: number): string {
  const hours = Math.floor(ms / (60 * MINUTE));
  return ms < 2 * DAY ? formatDuration(ms) : `${Math.floor(hours / 24)}d${hours % 24 ? ` ${hours % 24}h` : ''}`;
}

const READ: Record<Part, (asked: Asked) => Promise<Piece>> = {
  async fields({ task, context }) {
    const texts = fieldTexts((await task).custom_fields ?? [], context.zone);
    return { table: table(texts, { field: ([name]) => name, value: ([, value]) => value || EMPTY }) };
  },
  async relations({ task, context }) {
    return { table: await relationTable(relationsOf(await task), context) };
  },
  async checklists({ task }) {
    return { table: checklistTable((await task).checklists ?? []) };
  },
  async subtasks({ task, context }) {
    const { id, subtasks } = await task;
    return {
      table: table(allBelow(subtasks), {
        ...taskColumns(context),
        below: ({ parent }) => (parent === id ? undefined : parent),
      }),
    };
  },
  async attachments({ task }) {
    return {
      table: table((await task).attachments ?? [], {
        title: ({ title }) => title,
        type: ({ mimetype, extension }) => mimetype ?? extension,
        size: ({ size }) => sizeText(size),
        url: ({ url }) => url,
      }),
    };
  },
  /** By person, without timers that run: ClickUp counts those when they stop. */
  async time({ address, context: { clickup, zone } }) {
    const { data } = await clickup.call(Gettrackedtime, address);
    return {
      table: table(data, {
        person: ({ user }) => personName(user),
        tracked: ({ time }) => formatDuration(time),
        entries: ({ intervals }) => intervals.length,
        last: ({ intervals }) => timeText(Math.max(...intervals.map(({ start }) => Number(start))) || undefined, zone),
      }),
    };
  },
  async status_history({ address, context: { clickup, zone, now } }) {
    const { current_status, status_history } = await clickup.call(GetTasksTimeInStatus, address);
    const entered = ({ total_time }: { total_time: { since: string } }) => Number(total_time.since);
    const current = current_status.status;
    const rows = status_history.some(({ status }) => status === current)
      ? status_history
      : [...status_history, current_status];
    return {
      table: table(
        [...rows].sort((a, b) => entered(a) - entered(b)),
        {
          status: ({ status }) => status,
          time_in_it: ({ total_time }) => spanText(total_time.by_minute * MINUTE),
          entered_last: (row) => timeText(entered(row), zone),
          now: ({ status }) =>
            status === current ? `current, for ${spanText(now - entered(current_status))}` : undefined,
        },
      ),
    };
  },
  async comments({ address: { path, query }, context, older }) {
    const { comments } = await context.clickup.call(GetTaskComments, { path, query: { ...query, ...older } });
    // ClickUp may repeat the comment that the page starts from.
    const fresh = comments.filter(({ id }) => id !== older?.start_id);
    const last = fresh.at(-1);
    const more = comments.length >= GetTaskComments.pageSize && last;
    return {
      table: table(fresh, commentColumns(context)),
      older: more ? { start: Number(last.date), start_id: last.id } : undefined,
    };
  },
};

/**
 * One part of a task. When the request of a part is refused (a ClickApp that is off, say), the part says so and the others are shown.
 * @throws AppError of `asked.task`; never of the part's own request
 */
export async function readPart(part: Part, asked: Asked): Promise<Piece> {
  try {
    return await READ[part](asked);
  } catch (thrown) {
    // When the task itself cannot be read, that is the answer.
    await asked.task;
    const error = AppError.of(thrown);
    if (error.code === 'internal_error') throw thrown;
    return { table: { columns: ['not_known'], rows: [[error.message]] } };
  }
}
