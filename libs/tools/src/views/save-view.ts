import {
  type Condition,
  CreateFolderView,
  CreateListView,
  CreateSpaceView,
  CreateTeamView,
  GetView,
  type Place,
  UpdateView,
  type View,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied, wasIs } from '../answers/changes.js';
import { personIds } from '../arguments/address.js';
import { Name, Ref, Refs } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { defineTool, type ToolContext } from '../tool/tool.js';

const TYPES = ['list', 'board', 'calendar', 'table', 'timeline', 'workload', 'activity', 'map', 'gantt'] as const;
const Words = z.array(z.string().min(1).max(200)).min(1).max(50);

const Input = z.strictObject({
  view: Name.describe('Name, id or URL; what does not exist is created'),
  within: Ref.optional().describe('Space, Folder or List; the whole Workspace without it'),
  type: z.enum(TYPES).optional(),
  name: Name.optional().describe('New name'),
  statuses: Words.optional(),
  assignees: Refs.optional(),
  tags: Words.optional(),
  group_by: z.enum(['none', 'status', 'priority', 'assignee', 'tag', 'dueDate']).optional(),
  sort_by: z.enum(['none', 'priority', 'dueDate', 'dateCreated', 'dateUpdated', 'assignee', 'status']).optional(),
  show_closed: z.boolean().optional(),
});
type Args = z.output<typeof Input>;

/** Everything that a view is made of: ClickUp takes the whole, and what is left out is lost. */
const EMPTY = {
  grouping: { field: 'none', dir: 1, collapsed: [], ignore: false },
  divide: { field: null, dir: null, collapsed: [] },
  sorting: { fields: [] },
  filters: { op: 'AND', fields: [], search: '', show_closed: false },
  columns: { fields: [] },
  team_sidebar: { assignees: [], assigned_comments: false, unassigned_tasks: false },
  settings: {
    show_task_locations: false,
    show_subtasks: 1,
    show_subtask_parent_names: false,
    show_closed_subtasks: false,
    show_assignees: true,
    show_images: true,
    collapse_empty_columns: null,
    me_comments: true,
    me_subtasks: true,
    me_checklists: true,
  },
};
type Parts = { [Part in keyof typeof EMPTY]: NonNullable<View[Part]> };

const partsOf = (view: View | undefined): Parts => ({
  grouping: view?.grouping ?? EMPTY.grouping,
  divide: view?.divide ?? EMPTY.divide,
  sorting: view?.sorting ?? EMPTY.sorting,
  filters: view?.filters ?? EMPTY.filters,
  columns: view?.columns ?? EMPTY.columns,
  team_sidebar: view?.team_sidebar ?? EMPTY.team_sidebar,
  settings: view?.settings ?? EMPTY.settings,
});

/** The conditions with those of the named fields replaced; all others stay. */
function conditions(
  before: readonly Condition[],
  wanted: Readonly<Record<string, unknown[] | undefined>>,
): Condition[] {
  const given = Object.entries(wanted).flatMap(([field, values]) => (values ? [{ field, op: 'ANY', values }] : []));
  return [...before.filter(({ field }) => !given.some((each) => each.field === field)), ...given];
}

async function withAsked(args: Args, before: Parts, context: ToolContext): Promise<Parts> {
  const { group_by, sort_by, show_closed, statuses, tags } = args;
  const assignees = args.assignees && (await personIds('assignees', args.assignees, context));
  return {
    ...before,
    grouping: group_by === undefined ? before.grouping : { ...before.grouping, field: group_by },
    sorting:
      sort_by === undefined ? before.sorting : { fields: sort_by === 'none' ? [] : [{ field: sort_by, dir: 1 }] },
    filters: {
      ...before.filters,
      fields: conditions(before.filters.fields, { status: statuses, tag: tags, assignee: assignees }),
      show_closed: show_closed ?? before.filters.show_closed,
    },
  };
}

/** A view in words, as far as this tool changes it. */
function wordsOf({ name, grouping, sorting, filters }: Pick<View, 'name'> & Partial<Parts>): Record<string, string> {
  const conditionText = ({ field, op, values }: Condition) => `${field} ${op} ${JSON.stringify(values ?? '')}`;
  return {
    name,
    group_by: grouping?.field ?? '',
    sort_by: sorting?.fields.map(({ field }) => field).join(', ') ?? '',
    filters: filters?.fields.map(conditionText).join('; ') ?? '',
    show_closed: String(filters?.show_closed ?? ''),
  };
}

/** Statuses are checked against the place, because ClickUp takes any word and then shows nothing. */
async function checkStatuses({ statuses }: Args, place: Place | undefined, { directory }: ToolContext): Promise<void> {
  if (!statuses || !place) return;
  const known = await directory.statuses(place);
  const wrong = statuses.find((status) => !known.some(({ name }) => name.toLowerCase() === status.toLowerCase()));
  if (wrong === undefined) return;
  const names = known.map(({ name }) => name).join(', ');
  throw new AppError('invalid_parameters', `statuses: ${place.path} has no status "${wrong}". It has ${names}.`, {
    details: { parameter: 'statuses' },
  });
}

async function existing(args: Args, place: Place | undefined, context: ToolContext): Promise<View | undefined> {
  const { directory, clickup } = context;
  const found = await naming('view', () => directory.object('view', args.view, place)).catch((thrown: unknown) => {
    const unknown = thrown instanceof AppError && thrown.code === 'invalid_parameters';
    const several = unknown && thrown.details.candidates !== undefined;
    if (!unknown || several || args.name !== undefined || /clickup\.com\//.test(args.view)) throw thrown;
    return undefined;
  });
  return found && (await clickup.call(GetView, { path: { view_id: found.id } })).view;
}

async function create(args: Args, place: Place | undefined, { clickup, directory }: ToolContext, parts: Parts) {
  const body = { ...parts, name: args.view, type: args.type ?? 'list' };
  if (!place) {
    const { id: team_id } = await directory.workspace();
    return (await clickup.call(CreateTeamView, { path: { team_id }, body })).view;
  }
  if (place.kind === 'list') return (await clickup.call(CreateListView, { path: { list_id: place.id }, body })).view;
  if (place.kind === 'folder')
    return (await clickup.call(CreateFolderView, { path: { folder_id: place.id }, body })).view;
  return (await clickup.call(CreateSpaceView, { path: { space_id: place.id }, body })).view;
}

export const saveView = defineTool({
  name: 'save_view',
  title: 'Save view',
  description:
    'Create a view of a place, or rename it or change its filters, grouping and sorting; the rest of it stays.',
  toolset: 'views',
  verb: 'update',
  listed: false,
  covers: [CreateFolderView, CreateListView, CreateSpaceView, CreateTeamView, UpdateView],
  // What a view is, is decided when it is made.
  needs: { type: [[CreateFolderView, CreateListView, CreateSpaceView, CreateTeamView]], name: [UpdateView] },
  input: Input,
  output: z.strictObject({
    outcome: z.string(),
    view: z.string(),
    view_id: z.string(),
    where: z.string(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  headline: ({ outcome, view }) => `${outcome.charAt(0).toUpperCase()}${outcome.slice(1)}: view ${view}`,
  async handler(args, context) {
    const { clickup, directory } = context;
    const place = args.within === undefined ? undefined : await naming('within', () => directory.place(args.within!));
    const before = await existing(args, place, context);
    await checkStatuses(args, place, context);
    const parts = await withAsked(args, partsOf(before), context);
    const where = place?.path ?? 'Workspace';
    if (!before) {
      const made = await create(args, place, context, parts);
      return {
        outcome: 'created',
        view: made.name,
        view_id: made.id,
        where,
        ...lacking({ ...parts, name: args.view }, made),
      };
    }
    const { id, type, parent } = before;
    if (args.type !== undefined && args.type !== type)
      throw new AppError(
        'invalid_parameters',
        `type: this view is a ${type}, and ClickUp cannot turn it into another.`,
        {
          details: { parameter: 'type' },
        },
      );
    const body = { ...parts, name: args.name ?? before.name, type, parent };
    const shown = { view: body.name, view_id: id, where: place?.path ?? 'where it was' };
    if (JSON.stringify(wordsOf(body)) === JSON.stringify(wordsOf(before))) return { outcome: 'unchanged', ...shown };
    const { view } = await clickup.call(UpdateView, { path: { view_id: id }, body });
    const [was, is] = [wordsOf(before), wordsOf(view)];
    const applied = Object.keys(is).flatMap((field) => wasIs(field, was[field], is[field]) ?? []);
    return {
      outcome: applied.length ? 'changed' : 'unchanged',
      ...shown,
      view: view.name,
      ...(applied.length > 0 && { applied }),
      ...lacking(body, view),
    };
  },
});

function lacking(wanted: Pick<View, 'name'> & Parts, view: View): { not_applied?: NotApplied } {
  const [want, is] = [wordsOf(wanted), wordsOf(view)];
  const differences = Object.keys(want).flatMap((field) =>
    want[field] === is[field] ? [] : [{ field, wanted: want[field]!, is: is[field] || 'none' }],
  );
  return differences.length ? { not_applied: differences } : {};
}
