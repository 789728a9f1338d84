import { isCustomTaskId, type Parent, type Person } from '#libs/clickup';
import { AppError } from '#libs/core';
import { addressOf, taskIdOf } from '../arguments/address.js';
import { naming, namesNothing } from '../arguments/naming.js';
import { personName } from '../answers/task.js';
import { type ToolContext } from '../tool/tool.js';

/** What comments and messages can be on. `label` names it in answers as the caller would. */
export type Commentable = { label: string } & (
  | { kind: 'task'; path: { task_id: string }; query: { custom_task_ids?: true; team_id?: string } }
  | { kind: 'list'; id: string }
  | { kind: 'view'; id: string }
  | { kind: 'channel'; id: string; workspace_id: string }
  | { kind: 'person'; person: Person; workspace_id: string }
);
export type CommentableKind = Commentable['kind'];

const TASK_URL = /\.clickup\.com\/t\//i;
const CHANNEL_URL = /\.clickup\.com\/\d+\/chat\/(?:r\/)?([\w-]+)/i;
const VIEW_URL = /\.clickup\.com\/\d+\/v\/(?:[a-z]+\/)+([\w-]+)/i;
/** Ids of tasks as ClickUp gives them out now: a number first, some letter later. */
const TASK_ID = /^(?:CU-)?(?=\w*[a-z])\d[a-z0-9]{4,19}$/i;
const LIST_ID = /^\d{9,20}$/;
/** Ids of views and channels: `4-90140201-8`, `8cdu22c-1014`. */
const VIEW_ID = /^\d{1,2}-\d{1,20}-\d+$|^\d[a-z0-9]{4,11}-\d+$/i;

const KINDS = 'a task by id or name, a List, a chat view, a chat channel as "#name", or a person as "@name"';

/** What `work` finds; nothing is not an error here, because something of another kind may have the name. */
async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (namesNothing(thrown)) return undefined;
    throw thrown;
  }
}

async function channel(ref: string, { directory }: ToolContext): Promise<Commentable> {
  const { id, name } = await directory.object('channel', ref);
  return { kind: 'channel', id, label: `#${name || id}`, workspace_id: (await directory.workspace()).id };
}

async function person(ref: string, { directory }: ToolContext): Promise<Commentable> {
  const found = await directory.person(ref);
  return {
    kind: 'person',
    person: found,
    label: `@${personName(found)}`,
    workspace_id: (await directory.workspace()).id,
  };
}

async function task(argument: string, ref: string, context: ToolContext): Promise<Commentable> {
  return { kind: 'task', label: ref, ...(await addressOf(argument, ref, context)) };
}

async function list(ref: string, { directory }: ToolContext): Promise<Commentable> {
  if (LIST_ID.test(ref)) return { kind: 'list', id: ref, label: ref };
  const { id, path } = await directory.place(ref, ['list']);
  return { kind: 'list', id, label: path };
}

/** Somebody with exactly this name: a part of one is enough behind an `@` only. */
async function namesake(ref: string, context: ToolContext): Promise<Commentable | undefined> {
  const found = await person(ref, context);
  return found.label.toLowerCase() === `@${ref.toLowerCase()}` ? found : undefined;
}

/** By what the text itself says it is; undefined for a bare name. */
function bySpelling(argument: string, ref: string, context: ToolContext): Promise<Commentable> | undefined {
  const channelId = CHANNEL_URL.exec(ref)?.[1];
  if (channelId !== undefined) return channel(channelId, context);
  if (TASK_URL.test(ref) || isCustomTaskId(ref) || TASK_ID.test(ref)) return task(argument, ref, context);
  if (ref.startsWith('#')) return channel(ref.slice(1).trim(), context);
  if (ref.startsWith('@') || ref === 'me' || /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(ref)) return person(ref, context);
  if (LIST_ID.test(ref) || /\.clickup\.com\/.*\/li\//i.test(ref)) return list(ref, context);
  const view = VIEW_URL.exec(ref)?.[1] ?? (VIEW_ID.test(ref) ? ref : undefined);
  if (view === undefined) return undefined;
  // A channel and its chat view have one id; messages tell more than comments.
  return ifThere(() => channel(view, context)).then((found) => found ?? { kind: 'view', id: view, label: ref });
}

/**
 * Something that bears a name, whichever kind it is, as long as it is one thing only. Tasks are looked for when nothing else has the name,
 * because for that their index may have to be made first.
 */
async function byName(argument: string, ref: string, context: ToolContext): Promise<Commentable> {
  const found: Commentable[] = [];
  for (const look of ref.includes('/') ? [list] : [channel, list, namesake]) {
    const one = await ifThere(() => look(ref, context));
    if (one) found.push(one);
  }
  if (found.length === 0) {
    const named = await ifThere(() => task(argument, ref, context));
    // Letters alone were passed through as an id without being looked up.
    const isGuess = named?.kind === 'task' && named.path.task_id.toLowerCase() === ref.toLowerCase() && !/\d/.test(ref);
    if (named && !isGuess) found.push(named);
  }
  const [only, another] = found;
  if (only && !another) return only;
  if (only) {
    const meanings = found.map(({ kind, label }) => `a ${kind} (${label})`).join(' and ');
    throw new AppError(
      'invalid_parameters',
      `"${ref}" is ${meanings}: say which, by id, "#channel", "@person" or a path.`,
      { details: { value: ref, candidates: found.map(({ kind, label }) => `${kind} ${label}`) } },
    );
  }
  const other = await ifThere(() => context.directory.place(ref, ['space', 'folder']));
  throw new AppError(
    'invalid_parameters',
    other
      ? `"${ref}" is a ${other.kind === 'space' ? 'Space' : 'Folder'}, and ClickUp has no comments on those. Name ${KINDS}.`
      : `Nothing is called "${ref}". Name ${KINDS}.`,
    { details: { value: ref, type: 'task, List, view, channel or person' } },
  );
}

/**
 * What an argument names to comment on; asks ClickUp nothing for ids and URLs of tasks and Lists.
 * @param kinds what is possible here
 * @throws AppError `invalid_parameters` with the candidates, `clickup_not_found`
 */
export async function commentable(
  argument: string,
  ref: string,
  context: ToolContext,
  kinds: readonly CommentableKind[],
): Promise<Commentable> {
  const trimmed = ref.trim();
  const found = await naming(
    argument,
    () => bySpelling(argument, trimmed, context) ?? byName(argument, trimmed, context),
  );
  if (kinds.includes(found.kind)) return found;
  throw new AppError(
    'invalid_parameters',
    `${argument}: ${found.label} is a ${found.kind}. ClickUp shows no messages by person: find their channel with find_objects (kind: channel) and give its id.`,
    { details: { parameter: argument, value: ref } },
  );
}

/** Where the comments of something lie, for permissions: ClickUp looks no comment up by its id (ClickUp fact 34). */
export async function parentOf(on: Commentable, argument: string, context: ToolContext): Promise<Parent> {
  if (on.kind === 'task') return { task: await taskIdOf(argument, on.path.task_id, context) };
  if (on.kind === 'list') return { list: on.id };
  return on.kind === 'view' ? { view: on.id } : {};
}
