import {
  CreateFolder,
  CreateFolderFromTemplate,
  CreateFolderlessList,
  CreateFolderListFromTemplate,
  CreateList,
  CreateSpace,
  CreateSpaceListFromTemplate,
  GetFolder,
  GetList,
  GetSpace,
  type List,
  MoveFolder,
  type Place,
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
import { type Meant, meant } from './named-place.js';
import { ALL_ON, settingsOf } from './space-settings.js';
import { spaceOf } from './whole-place.js';

type Kind = Place['kind'];
const WORD: Record<Kind, string> = { space: 'Space', folder: 'Folder', list: 'List' };
/** Longer texts are told by their first words. */
const SHOWN = 60;

const Input = z.strictObject({
  place: Name.describe('Name, path, id or URL; what does not exist is created'),
  kind: z.enum(['space', 'folder', 'list']),
  within: Ref.optional().describe('Space or Folder; a Folder given by path moves there'),
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

/** A Folder goes with its Lists. ClickUp answers nothing, so where it lies is read. @returns where it lies then */
async function move(folder: Place, to: Place, { context, applied, notApplied }: Work): Promise<Place | undefined> {
  const { clickup } = context;
  const path = { folder_id: folder.id };
  await clickup.call(MoveFolder, { path, body: destination(to) });
  const { space, parent_folder } = await clickup.call(GetFolder, { path });
  const at = parent_folder || space.id;
  const line = wasIs('within', folder.parent?.path, to.path);
  if (at === to.id && line) applied.push(line);
  if (at !== to.id)
    notApplied.push({
      field: 'within',
      wanted: to.path,
      is: folder.parent?.path ?? 'none',
      why: 'ClickUp took the request and did not move it',
    });
  return at === to.id ? to : folder.parent;
}

const destination = (to: Place) => (to.kind === 'folder' ? { parent_folder_id: to.id } : { space_id: to.id });

/** Moves and changes what exists. When something fails behind the move, the move stays said. */
async function changed(found: Place, to: Place | undefined, work: Work): Promise<{ name: string; holder?: Place }> {
  const { args, context, notApplied } = work;
  if (to && args.kind === 'list')
    notApplied.push({
      field: 'within',
      wanted: to.path,
      is: found.parent?.path ?? 'none',
      why: "ClickUp's API cannot move a List; a person can, in its menu",
    });
  const holder = to && args.kind === 'folder' ? await move(found, to, work) : found.parent;
  try {
    return { name: await change(found, work), ...(holder && { holder }) };
  } catch (thrown) {
    const { code, message } = AppError.of(thrown);
    if (!to || work.applied.length === 0) throw thrown;
    context.directory.invalidate('tree');
    notApplied.push({
      field: 'name',
      wanted: args.name ?? 'changed',
      is: code === 'unknown_outcome' ? 'not known' : found.name,
      why: code === 'unknown_outcome' ? `unknown: ${message}` : message,
    });
    return { name: found.name, ...(holder && { holder }) };
  }
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
async function judge({ found, holder, to }: Meant, template: string | undefined, work: Work) {
  const { clickup, directory } = work.context;
  const { kind } = work.args;
  const body = { name: 'New' };
  if (found) {
    if (kind === 'list') await clickup.judge(UpdateList, [{ path: { list_id: found.id }, body }]);
    if (kind === 'folder' && to)
      await clickup.judge(MoveFolder, [{ path: { folder_id: found.id }, body: destination(to) }]);
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
  description: 'Create or change a Space, Folder or List.',
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
    MoveFolder,
    UpdateFolder,
    UpdateList,
    UpdateSpace,
  ],
  needs: {
    'kind=space': [[CreateSpace, UpdateSpace]],
    'kind=folder': [[CreateFolder, CreateFolderFromTemplate, UpdateFolder]],
    'kind=list': [[CreateList, CreateFolderlessList, UpdateList]],
    within: [[CreateFolder, CreateFolderFromTemplate, CreateFolderlessList, CreateList, MoveFolder]],
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
    const it = await meant(args, context);
    const { found, name: called, holder, to } = it;
    if (!found && name !== undefined)
      throw new AppError(
        'invalid_parameters',
        `place: there is no ${WORD[kind]} "${called}" to rename. To create one, give its name as place, without name.`,
        { details: { parameter: 'place' } },
      );
    const work: Work = { context, args, wanted: { name, description, due }, applied: [], notApplied: [] };
    await judge(it, template, work);
    const after = found && (await changed(found, to, work));
    const shown = after
      ? await pathNow(kind, found.id, after.name, after.holder, context)
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
