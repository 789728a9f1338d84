import { type Task } from '../entities/index.js';
import { numberOf, plainTextOf, TASK_SHOWS } from './task-shows.js';

/** What a new task was asked to be, as far as its answer shows it. */
export interface AskedTask {
  name: string;
  description?: string | undefined;
  markdown_content?: string | undefined;
  status?: string | undefined;
  priority?: number | null | undefined;
  due_date?: number | undefined;
  due_date_time?: boolean | undefined;
  start_date?: number | undefined;
  start_date_time?: boolean | undefined;
  time_estimate?: number | undefined;
  points?: number | undefined;
  archived?: boolean | undefined;
  assignees?: number[] | undefined;
  group_assignees?: string[] | undefined;
  tags?: string[] | undefined;
  parent?: string | null | undefined;
  custom_item_id?: number | undefined;
  custom_fields?: { id: string; value?: unknown }[] | undefined;
}

const DAY_MS = 86_400_000;

const sameSet = (wanted: readonly (string | number)[], got: readonly (string | number)[]): boolean => {
  const [one, other] = [wanted, got].map((values) => new Set(values.map((value) => String(value).toLowerCase())));
  return one!.size === other!.size && [...one!].every((value) => other!.has(value));
};
/** Markdown does not come back to the letter, its words do. */
const words = (text: string | null | undefined): string => (text ?? '').replace(/[^\p{L}\p{N}]+/gu, '');
/** Without a time of day only the day counts: ClickUp moves the hour itself. */
const sameDate = (wanted: number, hasTime: boolean | undefined, got: string | null | undefined): boolean =>
  numberOf(got) !== null && (hasTime ? Number(got) === wanted : Math.abs(Number(got) - wanted) < DAY_MS);

/** Whether a task shows what was asked for. What cannot be read back, or is shown differently from how it is set, has no row. */
const SHOWS: {
  [Field in keyof AskedTask]?: (task: Task, wanted: NonNullable<AskedTask[Field]>, asked: AskedTask) => boolean;
} = {
  ...TASK_SHOWS,
  // ClickUp ignores this one where `markdown_content` is given.
  description: (task, wanted, { markdown_content }) =>
    markdown_content !== undefined || words(plainTextOf(task)) === words(wanted),
  markdown_content: (task, wanted) => words(task.markdown_description ?? task.description) === words(wanted),
  due_date: (task, wanted, { due_date_time }) => sameDate(wanted, due_date_time, task.due_date),
  start_date: (task, wanted, { start_date_time }) => sameDate(wanted, start_date_time, task.start_date),
  assignees: (task, wanted) =>
    sameSet(
      wanted,
      task.assignees.map(({ id }) => id),
    ),
  group_assignees: (task, wanted) =>
    sameSet(
      wanted,
      (task.group_assignees ?? []).map(({ id }) => id),
    ),
  tags: (task, wanted) =>
    sameSet(
      wanted,
      task.tags.map(({ name }) => name),
    ),
  custom_fields: (task, wanted) => wanted.every(({ id, value }) => hasValue(task, id, value)),
};

/** Whether this task is what was asked for; it lies where it was asked to lie, and what was not asked for may be anything. */
export function isTaskAsAsked(task: Task, asked: AskedTask): boolean {
  if (!TASK_SHOWS.parent(task, asked.parent ?? null) || !TASK_SHOWS.archived(task, asked.archived ?? false))
    return false;
  const wanted = Object.entries(asked).filter(([, value]) => value !== undefined && value !== null) as [
    keyof AskedTask,
    never,
  ][];
  return wanted.every(([field, value]) => SHOWS[field]?.(task, value, asked) ?? true);
}

/** Custom Fields whose value is read as it was written, give or take its type. */
const PLAIN = new Set(['url', 'email', 'phone', 'text', 'short_text', 'number', 'currency', 'date', 'checkbox']);
type Option = { id?: unknown; orderindex?: unknown };

function hasValue({ custom_fields = [] }: Task, id: string, wanted: unknown): boolean {
  const field = custom_fields.find((candidate) => candidate.id === id);
  if (wanted === null || typeof wanted === 'object') return true;
  if (!field) return false;
  const { type, type_config, value } = field;
  if (PLAIN.has(type)) return value !== undefined && value !== null && plain(type, value) === plain(type, wanted);
  if (type !== 'drop_down') return true;
  // Written as the option's id, read as its place.
  const options = (type_config as { options?: Option[] } | undefined)?.options ?? [];
  return (
    value !== undefined &&
    value !== null &&
    options.some((option) => option.id === wanted && (option.orderindex === value || option.id === value))
  );
}

function plain(type: string, value: unknown): string {
  const text = String(value).trim();
  return type === 'text' || type === 'short_text'
    ? words(text)
    : Number.isNaN(Number(text)) || text === ''
      ? text.toLowerCase()
      : String(Number(text));
}
