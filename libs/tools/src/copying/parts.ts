import {
  type Comment,
  CreateChecklist,
  CreateChecklistItem,
  CreateTask,
  CreateTaskComment,
  EditChecklistItem,
  GetTaskComments,
  type Subtask,
  type Task,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { personName } from '../answers/task.js';
import { type Run } from '../markdown/run.js';
import { timeText } from '../arguments/moments.js';
import { type Checklist } from '../task-parts/checklists.js';
import { type ToolContext } from '../tool/tool.js';
import { compared, draftOf, type Include, type Target } from './new-body.js';

/** How much of each kind one call copies. */
const MOST = { subtasks: 50, comments: 50 } as const;

/** How many of a kind were copied, and what was not. */
export interface Copied {
  count: number;
  lost: string[];
}

/** Why something could not be copied: its error is part of the answer, because the copy itself exists. */
function why(thrown: unknown): string {
  const error = AppError.of(thrown);
  return error.code === 'unknown_outcome' ? `unknown: ${error.message}` : error.message;
}

/** Subtasks with those below them, above before below. */
export function allBelow(subtasks: readonly Subtask[] = []): Subtask[] {
  const all = [...subtasks];
  for (const { subtasks: below = [] } of all) all.push(...below);
  return all;
}

export async function copySubtasks(
  original: Task,
  copy: string,
  target: Target,
  include: readonly Include[],
  { clickup, zone }: ToolContext,
): Promise<Copied> {
  const result: Copied = { count: 0, lost: [] };
  const copies = new Map([[original.id, copy]]);
  const all = allBelow(original.subtasks);
  for (const subtask of all.slice(0, MOST.subtasks)) {
    // Below a subtask that was not copied there is nothing to hang on.
    const parent = copies.get(subtask.parent ?? original.id);
    const told = (reason: string) => result.lost.push(`subtask "${subtask.name}": ${reason}`);
    if (parent === undefined) {
      told('the subtask above it was not copied');
      continue;
    }
    const { body, lost } = draftOf(subtask, subtask.name, parent, target, include, zone);
    try {
      const made = await clickup.call(CreateTask, { path: { list_id: target.id }, body });
      copies.set(subtask.id, made.id);
      result.count++;
      for (const reason of [...lost, ...compared(subtask, body, made, zone).lost]) told(reason);
    } catch (thrown) {
      told(why(thrown));
    }
  }
  if (all.length > MOST.subtasks)
    result.lost.push(`${all.length - MOST.subtasks} further subtasks: one call copies ${MOST.subtasks}`);
  return result;
}

export async function copyChecklists(
  checklists: readonly Checklist[],
  task: string,
  { clickup }: ToolContext,
): Promise<Copied> {
  const result: Copied = { count: 0, lost: [] };
  const parent = { task };
  for (const original of checklists) {
    try {
      const { checklist } = await clickup.call(CreateChecklist, {
        path: { task_id: task },
        body: { name: original.name },
      });
      result.count++;
      await copyItems(original, checklist.id);
    } catch (thrown) {
      result.lost.push(`checklist "${original.name}", from here on: ${why(thrown)}`);
    }
  }
  return result;

  /** Items come flat; those below another one are put there when it exists. */
  async function copyItems({ items }: Checklist, checklist_id: string): Promise<void> {
    const copies = new Map<string, string>();
    for (const { id, name, assignee } of items) {
      const body = { name, ...(assignee && { assignee: assignee.id }) };
      const answer = await clickup.call(CreateChecklistItem, { path: { checklist_id }, body, parent });
      const made = answer.checklist.items.filter((item) => ![...copies.values()].includes(item.id)).at(-1);
      if (made) copies.set(id, made.id);
    }
    for (const { id, resolved, parent: above } of items) {
      const checklist_item_id = copies.get(id);
      const below = above ? copies.get(above) : undefined;
      if (checklist_item_id === undefined || (!resolved && below === undefined)) continue;
      const body = { ...(resolved && { resolved }), ...(below !== undefined && { parent: below }) };
      await clickup.call(EditChecklistItem, { path: { checklist_id, checklist_item_id }, body, parent });
    }
  }
}

/** The newest comments of a task, oldest first; `more` where there are older ones. */
async function commentsOf(task_id: string, { clickup }: ToolContext): Promise<{ comments: Comment[]; more: boolean }> {
  const all: Comment[] = [];
  let before: { start: number; start_id: string } | undefined;
  for (;;) {
    const { comments } = await clickup.call(GetTaskComments, { path: { task_id }, query: { ...before } });
    const fresh = comments.filter(({ id }) => id !== before?.start_id);
    all.push(...fresh);
    const last = fresh.at(-1);
    if (comments.length < GetTaskComments.pageSize || !last) break;
    if (all.length >= MOST.comments) return { comments: all.slice(0, MOST.comments).reverse(), more: true };
    before = { start: Number(last.date), start_id: last.id };
  }
  return { comments: all.slice(0, MOST.comments).reverse(), more: all.length > MOST.comments };
}

/** A run as text: as a mention it would notify the person once more, and files belong to the original. */
function plainRun({ text, type, user, attributes }: Comment['comment'][number]): Run[] {
  const name = (user as { username?: string } | undefined)?.username;
  if (type === 'tag') return [{ text: `@${name ?? 'someone'}` }];
  return text === undefined ? [] : [{ text, ...(attributes && { attributes }) }];
}

/** Comments come from whoever copies, so each names its author and time. Nobody is notified. */
export async function copyComments(from: string, to: string, context: ToolContext): Promise<Copied> {
  const result: Copied = { count: 0, lost: [] };
  try {
    const { comments, more } = await commentsOf(from, context);
    for (const { user, date, comment, comment_text } of comments) {
      const head = `${personName(user)}, ${timeText(date, context.zone)}:\n`;
      const runs = comment.length ? comment.flatMap(plainRun) : [{ text: comment_text }];
      const body = {
        comment_text: `${head}${comment_text}`,
        comment: [{ text: head, attributes: { bold: true } }, ...runs],
        notify_all: false,
      };
      await context.clickup.call(CreateTaskComment, { path: { task_id: to }, body });
      result.count++;
    }
    const replies = comments.reduce((sum, { reply_count }) => sum + Number(reply_count ?? 0), 0);
    if (replies) result.lost.push(`${replies} replies to comments: only the comments themselves are copied`);
    if (more) result.lost.push(`older comments: one call copies the newest ${MOST.comments}`);
  } catch (thrown) {
    result.lost.push(`comments, after ${result.count}: ${why(thrown)}`);
  }
  return result;
}
