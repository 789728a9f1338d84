import {
  Comment,
  CommentRun,
  Condition,
  CustomField,
  Doc,
  FieldValue,
  Folder,
  GetBulkTasksTimeInStatus,
  List,
  Page,
  PageRef,
  parentPlaceKind,
  postEntityAttachment,
  Space,
  Subtask,
  type Target,
  Task,
  TimeEntry,
  View,
} from '#libs/clickup';
import { type z } from 'zod';
import { type Where } from '../located.js';
import { shownComment, shownRun } from './comments.js';
import { shownField, shownValue } from './fields.js';
import { type Questions, type Rule, type View as Seen } from './rule.js';
import { taskRule } from './tasks.js';

const text = (value: string | number | null | undefined) =>
  value === null || value === undefined ? undefined : String(value);
const folderOf = (folder: { id: string; hidden?: boolean | undefined } | undefined) =>
  folder && !folder.hidden ? folder.id : undefined;

const listRule: Rule<List> = {
  around: ({ id, space, folder }, around) => ({
    space: space?.id ?? around.space,
    folder: folder ? folderOf(folder) : around.folder,
    list: id,
  }),
  show: (list, { shows }, where) => (shows(where) ? list : undefined),
};

const folderRule: Rule<Folder> = {
  around: ({ id, space }, around) => ({ space: space?.id ?? around.space, folder: id }),
  show(folder, view, where) {
    const near = (id: string) => isNear({ space: where.space, folder: id }, view);
    const { parent_folder: above, folders, ...own } = folder;
    const around = {
      ...(above !== undefined && { parent_folder: above !== null && near(above) ? above : null }),
      ...(folders && { folders: folders.filter(({ id }) => near(id)) }),
    };
    if (view.shows(where)) return { ...own, ...around };
    // It only leads to something: its task count would tell how much is hidden in it.
    return view.leadsOn(where) ? { ...own, ...around, task_count: undefined } : undefined;
  },
};
const isNear = (where: Where, { shows, leadsOn }: Seen) => shows(where) || leadsOn(where);

const spaceRule: Rule<Space> = {
  around: ({ id }) => ({ space: id }),
  show: (space, view, where) => (isNear(where, view) ? space : undefined),
};

interface Hanging {
  parent: { id: string; type: number };
}
/** The place that a view or a Doc hangs on; the Workspace is none. */
const parentOf = ({ parent }: Hanging): Target | undefined => {
  const kind = parentPlaceKind(parent?.type);
  return kind && { kind, id: parent.id };
};
const askParent = (object: Hanging, _: Where, questions: Questions) => {
  const target = parentOf(object);
  if (target) questions.ask(target);
};
const hangsInside = (object: Hanging, { shows, at }: Seen) => {
  const target = parentOf(object);
  return target !== undefined && shows(at(target));
};

const docRule: Rule<Doc> = { ask: askParent, show: (doc, view) => (hangsInside(doc, view) ? doc : undefined) };

/** Chat belongs to the Workspace, wherever its view hangs. */
const viewRule: Rule<View> = {
  ask: askParent,
  show: (view, seen) => (view.type !== 'conversation' && hangsInside(view, seen) ? view : undefined),
};

/** The fields whose conditions name no task and no place. */
const PLAIN_CONDITIONS: ReadonlySet<string> = new Set([
  'status',
  'assignee',
  'tag',
  'priority',
  'archived',
  'dueDate',
  'startDate',
  'dateCreated',
  'dateUpdated',
  'dateClosed',
  'dateDone',
  'creator',
  'watcher',
]);
const conditionRule: Rule<Condition> = {
  whole: true,
  show: ({ field, op, values }) => ({
    field,
    op,
    ...(values !== undefined && PLAIN_CONDITIONS.has(field) && { values }),
  }),
};

/** All pages of a Doc lie where the Doc lies, and that was judged by the path. */
const pageRule: Rule<Page | PageRef> = {
  show: (page, { call }) => (page.doc_id === call.path.doc_id ? page : undefined),
};

const taskOf = ({ task }: TimeEntry): Target | undefined => (task ? { kind: 'task', id: task.id } : undefined);
const placeOfEntry = ({ task_location: at }: TimeEntry): Where | undefined =>
  at?.list_id ? { space: text(at.space_id), folder: text(at.folder_id), list: text(at.list_id) } : undefined;
const entryRule: Rule<TimeEntry> = {
  ask(entry, _, questions) {
    const task = taskOf(entry);
    if (task && !placeOfEntry(entry)) questions.ask(task);
  },
  show(entry, { shows, at }) {
    const task = taskOf(entry);
    const where = placeOfEntry(entry) ?? (task && at(task));
    return where && shows(where) ? entry : undefined;
  },
};

/** Keyed by task id. A task that the query named was judged before the call was sent; any other has to be looked up. */
const wasAsked = (id: string, { query }: Seen['call']) => Array.isArray(query.task_ids) && query.task_ids.includes(id);
const byTaskRule: Rule<Record<string, unknown>> = {
  ask: (answer, _, { call, ask }) =>
    Object.keys(answer)
      .filter((id) => !wasAsked(id, call))
      .forEach((id) => ask({ kind: 'task', id })),
  show: (answer, { call, shows, at }) =>
    Object.fromEntries(Object.entries(answer).filter(([id]) => wasAsked(id, call) || shows(at({ kind: 'task', id })))),
};

const attachedRule: Rule<{ parent_entity_type: string; parent_id: string }> = {
  ask: ({ parent_id }, _, questions) => questions.ask({ kind: 'task', id: parent_id }),
  show: (file, { shows, at }) => (shows(at({ kind: 'task', id: file.parent_id })) ? file : undefined),
};

/**
 * What a caller whose reading is limited to places sees of each kind of object, wherever in an answer it stands, in answers to reads
 * and to writes. What has no row here (people, tags, statuses, dates, checklists) is shown with the object that holds it; what is not in
 * the schema of an answer is never shown.
 */
export const RULES: ReadonlyMap<z.ZodType, Rule<never>> = new Map<z.ZodType, Rule<never>>([
  [Task, taskRule],
  [Subtask, taskRule],
  [FieldValue, { show: shownValue, whole: true }],
  [CustomField, { show: shownField, whole: true }],
  [List, listRule],
  [Folder, folderRule],
  [Space, spaceRule],
  [View, viewRule],
  [Condition, conditionRule],
  [Doc, docRule],
  [Page, pageRule],
  [PageRef, pageRule],
  [Comment, { show: shownComment }],
  [CommentRun, { show: shownRun, whole: true }],
  [TimeEntry, entryRule],
  [GetBulkTasksTimeInStatus.response, byTaskRule],
  [postEntityAttachment.response, attachedRule],
]);
