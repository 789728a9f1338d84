import {
  CreateFolder,
  CreateFolderFromTemplate,
  CreateFolderlessList,
  CreateFolderListFromTemplate,
  CreateList,
  CreateSpace,
  CreateSpaceListFromTemplate,
  GetList,
  GetSpace,
  type List,
  type Place,
  type Space,
  UpdateFolder,
  UpdateList,
  UpdateSpace,
} from '#libs/clickup';
import { AppError, type When } from '#libs/core';
import { z } from 'zod';
import { Applied, NotApplied, wasIs } from '../answers/changes.js';
import { Markdown, Name, Ref, UNLISTED, When as WhenText } from '../arguments/inputs.js';
import { dateText, moment } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { urlOf } from './get-list.js';
import { spaceOf } from './whole-place.js';

type Kind = Place['kind'];
const WORD: Record<Kind, string> = { space: 'Space', folder: 'Folder', list: 'List' };
/** Longer texts are told by their first words. */
const SHOWN = 60;

const Input = z.strictObject({
  place: Name.describe('Name, path, id or URL; what does not exist is created'),
  kind: z.enum(['space', 'folder', 'list']),
  within: Ref.optional().describe('Space or Folder to create it in'),
  template: Ref.optional(),
  name: Name.optional().describe('New name'),
  description: Markdown.optional(),
  due_date: WhenText.optional(),
  // ClickUp's API cannot do this, and the answer says so.
  archived: z.boolean().optional().meta(UNLISTED),
});
type Args = z.output<typeof Input>;

/** What is asked of a place beside its existence, with words and dates read. */
interface Wanted {
  name?: string | undefined;
  description?: string | undefined;
  due?: When | undefined;
}

/** What this call did; grows as requests are answered. */
interface Work {
  context: ToolContext;
  args: Args;
  wanted: Wanted;
  applied: string[];
  notApplied: NonNullable<NotApplied>;
}

const looksLikeId = (ref: string): boolean => /^\d{6,}$/.test(ref.trim()) || /clickup\.com\//i.test(ref);

/**
 * The place that is meant, or what a new one is called and where it goes. A path says both; an id or URL names what must exist.
 */
async function meant(args: Args, { directory }: ToolContext): Promise<{ found?: Place; name: string; holder?: Place }> {
  const { place, kind } = args;
  if (kind === 'space' && args.within !== undefined)
    throw new AppError('invalid_parameters', 'within: a Space lies in the Workspace itself: leave it out.', {
      details: { parameter: 'within' },
    });
  const holders: Kind[] = kind === 'list' || kind === 'folder' ? ['space', 'folder'] : [];
  const within =
    args.within === undefined ? undefined : await naming('within', () => directory.place(args.within!, holders));
  const text = place.trim();
  if (looksLikeId(text)) return { found: await naming('place', () => directory.place(text, [kind])), name: text };
  const path = within ? `${within.path} / ${text}` : text;
  let unknown = '';
  const found = await directory.place(path, [kind]).catch((thrown: unknown) => {
    if (!isUnknownName(thrown)) throw named(thrown);
    unknown = thrown.message;
    return undefined;
  });
  if (found && (!within || found.path.startsWith(`${within.path} / `))) return { found, name: found.name };
  if (within) return { name: text, holder: within };
  if (kind === 'space') return { name: text };
  // "Engineering / Backend / New" is a new List in a Folder that exists, while a name may hold a slash itself.
  const cut = text.lastIndexOf('/');
  const above = cut < 0 ? undefined : text.slice(0, cut).trim();
  if (!above)
    throw new AppError(
      'invalid_parameters',
      `place: ${unknown} To create one of this name, say in which Space or Folder: within.`,
      { details: { parameter: 'place' } },
    );
  return { name: text.slice(cut + 1).trim(), holder: await naming('place', () => directory.place(above, holders)) };
}

/** Whether nothing has this name: then it can be created. A name that several have, or another failure, is none of that. */
const isUnknownName = (thrown: unknown): thrown is AppError =>
  thrown instanceof AppError &&
  (thrown.code === 'clickup_not_found' || thrown.code === 'invalid_parameters') &&
  thrown.details.candidates === undefined;

const named = (thrown: unknown): unknown =>
  thrown instanceof AppError && thrown.code === 'invalid_parameters'
    ? new AppError(thrown.code, `place: ${thrown.message}`, { details: { ...thrown.details, parameter: 'place' } })
    : thrown;

/** What ClickUp's API can change of each kind. */
const CAN: Record<Kind, readonly (keyof Wanted)[]> = {
  space: ['name'],
  folder: ['name'],
  list: ['name', 'description', 'due'],
};

/** Tells of what no request can reach, and leaves the rest. */
function possible({ args, wanted, notApplied }: Work, existing: Place | undefined): Wanted {
  const { kind } = args;
  const say = (field: string, value: string, why: string) => notApplied.push({ field, wanted: value, is: '–', why });
  if (args.archived !== undefined)
    say('archived', String(args.archived), `ClickUp's API cannot archive a ${WORD[kind]}; a person can, in its menu`);
  if (existing && args.template !== undefined)
    say('template', args.template, `a template is for a new ${WORD[kind]}, and this one exists`);
  const left: Wanted = { ...wanted };
  for (const field of ['description', 'due'] as const) {
    if (wanted[field] === undefined || CAN[kind].includes(field)) continue;
    delete left[field];
    say(
      field === 'due' ? 'due_date' : field,
      field === 'due' ? args.due_date! : short(wanted.description),
      `ClickUp's API keeps no such thing of a ${WORD[kind]}`,
    );
  }
  return left;
}

const short = (text: string | null | undefined): string =>
  text && text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : (text ?? '');

const bodyOf = ({ name, description, due }: Wanted) => ({
  ...(name !== undefined && { name }),
  ...(description !== undefined && { markdown_content: description }),
  ...(due && { due_date: due.ms, due_date_time: due.hasTime }),
});

async function changeList(id: string, wanted: Wanted, { context, applied, notApplied }: Work): Promise<string> {
  const { clickup, zone } = context;
  const path = { list_id: id };
  const before = await clickup.call(GetList, { path });
  const after = await clickup.call(UpdateList, { path, body: { name: before.name, ...bodyOf(wanted) } });
  const due = (list: List) => dateText(list.due_date, zone);
  tell('name', wanted.name, before.name, after.name);
  tell(
    'description',
    wanted.description,
    short(before.content),
    short(after.content),
    sameText(wanted.description, after),
  );
  tell('due_date', wanted.due && dateText(wanted.due.ms, zone), due(before), due(after));
  return after.name;

  function tell(field: string, want: string | undefined, was?: string, is?: string, reached = want === is) {
    if (want === undefined) return;
    const line = wasIs(field, was, is);
    if (line) applied.push(line);
    if (!reached) notApplied.push({ field, wanted: short(want), is: is || 'none' });
  }
}

/** The answer holds flattened text, so what can be told is whether its words arrived. */
function sameText(wanted: string | undefined, { content }: List): boolean {
  const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu)?.join(' ') ?? '';
  return wanted === undefined || words(content ?? '').startsWith(words(wanted).slice(0, SHOWN));
}

function renamed(work: Work, was: string, is: string): string {
  const { wanted, applied, notApplied } = work;
  const line = wasIs('name', was, is);
  if (line) applied.push(line);
  if (is !== wanted.name) notApplied.push({ field: 'name', wanted: wanted.name!, is });
  return is;
}

/** ClickUp takes the settings of a Space only all together, so they are read and sent back as they are. */
function settingsOf(space: Space) {
  const { features, color, private: hidden, admin_can_manage, multiple_assignees } = space;
  const { due_dates, ...rest } = features;
  const on = (name: Exclude<keyof typeof rest, never>) => ({ enabled: rest[name]?.enabled ?? false });
  return {
    color: color ?? '',
    private: hidden,
    admin_can_manage: admin_can_manage ?? false,
    multiple_assignees,
    features: {
      due_dates,
      time_tracking: on('time_tracking'),
      tags: on('tags'),
      time_estimates: on('time_estimates'),
      checklists: on('checklists'),
      custom_fields: on('custom_fields'),
      remap_dependencies: on('remap_dependencies'),
      dependency_warning: on('dependency_warning'),
      portfolios: on('portfolios'),
    },
  };
}

/** What a new Space can do: everything, as when a person makes one. */
const ALL_ON = {
  multiple_assignees: true,
  features: {
    due_dates: { enabled: true, start_date: true, remap_due_dates: true, remap_closed_due_date: false },
    time_tracking: { enabled: true },
    tags: { enabled: true },
    time_estimates: { enabled: true },
    checklists: { enabled: true },
    custom_fields: { enabled: true },
    remap_dependencies: { enabled: true },
    dependency_warning: { enabled: true },
    portfolios: { enabled: true },
  },
};

/** Changes a place that exists; sends nothing where nothing would change. @returns its name afterwards */
async function change(place: Place, work: Work): Promise<string> {
  const { clickup } = work.context;
  const wanted = possible(work, place);
  if (wanted.name === place.name) delete wanted.name;
  if (Object.values(wanted).every((value) => value === undefined)) return place.name;
  const { id, name } = place;
  if (place.kind === 'list') return changeList(id, wanted, work);
  if (place.kind === 'folder') {
    const after = await clickup.call(UpdateFolder, { path: { folder_id: id }, body: { name: wanted.name! } });
    return renamed(work, name, after.name);
  }
  const path = { space_id: id };
  const settings = settingsOf(await clickup.call(GetSpace, { path }));
  const after = await clickup.call(UpdateSpace, { path, body: { ...settings, name: wanted.name! } });
  return renamed(work, name, after.name);
}

/** @returns the id of the new place */
async function create(name: string, holder: Place | undefined, template: string | undefined, work: Work) {
  const { clickup, directory } = work.context;
  const { kind } = work.args;
  const wanted = possible(work, undefined);
  const parent_folder_id = holder?.kind === 'folder' ? holder.id : undefined;
  if (kind === 'space') {
    const { id: team_id } = await directory.workspace();
    return (await clickup.call(CreateSpace, { path: { team_id }, body: { name, ...ALL_ON } })).id;
  }
  const space_id = spaceOf(holder!).id;
  // The object itself is wanted, not the promise of one.
  const options = { return_immediately: false };
  if (kind === 'folder') {
    const body = { name, ...(parent_folder_id && { parent_folder_id }) };
    if (!template) return (await clickup.call(CreateFolder, { path: { space_id }, body })).id;
    const path = { space_id, template_id: template };
    return String((await clickup.call(CreateFolderFromTemplate, { path, body: { ...body, options } })).id);
  }
  if (!template) {
    const body = { name, ...bodyOf({ ...wanted, name }) };
    const list = parent_folder_id
      ? await clickup.call(CreateList, { path: { folder_id: parent_folder_id }, body })
      : await clickup.call(CreateFolderlessList, { path: { space_id }, body });
    tellLacking(list, wanted, work);
    return list.id;
  }
  const body = { name, options };
  const { id } = parent_folder_id
    ? await clickup.call(CreateFolderListFromTemplate, {
        path: { folder_id: parent_folder_id, template_id: template },
        body,
      })
    : await clickup.call(CreateSpaceListFromTemplate, { path: { space_id, template_id: template }, body });
  delete wanted.name;
  if (Object.keys(bodyOf(wanted)).length) await afterwards(id, wanted, work);
  return id;
}

/** What ClickUp's answer does not show of a List that it has just made. */
function tellLacking(list: List, { description, due }: Wanted, { context, notApplied }: Work): void {
  const is = dateText(list.due_date, context.zone);
  const wanted = due && dateText(due.ms, context.zone);
  if (!sameText(description, list))
    notApplied.push({ field: 'description', wanted: short(description), is: short(list.content) || 'none' });
  if (wanted !== is && wanted) notApplied.push({ field: 'due_date', wanted, is: is ?? 'none' });
}

/** The second request for a new List. It exists already, so what fails now is told, not thrown. */
async function afterwards(id: string, wanted: Wanted, work: Work): Promise<void> {
  try {
    await changeList(id, wanted, work);
  } catch (thrown) {
    const { code, message } = AppError.of(thrown);
    const why = code === 'unknown_outcome' ? `unknown: ${message}` : message;
    const { description, due_date } = work.args;
    if (wanted.description !== undefined)
      work.notApplied.push({ field: 'description', wanted: short(description), is: 'not set', why });
    if (wanted.due) work.notApplied.push({ field: 'due_date', wanted: due_date!, is: 'not set', why });
  }
}

/** Judges what will be sent before the first of it is, so that nothing is half done for want of a right. */
async function judge(found: Place | undefined, holder: Place | undefined, template: string | undefined, work: Work) {
  const { clickup, directory } = work.context;
  const { kind } = work.args;
  const body = { name: 'New' };
  if (found) {
    if (kind === 'list') await clickup.judge(UpdateList, [{ path: { list_id: found.id }, body }]);
    if (kind === 'folder') await clickup.judge(UpdateFolder, [{ path: { folder_id: found.id }, body }]);
    return;
  }
  if (kind === 'space') {
    const { id: team_id } = await directory.workspace();
    return clickup.judge(CreateSpace, [{ path: { team_id }, body: { ...body, ...ALL_ON } }]);
  }
  if (kind === 'list' && holder?.kind === 'folder' && !template)
    await clickup.judge(CreateList, [{ path: { folder_id: holder.id }, body }]);
}

async function templateOf({ template, kind }: Args, { directory }: ToolContext): Promise<string | undefined> {
  if (template === undefined) return undefined;
  if (kind === 'space')
    throw new AppError('invalid_parameters', "template: ClickUp's API makes no Space from a template.", {
      details: { parameter: 'template' },
    });
  const only = ({ about }: { about?: string }) => about === kind;
  return (await naming('template', () => directory.object('template', template, undefined, only))).id;
}

/** Where it lies now, and under which name. */
async function pathNow(kind: Kind, id: string, name: string, holder: Place | undefined, { directory }: ToolContext) {
  const team = (await directory.workspace()).id;
  const path = [holder?.path, name].filter(Boolean).join(' / ');
  return { id, path, url: urlOf({ kind, id, name, path, children: [], parent: holder }, team) };
}

export const savePlace = defineTool({
  name: 'save_place',
  title: 'Save place',
  description: 'Create, rename or change a Space, Folder or List.',
  toolset: 'workspace',
  verb: 'update',
  covers: [
    CreateFolder,
    CreateFolderFromTemplate,
    CreateFolderlessList,
    CreateFolderListFromTemplate,
    CreateList,
    CreateSpace,
    CreateSpaceListFromTemplate,
    UpdateFolder,
    UpdateList,
    UpdateSpace,
  ],
  needs: {
    'kind=space': [[CreateSpace, UpdateSpace]],
    'kind=folder': [[CreateFolder, CreateFolderFromTemplate, UpdateFolder]],
    'kind=list': [[CreateList, CreateFolderlessList, UpdateList]],
    within: [[CreateFolder, CreateFolderFromTemplate, CreateFolderlessList, CreateList]],
    template: [[CreateFolderFromTemplate, CreateFolderListFromTemplate, CreateSpaceListFromTemplate]],
  },
  input: Input,
  output: z.strictObject({
    outcome: z.string(),
    id: z.string(),
    path: z.string(),
    url: z.string(),
    applied: Applied,
    not_applied: NotApplied,
  }),
  async handler(args, context) {
    const { kind, name, description } = args;
    const due = await moment('due_date', args.due_date, context);
    const template = await templateOf(args, context);
    const { found, name: called, holder } = await meant(args, context);
    if (!found && name !== undefined)
      throw new AppError(
        'invalid_parameters',
        `place: there is no ${WORD[kind]} "${called}" to rename. To create one, give its name as place, without name.`,
        { details: { parameter: 'place' } },
      );
    const work: Work = { context, args, wanted: { name, description, due }, applied: [], notApplied: [] };
    await judge(found, holder, template, work);
    const shown = found
      ? await pathNow(kind, found.id, await change(found, work), found.parent, context)
      : await pathNow(kind, await create(called, holder, template, work), called, holder, context);
    const { applied, notApplied } = work;
    return {
      outcome: found ? (applied.length ? 'changed' : 'unchanged') : 'created',
      ...shown,
      ...(applied.length > 0 && { applied }),
      ...(notApplied.length > 0 && { not_applied: notApplied }),
    };
  },
  headline: ({ outcome, path }) => `${outcome.charAt(0).toUpperCase()}${outcome.slice(1)}: ${path}`,
});
