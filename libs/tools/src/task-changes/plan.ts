import {
  AddTagToTask,
  type ArgumentsOf,
  GetList,
  moveTask,
  type Operation,
  RemoveCustomFieldValue,
  RemoveTagFromTask,
  SetCustomFieldValue,
  type Task,
  UpdateTask,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { fieldText } from '../answers/custom-fields.js';
import { oneLine, short } from '../answers/one-line.js';
import { readTask } from '../task-parts/the-task.js';
import { type ToolContext } from '../tool/tool.js';
import { type Definition, fieldChanges, fieldOf, isComputed } from './fields.js';
import { idsOfGroups, idsOfPeople } from './people.js';
import { type Resolved } from './resolve.js';
import { counterpart, statusNamed } from './statuses.js';
import { newTags } from './tags.js';
import {
  descriptionOf,
  hasTag,
  isAssigned,
  type Want,
  wantArchived,
  wantAssignees,
  wantDate,
  wantDescription,
  wantEstimate,
  wantList,
  wantName,
  wantParent,
  wantPriority,
  wantStatus,
  wantTags,
} from './wants.js';

type Body = NonNullable<ArgumentsOf<typeof UpdateTask>['body']>;

/** One request, and what a task shows after it. */
export interface Step {
  /** In words, for what is said when it fails. */
  does: string;
  operation: Operation;
  args: { path: Record<string, string>; body?: unknown };
  wants: Want[];
}

/** What has to be sent to one task so that it becomes as asked. */
export interface Plan {
  before: Task;
  steps: Step[];
  /** What is so already, in words. */
  unchanged: string[];
  newTags: string[];
  /** Custom Fields with values that the new List does not have, as `name: value`. */
  lost: string[];
  /** What may change besides, because the task moves. */
  besides: Pick<Want, 'field' | 'shows'>[];
  /** Text that is joined with the description as it is right before it is written. */
  joins?: (task: Task) => { markdown: string; want: Want };
  /** How many requests this call had sent when the task was read. */
  readAt: number;
}

interface ListStatuses {
  name: string;
  statuses: { name: string; type: string; id: string | undefined }[];
}

/** What plans of one call share, each read once: Lists with the ids of their statuses, by which a move names them, and which tags are new. */
export class Lists {
  private readonly known = new Map<string, Promise<ListStatuses>>();

  private readonly tags = new Map<string, Promise<string[]>>();

  constructor(private readonly context: Pick<ToolContext, 'clickup' | 'directory'>) {}

  newTags(tags: readonly string[], space: string): Promise<string[]> {
    const key = JSON.stringify([space, tags]);
    let fresh = this.tags.get(key);
    if (!fresh) this.tags.set(key, (fresh = newTags(tags, space, this.context)));
    return fresh;
  }

  of(list_id: string): Promise<ListStatuses> {
    let list = this.known.get(list_id);
    if (!list) this.known.set(list_id, (list = this.read(list_id)));
    return list;
  }

  private async read(list_id: string): Promise<ListStatuses> {
    const { name, statuses = [] } = await this.context.clickup.call(GetList, { path: { list_id } });
    return { name, statuses: statuses.map(({ status, type, id }) => ({ name: status, type, id })) };
  }
}

/**
 * Compares a task with what is asked for; all names that depend on its List are found here. Nothing is sent that changes anything.
 * @param before the task, with its Markdown where the description changes
 * @throws AppError `invalid_parameters`, `clickup_not_found`
 */
export async function planChange(
  change: Resolved,
  before: Task,
  context: ToolContext,
  lists: Lists = new Lists(context),
): Promise<Plan> {
  const { zone } = context;
  const readAt = context.clickup.stats.requests;
  const path = { task_id: before.id };
  const unchanged: string[] = [];
  const steps: Step[] = [];
  const moves = change.list !== undefined && change.list.id !== before.list.id;
  if (change.list && !moves) unchanged.push(`list: ${oneLine(before.list.name)} already`);
  const moved = moves ? await movePlan(change, before, context, lists) : undefined;
  if (moved) steps.push(moved.step);

  const body: Body = {};
  const wants: Want[] = [];
  const wish = (want: Want, part: Body) => {
    if ((want.isSo ?? want.isShown)(before)) unchanged.push(`${want.field}: ${want.shows(before) || 'none'} already`);
    else {
      Object.assign(body, part);
      wants.push(want);
    }
  };
  const { name, priority, due, start, estimate, archived, description } = change;
  if (name !== undefined) wish(wantName(name), { name });
  const status = await wantedStatus(change, before, context, moved);
  if (status !== undefined) {
    const want = wantStatus(status);
    // After the move it has the status that its own becomes there.
    if (!moved) wish(want, { status });
    else if (moved.becomes !== undefined && moved.becomes.toLowerCase() === status.toLowerCase())
      moved.step.wants.push(want);
    else {
      body.status = status;
      wants.push(want);
    }
  }
  if (priority !== undefined) wish(wantPriority(priority), { priority });
  if (due !== undefined)
    wish(wantDate('due_date', due, zone), due ? { due_date: due.ms, due_date_time: due.hasTime } : { due_date: null });
  if (start !== undefined)
    wish(
      wantDate('start_date', start, zone),
      start ? { start_date: start.ms, start_date_time: start.hasTime } : { start_date: null },
    );
  if (estimate !== undefined) wish(wantEstimate(estimate), { time_estimate: estimate });
  if (archived !== undefined) wish(wantArchived(archived), { archived });
  if (change.parent !== undefined) {
    await checkParent(change, before, context, moves);
    if (change.parent === null) unchanged.push('parent: none already');
    else wish(wantParent(change.parent), { parent: change.parent });
  }
  const assignees = assigneeChange(change, before);
  unchanged.push(...assignees.unchanged);
  if (assignees.want) {
    Object.assign(body, assignees.body);
    wants.push(assignees.want);
  }
  // ClickUp ignores an empty text; a blank clears it (ClickUp fact 19).
  if (description?.mode === 'replace')
    wish(wantDescription(description.text), { markdown_content: description.text || ' ' });
  const joins = description && description.mode !== 'replace' ? joining(description) : undefined;
  if (joins) {
    const { markdown, want } = joins(before);
    body.markdown_content = markdown;
    wants.push(want);
  }
  if (wants.length > 0)
    steps.push({ does: `changing ${fieldsOf(wants)}`, operation: UpdateTask, args: { path, body }, wants });

  for (const tag of change.addTags) {
    if (hasTag(before, tag)) unchanged.push(`tags: ${tag} already`);
    else steps.push(tagStep(AddTagToTask, before, tag));
  }
  for (const tag of change.removeTags) {
    if (!hasTag(before, tag)) unchanged.push(`tags: ${tag} is not on the task`);
    else steps.push(tagStep(RemoveTagFromTask, before, tag));
  }
  for (const { field, body: value, want } of await fieldsFor(change, before, context, moves)) {
    if (want.isShown(before)) {
      unchanged.push(`${want.field}: ${want.shows(before) || 'none'} already`);
      continue;
    }
    const at = { ...path, field_id: field.id };
    steps.push(
      value
        ? {
            does: `setting ${want.field}`,
            operation: SetCustomFieldValue,
            args: { path: at, body: value },
            wants: [want],
          }
        : { does: `emptying ${want.field}`, operation: RemoveCustomFieldValue, args: { path: at }, wants: [want] },
    );
  }
  const fresh = change.addTags.filter((tag) => !hasTag(before, tag));
  return {
    before,
    steps,
    unchanged,
    newTags: await lists.newTags(fresh, spaceOf(change, before)),
    lost: moved?.lost.map(({ name, text }) => `${name}: ${text}`) ?? [],
    besides: moved?.besides ?? [],
    ...(joins && { joins }),
    readAt,
  };
}

const fieldsOf = (wants: readonly Want[]): string => wants.map(({ field }) => field).join(', ');

const tagStep = (operation: typeof AddTagToTask, { id }: Task, tag: string): Step => ({
  does: `${operation === AddTagToTask ? 'adding' : 'removing'} the tag "${short(tag)}"`,
  operation,
  args: { path: { task_id: id, tag_name: tag } },
  wants: [operation === AddTagToTask ? wantTags([tag]) : wantTags([], [tag])],
});

/** The new text before or after what is there, with a blank line between. */
const joining =
  ({ text, mode }: NonNullable<Resolved['description']>) =>
  (task: Task): { markdown: string; want: Want } => {
    const there = descriptionOf(task);
    const parts = mode === 'append' ? [there, text.trim()] : [text.trim(), there];
    const markdown = parts.filter(Boolean).join('\n\n');
    return { markdown, want: wantDescription(markdown, there) };
  };

function spaceOf({ list }: Resolved, { space }: Task): string {
  let top = list;
  while (top?.parent) top = top.parent;
  return top?.kind === 'space' ? top.id : space.id;
}

function assigneeChange(change: Resolved, before: Task) {
  const now = [
    ...before.assignees.map(({ id, username, email }) => ({
      id,
      name: username ?? email ?? String(id),
      kind: 'person' as const,
    })),
    ...(before.group_assignees ?? []).map(({ id, name }) => ({ id, name: name ?? id, kind: 'group' as const })),
  ];
  const add = [...change.add, ...(change.exactly ?? [])];
  const surplus = change.exactly ? now.filter(({ id }) => !change.exactly!.some((one) => one.id === id)) : [];
  const [adding, removing] = [
    add.filter((one) => !isAssigned(before, one)),
    [...change.remove.filter((one) => isAssigned(before, one)), ...surplus],
  ];
  const unchanged = [
    ...change.add
      .filter((one) => isAssigned(before, one))
      .map(({ name }) => `assignees: ${oneLine(name)} is assigned already`),
    ...change.remove
      .filter((one) => !isAssigned(before, one))
      .map(({ name }) => `assignees: ${oneLine(name)} was not assigned`),
  ];
  if (adding.length + removing.length === 0) {
    if (change.exactly) unchanged.push('assignees: exactly these already');
    return { unchanged };
  }
  const people = { add: idsOfPeople(adding), rem: idsOfPeople(removing) };
  const groups = { add: idsOfGroups(adding), rem: idsOfGroups(removing) };
  return {
    unchanged,
    want: wantAssignees(adding, removing),
    body: {
      ...(people.add.length + people.rem.length > 0 && { assignees: people }),
      ...(groups.add.length + groups.rem.length > 0 && { group_assignees: groups }),
    },
  };
}

interface Move {
  step: Step;
  /** The status that the task's own becomes, where that is known. */
  becomes: string | undefined;
  statuses: ListStatuses;
  lost: { name: string; text: string }[];
  besides: Pick<Want, 'field' | 'shows'>[];
}

/** Every status of the old List that the new one lacks is mapped, because subtasks go along with statuses of their own. */
async function movePlan({ list, where }: Resolved, before: Task, context: ToolContext, lists: Lists): Promise<Move> {
  const target = list!;
  const [from, to] = await Promise.all([lists.of(before.list.id), lists.of(target.id)]);
  const becomes = counterpart({ name: before.status.status, type: before.status.type }, from.statuses, to.statuses);
  const own = { name: before.status.status, type: before.status.type, id: before.status.id };
  const sources = from.statuses.some(({ id }) => id === own.id) ? from.statuses : [...from.statuses, own];
  const mappings = sources.flatMap((status) => {
    const other = counterpart(status, from.statuses, to.statuses);
    return status.id === undefined || other?.id === undefined || other.name.toLowerCase() === status.name.toLowerCase()
      ? []
      : [{ source_status_id: status.id, destination_status_id: other.id }];
  });
  if (!becomes)
    throw new AppError(
      'invalid_parameters',
      `${where}list_id: the List "${short(to.name)}" has no statuses that are known, so the task cannot be moved there safely.`,
      {
        details: { parameter: `${where}list_id` },
      },
    );
  const workspace_id = before.team_id ?? (await context.directory.workspace()).id;
  const there = new Set((await context.directory.fields(target)).map(({ id }) => id));
  const lost = (before.custom_fields ?? [])
    .filter(({ id, type }) => !there.has(id) && !isComputed(type))
    .map((field) => ({ field, name: oneLine(field.name), text: short(fieldText(field, context.zone)) }))
    .filter(({ text }) => text !== '');
  return {
    step: {
      does: `moving it to ${short(to.name)}`,
      operation: moveTask,
      args: {
        path: { workspace_id, task_id: before.id, list_id: target.id },
        body: mappings.length ? { status_mappings: mappings } : {},
      },
      wants: [wantList(target.id, oneLine(to.name))],
    },
    becomes: becomes.name,
    statuses: to,
    lost,
    besides: [
      { field: 'status', shows: ({ status }) => status.status },
      { field: 'parent', shows: ({ parent }) => parent ?? '' },
      ...lost.map(({ field, name }) => ({
        field: name,
        shows: (task: Task) => {
          const shown = fieldOf(task, field);
          return shown ? short(fieldText(shown, context.zone)) : '';
        },
      })),
    ],
  };
}

async function wantedStatus(
  { status, where }: Resolved,
  before: Task,
  { directory }: ToolContext,
  moved: Move | undefined,
): Promise<string | undefined> {
  if (status === undefined) return undefined;
  if (moved) return statusNamed(`${where}status`, status, moved.statuses.statuses, moved.statuses.name).name;
  // The one that it has exists.
  if (before.status.status.toLowerCase() === status.trim().toLowerCase()) return before.status.status;
  const place = await directory.place(before.list.id, ['list']);
  return statusNamed(`${where}status`, status, await directory.statuses(place), place.name).name;
}

/** A parent lies in the same List, and a subtask cannot be made a task of its own (ClickUp fact 25). */
async function checkParent(
  { parent, list, where }: Resolved,
  before: Task,
  context: ToolContext,
  moves: boolean,
): Promise<void> {
  const argument = `${where}parent`;
  const refuse = (message: string): never => {
    throw new AppError('invalid_parameters', `${argument}: ${message}`, { details: { parameter: argument } });
  };
  if (parent === null) {
    if (before.parent !== null && !moves)
      refuse(
        "ClickUp's API cannot take a subtask out of its parent. A person can, or it can be moved to another List by list_id.",
      );
    return;
  }
  if (parent === undefined || parent === before.parent) return;
  if (parent === before.id) refuse('a task cannot be its own parent.');
  const above = await readTask(argument, parent, { path: { task_id: parent }, query: {} }, context);
  const home = moves ? list! : before.list;
  if (above.list.id !== home.id)
    refuse(
      `"${short(above.name)}" lies in ${short(above.list.name)}, and the task in ${short(home.name)}: a subtask lies in the List of its parent. Give list_id to move it there.`,
    );
}

/** Definitions come with the task itself; those of another List are asked for. */
async function fieldsFor(change: Resolved, before: Task, context: ToolContext, moves: boolean) {
  if (change.fields.length === 0) return [];
  const values = new Map((before.custom_fields ?? []).map((field) => [field.id, field.value]));
  const place = moves
    ? change.list!
    : before.custom_fields === undefined
      ? await context.directory.place(before.list.id, ['list'])
      : undefined;
  const definitions: Definition[] = place
    ? (await context.directory.fields(place)).map((field) => ({ ...field, value: values.get(field.id) }))
    : before.custom_fields!;
  const where = place ? `The List "${short(place.name)}"` : `"${short(before.name)}"`;
  return fieldChanges(`${change.where}fields`, change.fields, definitions, where, context, before.custom_item_id ?? 0);
}
