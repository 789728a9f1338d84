import { type Task } from '../entities/index.js';

/** ClickUp writes numbers as text here and there. */
export const numberOf = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

/**
 * Whether a task shows a value that was written to it, for the fields that ClickUp shows as they were written. Texts, dates and people
 * come back in other forms, so code that compares them has checks of its own.
 */
export const TASK_SHOWS = {
  name: ({ name }: Task, wanted: string) => name.trim() === wanted.trim(),
  status: ({ status }: Task, wanted: string) => status.status.toLowerCase() === wanted.toLowerCase(),
  priority: ({ priority }: Task, wanted: number | null) => numberOf(priority?.id) === wanted,
  time_estimate: ({ time_estimate }: Task, wanted: number | null) => numberOf(time_estimate) === wanted,
  points: ({ points }: Task, wanted: number | null) => numberOf(points) === wanted,
  archived: ({ archived }: Task, wanted: boolean) => (archived ?? false) === wanted,
  parent: ({ parent }: Task, wanted: string | null) => (parent ?? null) === wanted,
  // 0 and null are the plain task.
  custom_item_id: ({ custom_item_id }: Task, wanted: number | null) => (custom_item_id ?? 0) === (wanted ?? 0),
};

/** What a task shows of its description, with Markdown flattened. An answer may fill only one of the two. */
export const plainTextOf = ({ description, text_content }: Task): string =>
  [description, text_content].find(Boolean) ?? '';

/** What is asked to be there, and to be gone. */
export interface Change<T> {
  add?: readonly T[] | undefined;
  rem?: readonly T[] | undefined;
}

/** What should be there and is not, and what should be gone and is still there. */
export function undone<T>(
  { add = [], rem = [] }: Change<T>,
  isThere: (item: T) => boolean,
): { missing: T[]; left: T[] } {
  return { missing: add.filter((item) => !isThere(item)), left: rem.filter(isThere) };
}
