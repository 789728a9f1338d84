import {
  GetAccessibleCustomFields,
  GetFilteredTeamTasks,
  GetList,
  GetListMembers,
  GetListViews,
  GetSpace,
  GetSpaceTags,
  type List,
  type NamedObject,
  type Place,
  type Space,
  type Task,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { personName } from '../answers/task.js';
import { Ref, UNLISTED } from '../arguments/inputs.js';
import { dateText, dayText } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { outline } from './outline.js';
import { listsIn, spaceOf, wholePlace } from './whole-place.js';

const PARTS = ['fields', 'tags', 'people', 'views', 'details', 'features'] as const;
type Part = (typeof PARTS)[number];
/** So many pages of open tasks are counted by status. */
const MAX_PAGES = 5;
/** A place with more in it is read by get_workspace_hierarchy. */
const MAX_INSIDE = 100;

const Lines = z.array(z.string()).optional();
const OUTPUT = z.strictObject({
  id: z.string(),
  kind: z.string(),
  path: z.string(),
  url: z.string(),
  task_count: z.number().optional(),
  counts: z.string().optional(),
  statuses: Lines,
  inside: Lines,
  fields: Lines,
  tags: Lines,
  people: Lines,
  views: Lines,
  features: Lines,
  description: z.string().optional(),
  due: z.string().optional(),
  start: z.string().optional(),
  owner: z.string().optional(),
  priority: z.strictObject({ name: z.string(), color: z.string() }).optional(),
  color: z.string().optional(),
});
type Output = z.input<typeof OUTPUT>;

/** How ClickUp's pages address a place. */
export function urlOf({ kind, id, parent }: Place, team: string): string {
  const mark = { space: 's', folder: 'f', list: 'li' }[kind];
  const space = kind === 'folder' && parent ? `/${parent.id}` : '';
  return `https://app.clickup.com/${team}/v/${mark}/${id}${space}`;
}

/** A List before a Folder or Space of the same name, because most questions are about Lists. */
async function placeNamed(ref: string, { directory }: ToolContext): Promise<Place> {
  try {
    return await directory.place(ref, ['list']);
  } catch (thrown) {
    const ambiguous = thrown instanceof AppError && thrown.details.candidates !== undefined;
    const unknown = thrown instanceof AppError && /^(invalid_parameters|clickup_not_found)$/.test(thrown.code);
    if (!unknown || ambiguous) throw thrown;
    return directory.place(ref);
  }
}

/** How many tasks that are not closed, subtasks apart, ClickUp counts in all Lists of a place; undefined where it does not say so of one. */
function openIn(place: Place): number | undefined {
  const counts = listsIn(place).map(({ taskCount }) => taskCount);
  return counts.includes(undefined) ? undefined : counts.reduce<number>((sum, count) => sum + count!, 0);
}

/** What ClickUp counts by itself: subtasks are not in it, and what is done and not yet closed is. */
function openLine(open: number, { kind }: Place, statuses: readonly { type: string }[]): string {
  const done = kind !== 'list' || statuses.some(({ type }) => type === 'done');
  return `open: ${open} (as ClickUp counts: without subtasks${done ? ', with what is done and not closed' : ''})`;
}

const FILTERS = { list: 'list_ids', folder: 'project_ids', space: 'space_ids' } as const;

/** Open tasks by status and how many are overdue, as far as some pages tell. */
async function countsOf(place: Place, context: ToolContext): Promise<string> {
  const { clickup, directory, zone, now } = context;
  const { id } = await directory.workspace();
  const tasks: Task[] = [];
  let complete = false;
  for (let page = 0; page < MAX_PAGES && !complete; page += 1) {
    const found = await clickup.call(GetFilteredTeamTasks, {
      path: { team_Id: id },
      query: { [FILTERS[place.kind]]: [place.id], subtasks: true, page },
    });
    tasks.push(...found.tasks);
    complete = found.tasks.length < GetFilteredTeamTasks.pageSize;
  }
  // ClickUp leaves out what is closed, and keeps what is done.
  const open = tasks.filter(({ status }) => status.type !== 'done');
  const byStatus = new Map<string, number>();
  for (const { status } of open) byStatus.set(status.status, (byStatus.get(status.status) ?? 0) + 1);
  const subtasks = open.filter(({ parent }) => parent).length;
  const overdue = open.filter(({ due_date }) => isOverdue(due_date, zone, now)).length;
  const parts = [
    `open: ${open.length}${subtasks ? ` (${subtasks} of them subtasks)` : ''}`,
    `overdue: ${overdue}`,
    ...[...byStatus].map(([name, count]) => `${name}: ${count}`),
  ];
  return `${parts.join(', ')}${complete ? '' : ' – of the first open tasks only; find_tasks with count_by counts all'}`;
}

/** A date without a time of day is over when its day is. */
function isOverdue(due: Task['due_date'], zone: string, now: number): boolean {
  if (!due) return false;
  return dateText(due, zone)!.includes('T') ? Number(due) < now : dayText(due, zone)! < dayText(now, zone)!;
}

const details = (list: List, zone: string) => ({
  description: list.content || undefined,
  due: dateText(list.due_date, zone),
  start: dateText(list.start_date, zone),
  owner: list.assignee && typeof list.assignee === 'object' ? personName(list.assignee) : undefined,
  priority: list.priority ? { name: list.priority.priority, color: list.priority.color } : undefined,
  color: list.status?.color,
});

const objectLine = ({ id, name, about }: NamedObject): string => `${id} ${name}${about ? ` (${about})` : ''}`;

/** Names of ClickApps that are on, and of those that are off. */
function featuresOf({ features }: Space): string[] {
  const on = (name: string, enabled: boolean) => `${name.replaceAll('_', ' ')}: ${enabled ? 'on' : 'off'}`;
  return Object.entries(features).flatMap(([name, feature]) => (feature ? [on(name, feature.enabled)] : []));
}

type Load = (place: Place, context: ToolContext) => Promise<Partial<Output>>;

const space = (place: Place, { clickup }: ToolContext) =>
  clickup.call(GetSpace, { path: { space_id: spaceOf(place).id } });

/** What each value of `include` adds; most are one request, or none where it is known. */
const LOAD: Record<Part, Load> = {
  fields: async (place, { directory }) => ({
    fields: (await directory.objects('field', place)).map(({ name, about }) => (about ? `${name}: ${about}` : name)),
  }),
  tags: async (place, { directory }) => ({ tags: (await directory.objects('tag', place)).map(({ name }) => name) }),
  people: async (place, context) => ({ people: await peopleOf(place, context) }),
  views: async (place, { directory }) => {
    const views = await directory.objects('view', place);
    return { views: [...views.map(objectLine), ...(views.incomplete ? [`(${views.incomplete})`] : [])] };
  },
  features: async (place, context) => ({ features: featuresOf(await space(place, context)) }),
  details: async (place, context) => {
    const counts = await countsOf(place, context);
    if (place.kind !== 'list') return { counts };
    const list = await context.clickup.call(GetList, { path: { list_id: place.id } });
    const open = list.task_count;
    return {
      counts,
      ...(open !== null && open !== undefined && { task_count: Number(open) }),
      ...details(list, context.zone),
    };
  },
};

/** Those whom a place was shared with one by one, and who sees it besides. */
async function peopleOf(place: Place, context: ToolContext): Promise<string[]> {
  const { private: hidden, members = [] } = await space(place, context);
  const shared =
    place.kind === 'list' ? (await context.clickup.call(GetListMembers, { path: { list_id: place.id } })).members : [];
  const others = hidden
    ? members.map(({ user }) => personName(user))
    : ['everybody in the Workspace but guests (the Space is not private)'];
  return [...new Set([...others, ...shared.map((person) => `${personName(person)} (shared with)`)])];
}

export const getList = defineTool({
  name: 'get_list',
  title: 'Get List',
  description:
    'What a List (or Folder, Space) is and allows: path, open tasks, statuses, what lies inside; include adds more (details: dates, counts by status).',
  toolset: 'workspace',
  verb: 'get',
  covers: [GetList, GetListMembers],
  needs: {
    'include=fields': [GetAccessibleCustomFields],
    'include=tags': [GetSpaceTags],
    'include=people': [GetListMembers],
    'include=views': [GetListViews],
    'include=details': [GetFilteredTeamTasks],
    details: [GetFilteredTeamTasks],
  },
  input: z.strictObject({
    list_id: Ref,
    include: z.array(z.enum(PARTS)).min(1).max(PARTS.length).optional(),
    details: z.boolean().optional().meta(UNLISTED),
  }),
  output: OUTPUT,
  async handler({ list_id, include = [], details: wanted }, context) {
    const { directory } = context;
    const place = await wholePlace(await naming('list_id', () => placeNamed(list_id, context)), directory);
    const statuses = await directory.statuses(place);
    const open = openIn(place);
    const inside = outline(place.children);
    const parts = new Set<Part>([...include, ...(wanted ? (['details'] as const) : [])]);
    const found: Partial<Output> = {};
    for (const part of parts) Object.assign(found, await LOAD[part](place, context));
    return {
      id: place.id,
      kind: place.kind,
      path: place.path,
      url: urlOf(place, (await directory.workspace()).id),
      ...(open !== undefined && { task_count: open, counts: openLine(open, place, statuses) }),
      statuses: statuses.map(({ name, type }) => `${name} (${type})`),
      ...(inside.length > 0 && {
        inside: [
          ...inside.slice(0, MAX_INSIDE),
          ...(inside.length > MAX_INSIDE ? [`(${inside.length - MAX_INSIDE} more: get_workspace_hierarchy)`] : []),
        ],
      }),
      ...found,
    };
  },
});
