import { type Arguments, GetTask, type Operation, type Target } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type NotApplied } from '../answers/changes.js';
import { dateText, dayText } from '../arguments/moments.js';
import { type ToolContext } from '../tool/tool.js';
import { aroundOf } from './current.js';
import { READERS } from './readers.js';

/** What of a task a write changes that is answered with nothing; without a row, its name, status and dates are shown. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  AddTagToTask: ['tags'],
  RemoveTagFromTask: ['tags'],
  AddDependency: ['dependencies'],
  DeleteDependency: ['dependencies'],
  AddTaskLink: ['linked_tasks'],
  DeleteTaskLink: ['linked_tasks'],
  AddTaskToList: ['list', 'locations'],
  RemoveTaskFromList: ['list', 'locations'],
  SetCustomFieldValue: ['custom_fields'],
  RemoveCustomFieldValue: ['custom_fields'],
  mergeTasks: ['status', 'assignees', 'subtasks'],
};
/** What the objects of these kinds are after a write. */
const READ_BACK = new Set([
  'task',
  'list',
  'folder',
  'space',
  'view',
  'doc',
  'page',
  'goal',
  'tag',
  'checklist',
  'webhook',
  'group',
  'channel',
]);
const GONE = new Set(['delete']);

const isEmpty = (answer: unknown): boolean =>
  typeof answer !== 'object' || answer === null || Object.keys(answer).length === 0;

/**
 * What there is after a write: ClickUp's answer, or, where it says nothing, the object read afresh.
 * @returns `unread` where it could not be read, which says nothing of the write
 */
export async function readBack(
  row: Operation,
  args: Arguments,
  targets: readonly Target[],
  answer: unknown,
  context: ToolContext,
): Promise<{ is?: unknown; unread?: string }> {
  if (!isEmpty(answer)) return { is: answer };
  if (GONE.has(row.verb)) return {};
  const target = targets.find(({ kind }) => READ_BACK.has(kind));
  if (!target) return { unread: 'ClickUp says nothing of the result.' };
  try {
    if (target.kind === 'task') return { is: await taskNow(row, target, context) };
    const seen = await READERS[target.kind]?.(target.id, aroundOf(args, context));
    if (!seen || seen.state === 'not shown') return { unread: 'ClickUp says nothing of the result.' };
    return { is: seen.itself ?? seen.state };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { unread: `ClickUp says nothing of the result, and it could not be read: ${thrown.message}` };
  }
}

async function taskNow(row: Operation, { id, custom }: Target, { clickup }: ToolContext): Promise<object> {
  const task = await clickup.call(GetTask, {
    path: { task_id: id },
    ...(custom !== undefined && { query: { custom_task_ids: true, team_id: custom } }),
  });
  const names = ['id', 'name', ...(SHOWN[row.id] ?? ['status', 'date_updated'])];
  return Object.fromEntries(Object.entries(task).filter(([name]) => names.includes(name)));
}

type Answer = Record<string, unknown>;
const asObject = (value: unknown): Answer | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Answer) : undefined;

/** Names under which ClickUp answers with what it was asked for, wherever it puts them. */
const COMPARED = [
  'name',
  'status',
  'priority',
  'due_date',
  'start_date',
  'description',
  'archived',
  'private',
  'multiple_assignees',
  'topic',
  'visibility',
  'resolved',
  'billable',
  'endpoint',
];

/** Values that were asked for and are not there: ClickUp answers 200 even when it ignores a part. */
export function differences(args: Arguments, answer: unknown, zone: string): NonNullable<NotApplied> {
  const wanted = asObject(args.body);
  const said = asObject(answer);
  if (!wanted || !said) return [];
  const [inner] = Object.values(said).filter((value) => asObject(value));
  const object = 'id' in said ? said : (asObject(inner) ?? said);
  return COMPARED.flatMap((field) => {
    const want = wanted[field];
    if (want === undefined || !Object.hasOwn(object, field)) return [];
    const is = plain(object[field]);
    return same(field, want, is, wanted, zone)
      ? []
      : [{ field, wanted: worded(field, want, zone), is: worded(field, is, zone) || 'none' }];
  });
}

/** `{status: "done"}` and `{priority: "high", id: "2"}` by what they say. */
function plain(value: unknown): unknown {
  const inner = asObject(value);
  return inner
    ? inner.id !== undefined && 'priority' in inner
      ? Number(inner.id)
      : (inner.status ?? inner.priority)
    : value;
}

const isDate = (field: string): boolean => field.endsWith('_date');

function same(field: string, want: unknown, is: unknown, wanted: Answer, zone: string): boolean {
  if (is === undefined || (typeof is === 'object' && is !== null)) return true;
  if (want === null || want === '') return is === null || is === '';
  if (isDate(field)) {
    if (is === null) return false;
    const days = wanted[`${field}_time`] !== true;
    return days ? dayText(Number(want), zone) === dayText(Number(is), zone) : Number(want) === Number(is);
  }
  // Texts come back rendered, so all that can be told of them is whether there are any.
  if (field === 'description') return is !== null && is !== '';
  return textOf(want).trim().toLowerCase() === textOf(is).trim().toLowerCase();
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const worded = (field: string, value: unknown, zone: string): string =>
  value === null || value === undefined
    ? 'none'
    : isDate(field)
      ? (dateText(value as string, zone) ?? 'none')
      : textOf(value).slice(0, 60);
