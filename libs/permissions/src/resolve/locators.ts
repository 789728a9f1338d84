import {
  getDocPublic,
  getPagePublic,
  Getrunningtimeentry,
  Getsingulartimeentry,
  Gettrackedtime,
  type TargetKind,
  type TimeEntry,
} from '#libs/clickup';
import { type Where } from '../located.js';
import { commentPlace } from './comments.js';
import { channelHome, goalHome, groupHome, keyResultHome, messageHome, templateHome, webhookHome } from './homes.js';
import { type Lookup } from './lookup.js';
import { viewPlace } from './views.js';
import { same, Unresolved } from './where.js';

type Locator = (id: string, lookup: Lookup) => Promise<Where> | Where;

/** For what lies nowhere by itself, like a tag or a person: the objects named beside it decide. */
const nowhere: Locator = () => ({});

/** The id by which targets name the running timer in the Workspace of the path. */
export const RUNNING = 'current';

/** How each kind of object is found. What ClickUp does not look up by id needs a parent that the caller names and that is verified here. */
export const LOCATORS: Readonly<Record<TargetKind, Locator>> = {
  workspace: (id) => ({ workspace: id }),
  space: (id) => ({ space: id }),
  folder: (id, lookup) => lookup.folder(id),
  list: (id, lookup) => lookup.list(id),
  task: async (id, lookup) => (await lookup.task(id)).where,
  comment: commentPlace,
  checklist: checklistPlace,
  // The value of a Custom Field can be files: they must be attached to the task in the path, or their place cannot be told.
  attachment: (id, lookup) => onTask(lookup.path.task_id, id, lookup, ({ attachments = [] }) => attachments),
  time_entry: timeEntryPlace,
  view: viewPlace,
  doc: docPlace,
  page: pagePlace,
  field: nowhere,
  tag: nowhere,
  user: nowhere,
  guest: nowhere,
  // These belong to the Workspace as a whole: no Space contains them.
  template: templateHome,
  goal: goalHome,
  key_result: keyResultHome,
  webhook: webhookHome,
  group: groupHome,
  channel: channelHome,
  message: messageHome,
};

type Parts = (task: Awaited<ReturnType<Lookup['wholeTask']>>) => readonly { id: string }[];

/** On the task that the caller names. Items that the request names must be on this very checklist: another one may belong to another task. */
function checklistPlace(id: string, lookup: Lookup): Promise<Where> {
  const { task } = lookup.parent;
  if (!task) throw new Unresolved('ClickUp does not say where a checklist lies: name its task as parent');
  const { parent } = (lookup.body ?? {}) as { parent?: unknown };
  const named = [lookup.path.checklist_item_id, parent].filter((item) => typeof item === 'string');
  return onTask(
    task,
    id,
    lookup,
    ({ checklists = [] }) =>
      checklists.filter(({ items }) => named.every((name) => items.some((item) => item.id === name))),
    named,
  );
}

function onTask(
  task: string | undefined,
  id: string,
  lookup: Lookup,
  parts: Parts,
  named: readonly string[] = [],
): Promise<Where> {
  if (!task) throw new Unresolved('the task it hangs on is not named');
  return lookup.cache.read(['part', task, id, ...named].join('/'), async () => {
    if (!parts(await lookup.wholeTask(task)).some((part) => part.id === id))
      throw new Unresolved('it is not on the task that was named');
    return (await lookup.task(task)).where;
  });
}

/** By its id in the Workspace of the path. The older interface has a task in the path instead, on which the interval must be found. */
async function timeEntryPlace(id: string, lookup: Lookup): Promise<Where> {
  const { workspace: team_id, path, call, cache } = lookup;
  if (team_id === undefined) return intervalPlace(path.task_id, id, lookup);
  if (id === RUNNING) return entryPlace((await call(Getrunningtimeentry, { path: { team_id } })).data, lookup);
  return cache.read(`time_entry/${id}`, async () => {
    const { data } = await call(Getsingulartimeentry, { path: { team_id, timer_id: id } });
    same(id, data?.id);
    return entryPlace(data, lookup);
  });
}

async function intervalPlace(task_id: string | undefined, id: string, lookup: Lookup): Promise<Where> {
  if (task_id === undefined) throw new Unresolved('the task it was worked on is not named');
  const { data } = await lookup.call(Gettrackedtime, { path: { task_id } });
  if (!data.some(({ intervals }) => intervals.some((interval) => interval.id === id)))
    throw new Unresolved('it is not on the task that was named');
  return (await lookup.task(task_id)).where;
}

async function entryPlace(entry: TimeEntry | null, lookup: Lookup): Promise<Where> {
  if (!entry) return { none: true };
  const { task, task_location: at, wid } = entry;
  const workspace = String(wid);
  if (!task) return { workspace };
  if (!at?.list_id || !at.space_id) return (await lookup.task(task.id)).where;
  return {
    workspace,
    space: String(at.space_id),
    folder: at.folder_id === null ? undefined : String(at.folder_id),
    list: String(at.list_id),
  };
}

function docPlace(id: string, lookup: Lookup): Promise<Where> {
  const { workspace: workspace_id, cache, call } = lookup;
  if (workspace_id === undefined) throw new Unresolved('its Workspace is not named');
  return cache.read(`doc/${id}`, async () => {
    const doc = await call(getDocPublic, { path: { workspace_id, doc_id: id } });
    same(id, doc.id);
    return { ...(await lookup.parentPlace(doc.parent)), workspace: String(doc.workspace_id) };
  });
}

/** Where its Doc lies, if it is a page of the Doc in the path. */
function pagePlace(id: string, lookup: Lookup): Promise<Where> {
  const { workspace: workspace_id, path, cache, call } = lookup;
  const { doc_id } = path;
  if (workspace_id === undefined || doc_id === undefined) throw new Unresolved('its Doc is not named');
  return cache.read(`page/${doc_id}/${id}`, async () => {
    const page = await call(getPagePublic, { path: { workspace_id, doc_id, page_id: id } });
    same(id, page.id);
    same(doc_id, page.doc_id);
    return docPlace(doc_id, lookup);
  });
}
