import {
  CreateChecklist,
  CreateChecklistItem,
  CreateTask,
  CreateTaskComment,
  EditChecklistItem,
  type Task,
} from '#libs/clickup';
import { z } from 'zod';
import { people, placeName } from '../answers/task.js';
import { fieldTexts } from '../answers/custom-fields.js';
import { addressOf } from '../arguments/address.js';
import { Name, Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { compared, draftOf, INCLUDE, type Include, type Target } from '../copying/new-body.js';
import { allBelow, type Copied, copyChecklists, copyComments, copySubtasks } from '../copying/parts.js';
import { refOf, relationsOf } from '../task-parts/relations.js';
import { readTask } from '../task-parts/the-task.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

/** Where the copy goes, and what is possible there; asks nothing where that is the List of the original. */
async function targetOf(ref: string | undefined, task: Task, context: ToolContext): Promise<Target> {
  const own = { id: task.list.id, path: placeName(task) };
  if (ref === undefined) return own;
  const place = await naming('list_id', () => context.directory.place(ref, ['list']));
  if (place.id === own.id) return own;
  const [statuses, fields] = await Promise.all([context.directory.statuses(place), context.directory.fields(place)]);
  return { id: place.id, path: place.path, statuses, fields };
}

/** What the original has and a copy never gets, or not unless it is asked for. */
function leftOut(task: Task, include: readonly Include[], zone: string): string[] {
  const fields = fieldTexts(task.custom_fields ?? [], zone).filter(([, value]) => value).length;
  const has: Record<Include, string | false> = {
    subtasks: !!task.subtasks?.length && `subtasks (${allBelow(task.subtasks).length})`,
    checklists: !!task.checklists?.length && `checklists (${task.checklists.length})`,
    fields: fields > 0 && `fields (${fields})`,
    assignees: !!(task.assignees.length || task.group_assignees?.length) && `assignees (${people(task.assignees)})`,
    dates: !!(task.due_date ?? task.start_date) && 'dates',
    comments: 'comments, if there are any',
  };
  const unasked = INCLUDE.flatMap((part) => (!include.includes(part) && has[part] ? [has[part]] : []));
  const related = relationsOf(task).filter(({ relation }) => relation !== 'subtask_of');
  return [
    ...(unasked.length ? [`${unasked.join(', ')}: not asked for in include`] : []),
    ...(task.attachments?.length ? [`files (${task.attachments.length}): ClickUp's API cannot copy them`] : []),
    ...(related.length ? [`relations (${related.length}): link_tasks makes them`] : []),
    ...(task.time_spent ? ['tracked time: it stays with the original'] : []),
  ];
}

const counted = (what: string, { count, lost }: Copied) => ({ copied: count ? [`${what} (${count})`] : [], lost });

export const copyTask = defineTool({
  name: 'copy_task',
  title: 'Copy task',
  description:
    'Duplicate a task with description, status, priority, tags and estimate; include adds more. Says what could not be copied.',
  toolset: 'tasks',
  verb: 'create',
  covers: [CreateTask, CreateChecklist, CreateChecklistItem, EditChecklistItem, CreateTaskComment],
  needs: {
    'include=checklists': [CreateChecklist, CreateChecklistItem, EditChecklistItem],
    'include=comments': [CreateTaskComment],
  },
  input: z.strictObject({
    task_id: Ref,
    list_id: Ref.optional(),
    name: Name.optional(),
    include: z.array(z.enum(INCLUDE)).max(INCLUDE.length).optional(),
  }),
  output: z.strictObject({
    ref: z.string(),
    name: z.string(),
    list: z.string(),
    url: z.string(),
    copied: z.array(z.string()),
    not_copied: z.array(z.string()).optional(),
  }),
  headline: ({ ref, name }) => `Copied as ${ref} "${name}"`,
  async handler({ task_id, list_id, name, include = [] }, context) {
    const { clickup, zone } = context;
    const original = await readTask('task_id', task_id, await addressOf('task_id', task_id, context), context, {
      include_markdown_description: true,
      include_subtasks: true,
    });
    const target = await targetOf(list_id, original, context);
    // A subtask is copied beside itself; in another List it has no parent (ClickUp fact 25).
    const parent = target.id === original.list.id ? (original.parent ?? undefined) : undefined;
    const { body, lost } = draftOf(original, name ?? `${original.name} (copy)`, parent, target, include, zone);
    const copy = await clickup.call(CreateTask, { path: { list_id: target.id }, body });
    // From here on the copy exists, so whatever fails is part of the answer.
    const main = compared(original, body, copy, zone);
    const parts: Record<string, () => Promise<Copied>> = {
      checklists: () => copyChecklists(original.checklists ?? [], copy.id, context),
      subtasks: () => copySubtasks(original, copy.id, target, include, context),
      comments: () => copyComments(original.id, copy.id, context),
    };
    const more: ReturnType<typeof counted>[] = [];
    for (const [part, work] of Object.entries(parts))
      if (include.includes(part as Include)) more.push(counted(part, await work()));
    const not_copied = [
      ...(original.parent && parent === undefined ? ['its place below another task: that one is in another List'] : []),
      ...lost,
      ...main.lost,
      ...more.flatMap((part) => part.lost),
      ...leftOut(original, include, zone),
    ];
    return {
      ref: refOf(copy),
      name: copy.name,
      list: placeName(copy),
      url: copy.url,
      copied: [...main.copied, ...more.flatMap((part) => part.copied)],
      ...(not_copied.length && { not_copied }),
    };
  },
});
