import {
  type ArgumentsOf,
  type CreateTask,
  type CustomField,
  type PlaceStatus,
  type Subtask,
  type Task,
} from '#libs/clickup';
import { formatDuration } from '#libs/core';
import { fieldTexts } from '../answers/custom-fields.js';
import { people } from '../answers/task.js';
import { writtenField } from '../answers/written-fields.js';
import { priorityWord } from '../arguments/inputs.js';
import { dateText, dayText } from '../arguments/moments.js';

/** What comes along only when it is asked for. */
export const INCLUDE = ['subtasks', 'checklists', 'fields', 'assignees', 'dates', 'comments'] as const;
export type Include = (typeof INCLUDE)[number];
export type Body = NonNullable<ArgumentsOf<typeof CreateTask>['body']>;

/** Where the copy is made. Without statuses and fields it is the List of the original, where everything fits. */
export interface Target {
  id: string;
  path: string;
  statuses?: readonly PlaceStatus[] | undefined;
  fields?: readonly CustomField[] | undefined;
}

export interface Draft {
  body: Body;
  /** What of the original cannot be sent, and why. */
  lost: string[];
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const filled = (task: Task | Subtask, zone: string) =>
  fieldTexts(task.custom_fields ?? [], zone).flatMap(([name, value], index) =>
    value ? [{ name, value, field: task.custom_fields![index]! }] : [],
  );

/** The creation of a copy of one task, and what of it has no place there. */
export function draftOf(
  task: Task | Subtask,
  name: string,
  parent: string | undefined,
  { path, statuses, fields }: Target,
  include: readonly Include[],
  zone: string,
): Draft {
  const lost: string[] = [];
  const wants = (part: Include) => include.includes(part);
  const status = task.status.status;
  const fits = !statuses || statuses.some((each) => same(each.name, status));
  if (!fits) lost.push(`status ${status}: ${path} has no such status`);
  const custom_fields = (wants('fields') ? filled(task, zone) : []).flatMap(({ name: called, field }) => {
    if (fields && !fields.some(({ id }) => id === field.id)) {
      lost.push(`field ${called}: ${path} has no such field`);
      return [];
    }
    const written = writtenField(field, zone);
    if (!written) lost.push(`field ${called}: ClickUp's API cannot set fields of the type ${field.type}`);
    return written ? [written] : [];
  });
  const date = (ms: string | null, key: 'due_date' | 'start_date') =>
    wants('dates') && ms
      ? { [key]: Number(ms), [`${key}_time`]: dateText(ms, zone)?.includes('T') === true }
      : undefined;
  const description = (task.markdown_description ?? task.description ?? '').trim();
  return {
    lost,
    body: {
      name,
      ...(parent !== undefined && { parent }),
      ...(description && { markdown_content: description }),
      ...(fits && { status }),
      ...(task.priority && { priority: Number(task.priority.id) }),
      ...(task.tags.length > 0 && { tags: task.tags.map((tag) => tag.name) }),
      ...(task.time_estimate && { time_estimate: Number(task.time_estimate) }),
      ...(typeof task.points === 'number' && { points: task.points }),
      ...(task.custom_item_id && { custom_item_id: task.custom_item_id }),
      ...date(task.due_date, 'due_date'),
      ...date(task.start_date, 'start_date'),
      ...(wants('assignees') && {
        assignees: task.assignees.map(({ id }) => id),
        group_assignees: task.group_assignees?.map(({ id }) => id),
      }),
      ...(custom_fields.length > 0 && { custom_fields }),
    },
  };
}

/** Compares a copy with what was sent: ClickUp answers 200 even where it ignores a part. */
export function compared(
  original: Task | Subtask,
  body: Body,
  copy: Task,
  zone: string,
): { copied: string[]; lost: string[] } {
  const copied: string[] = [];
  const lost: string[] = [];
  const check = (what: string, sent: string | undefined, is: string | undefined) => {
    if (!sent) return;
    if (is !== undefined && same(sent, is)) copied.push(`${what} ${sent}`);
    else lost.push(`${what} ${sent}: ClickUp made it ${is || 'none'}`);
  };
  const text = copy.text_content || copy.description || copy.markdown_description || '';
  if (body.markdown_content) {
    if (text.trim()) copied.push('description');
    else lost.push('description: ClickUp did not take it');
  }
  check('status', body.status, copy.status.status);
  check('priority', priorityWord(body.priority), priorityWord(copy.priority?.id));
  const tags = new Set(copy.tags.map(({ name }) => name.toLowerCase()));
  const [kept, gone] = split(body.tags ?? [], (tag) => tags.has(tag.toLowerCase()));
  if (kept.length) copied.push(`tags ${kept.join(', ')}`);
  if (gone.length) lost.push(`tags ${gone.join(', ')}: ClickUp did not take them`);
  const length = (ms: number | string | null | undefined) => (ms ? formatDuration(Number(ms)) : undefined);
  check('estimate', length(body.time_estimate), length(copy.time_estimate));
  check('points', body.points === undefined ? undefined : String(body.points), String(copy.points ?? ''));
  check('task type', body.custom_item_id ? String(body.custom_item_id) : undefined, String(copy.custom_item_id ?? 0));
  for (const [what, ms, timed, is] of [
    ['due', body.due_date, body.due_date_time, copy.due_date],
    ['start', body.start_date, body.start_date_time, copy.start_date],
  ] as const) {
    const shown = timed ? dateText : dayText;
    check(what, ms === undefined ? undefined : shown(ms, zone), shown(is, zone));
  }
  const there = new Set(copy.assignees.map(({ id }) => id));
  const [with_, without] = split(body.assignees ? original.assignees : [], ({ id }) => there.has(id));
  if (with_.length) copied.push(`assignees ${people(with_)}`);
  if (without.length)
    lost.push(`assignees ${people(without)}: ClickUp did not take them; they may have no access there`);
  const groups = new Set((copy.group_assignees ?? []).map(({ id }) => id));
  const ungrouped = (body.group_assignees ?? []).filter((id) => !groups.has(id));
  if (ungrouped.length) lost.push(`${ungrouped.length} assigned groups: ClickUp did not take them`);
  const values = new Map(filled(copy, zone).map(({ field, value }) => [field.id, value]));
  for (const { name, value, field } of filled(original, zone)) {
    if (body.custom_fields?.some(({ id }) => id === field.id)) check(`field ${name} =`, value, values.get(field.id));
  }
  return { copied, lost };
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
