import { type ArgumentsOf, type CreateTask, type Place } from '#libs/clickup';
import { parseDuration } from '#libs/core';
import { taskIdOf } from '../arguments/address.js';
import { moment } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';
import { fieldChanges, newValues } from './fields.js';
import { type NewTask } from './inputs.js';
import { assigneesOf, idsOfGroups, idsOfPeople } from './people.js';
import { statusNamed } from './statuses.js';
import {
  type Want,
  wantAssignees,
  wantDate,
  wantDescription,
  wantEstimate,
  wantName,
  wantParent,
  wantPriority,
  wantStatus,
  wantTags,
} from './wants.js';

/** A creation that is ready to be sent: every name found, every date read. */
export interface PreparedTask {
  list_id: string;
  /** The path of the List, where it had to be looked up; otherwise what named it. */
  list: string;
  body: NonNullable<ArgumentsOf<typeof CreateTask>['body']>;
  wants: Want[];
}

/**
 * Finds and reads everything, so that nothing is written unless all of it is understood. The List itself is looked up only when its id is
 * not in the argument, or for what it allows (a status, Custom Fields).
 * @param where how errors name the arguments of this task, for example `tasks[3].`
 * @throws AppError `invalid_parameters`, `clickup_not_found`
 */
export async function prepareTask(
  list: string,
  task: NewTask,
  context: ToolContext,
  where = '',
): Promise<PreparedTask> {
  const { name, description, priority, tags = [], zone } = { ...task, zone: context.zone };
  const { directory } = context;
  const needsPlace = task.status !== undefined || task.fields !== undefined;
  const place = needsPlace ? await naming(`${where}list_id`, () => directory.place(list, ['list'])) : undefined;
  const list_id = place?.id ?? (await naming(`${where}list_id`, () => directory.listId(list)));
  const due = await moment(`${where}due_date`, task.due_date, context);
  const start = await moment(`${where}start_date`, task.start_date, context);
  const estimate =
    task.estimate === undefined ? undefined : await naming(`${where}estimate`, () => parseDuration(task.estimate!));
  const assignees = task.assignees && (await assigneesOf(`${where}assignees`, task.assignees, context));
  const parent = task.parent === undefined ? undefined : await taskIdOf(`${where}parent`, task.parent, context);
  const status = task.status === undefined ? undefined : await statusOf(`${where}status`, task.status, place!, context);
  const fields =
    task.fields === undefined
      ? []
      : await fieldChanges(
          `${where}fields`,
          task.fields,
          await directory.fields(place!),
          `The List "${place!.name}"`,
          context,
        );
  const [people, groups] = [idsOfPeople(assignees ?? []), idsOfGroups(assignees ?? [])];
  const values = newValues(fields);
  const body = {
    name,
    status,
    priority,
    time_estimate: estimate,
    parent,
    tags: tags.length ? tags : undefined,
    assignees: people.length ? people : undefined,
    ...(groups.length && { group_assignees: groups }),
    ...(description && { markdown_content: description }),
    ...(due && { due_date: due.ms, due_date_time: due.hasTime }),
    ...(start && { start_date: start.ms, start_date_time: start.hasTime }),
    ...(values.length && { custom_fields: values }),
  };
  const wants: (Want | undefined)[] = [
    wantName(name),
    description === undefined ? undefined : wantDescription(description),
    status === undefined ? undefined : wantStatus(status),
    priority === undefined ? undefined : wantPriority(priority),
    due && wantDate('due_date', due, zone),
    start && wantDate('start_date', start, zone),
    estimate === undefined ? undefined : wantEstimate(estimate),
    parent === undefined ? undefined : wantParent(parent),
    assignees?.length ? wantAssignees(assignees) : undefined,
    tags.length ? wantTags(tags) : undefined,
    ...fields.map(({ want }) => want),
  ];
  return { list_id, list: place?.path ?? list, body, wants: wants.filter((want) => want !== undefined) };
}

async function statusOf(argument: string, wanted: string, place: Place, { directory }: ToolContext): Promise<string> {
  return statusNamed(argument, wanted, await directory.statuses(place), place.name).name;
}
