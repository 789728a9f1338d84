import { GetTask, type NamedObject, type ObjectKind, type Place } from '#libs/clickup';
import { AppError } from '#libs/core';
import { addressOf } from '../arguments/address.js';
import { naming } from '../arguments/naming.js';
import { docOf } from '../docs/doc-address.js';
import { type ToolContext } from '../tool/tool.js';

/** What a reference means. */
export interface Referred {
  kind: 'task' | 'doc' | 'goal' | 'view' | 'channel' | 'place';
  /** As search writes it: `page:<Doc>/<page>`. */
  ref: string;
  /** ClickUp's own, or for a task any reference that the tools for tasks take. */
  id: string;
  name: string;
  page?: string | undefined;
  place?: Place;
}

/** `task:86abc1`, as search writes ids; behind the colon a name will do. */
const PREFIXED = /^(task|doc|page|goal|view|channel|list|folder|space):\s*(.+)$/is;
const PLACES: ReadonlySet<string> = new Set(['list', 'folder', 'space']);
/** Ids of tasks, and custom ids, hold a digit and no space. */
const TASK_LIKE = /^#?(?=\S*\d)[a-z0-9_-]{1,35}$/i;

type Kind = 'doc' | 'goal' | 'view' | 'channel';

const ofObject = ({ kind, id, name }: NamedObject): Referred => ({
  kind: kind as Kind,
  ref: `${kind}:${id}`,
  id,
  name,
});
const ofPlace = (place: Place): Referred => ({
  kind: 'place',
  ref: `${place.kind}:${place.id}`,
  id: place.id,
  name: place.path,
  place,
});

const taskBy = async (ref: string, context: ToolContext): Promise<Referred> => {
  const { path, query } = await addressOf('id', ref, context);
  return { kind: 'task', ref: `task:${path.task_id}`, id: query.custom_task_ids ? ref : path.task_id, name: ref };
};

/** A task that is there: whatever looks like an id is one to the directory. */
async function existing(ref: string, context: ToolContext): Promise<Referred> {
  const { path, query } = await addressOf('id', ref, context);
  const { id, name } = await context.clickup.call(GetTask, { path, query });
  return { kind: 'task', ref: `task:${id}`, id, name };
}

async function docBy(ref: string, page: string | undefined, context: ToolContext): Promise<Referred> {
  const found = await docOf(ref, page, context);
  if (!found.page) return ofObject(found.doc);
  const { id } = found.page;
  return { kind: 'doc', ref: `page:${found.doc.id}/${id}`, id: found.doc.id, name: found.page.name, page: id };
}

async function prefixed(kind: string, ref: string, context: ToolContext): Promise<Referred> {
  const { directory } = context;
  if (kind === 'task') return taskBy(ref, context);
  if (kind === 'doc') return docBy(ref, undefined, context);
  if (kind === 'page') {
    const at = ref.indexOf('/');
    if (at < 0)
      throw new AppError('invalid_parameters', 'id: name a page with its Doc: `page:<Doc>/<page>`.', {
        details: { parameter: 'id' },
      });
    return docBy(ref.slice(0, at).trim(), ref.slice(at + 1).trim(), context);
  }
  if (PLACES.has(kind)) return ofPlace(await naming('id', () => directory.place(ref, [kind as Place['kind']])));
  return ofObject(await naming('id', () => directory.object(kind as Kind, ref)));
}

/** Kinds of URLs, each by what its finder says of it: none fetches anything from a URL. */
async function byUrl(url: string, context: ToolContext): Promise<Referred> {
  const { directory } = context;
  const tries: (() => Promise<Referred>)[] = [
    () => taskBy(url, context),
    () => docBy(url, undefined, context),
    ...(['goal', 'channel', 'view'] as const).map((kind) => async () => ofObject(await directory.object(kind, url))),
    async () => ofPlace(await directory.place(url)),
  ];
  for (const attempt of tries) {
    try {
      return await attempt();
    } catch (error) {
      // It says that the URL shows something else; whatever else is wrong ends the search.
      if (!(error instanceof AppError) || error.code !== 'invalid_parameters') throw error;
    }
  }
  throw new AppError(
    'invalid_parameters',
    'id: this URL shows no task, Doc, page, goal, view, channel, List, Folder or Space of ClickUp.',
    { details: { parameter: 'id' } },
  );
}

/** Found, or why not; a kind that may not be read, or that has no such object, does not end the search. */
async function perhaps(work: Promise<Referred>): Promise<Referred | AppError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && PASSED.has(error.code)) return error;
    throw error;
  }
}
const PASSED: ReadonlySet<string> = new Set([
  'invalid_parameters',
  'clickup_not_found',
  'forbidden',
  'clickup_forbidden',
]);
const isAmbiguous = (found: Referred | AppError): found is AppError =>
  found instanceof AppError && Array.isArray(found.details.candidates) && found.details.candidates.length > 1;
const isForbidden = (found: Referred | AppError | undefined): boolean =>
  found instanceof AppError && (found.code === 'forbidden' || found.code === 'clickup_forbidden');
const isFound = (found: Referred | AppError): found is Referred => !(found instanceof AppError);

/**
 * The one object that a reference means: an id as search writes it, a ClickUp URL, an id, or an exact name. Views are looked for when
 * nothing else has the name, because ClickUp lists them place by place.
 * @throws AppError `invalid_parameters` with the candidates when several kinds have the name, `clickup_not_found` when none has
 */
export async function referred(given: string, context: ToolContext): Promise<Referred> {
  const ref = given.trim();
  const [, kind, rest] = PREFIXED.exec(ref) ?? [];
  if (kind !== undefined && rest !== undefined) return prefixed(kind.toLowerCase(), rest.trim(), context);
  if (/clickup\.com\/|:\/\//i.test(ref)) return byUrl(ref, context);
  const { directory } = context;
  const task = TASK_LIKE.test(ref) ? await perhaps(existing(ref, context)) : undefined;
  if (task && isFound(task)) return task;
  const object = (each: ObjectKind) => perhaps(directory.object(each, ref).then(ofObject));
  const found = await Promise.all([
    perhaps(directory.place(ref).then(ofPlace)),
    object('doc'),
    object('goal'),
    object('channel'),
    ...(task ? [] : [perhaps(existing(ref, context))]),
  ]);
  const [only, another] = found.filter(isFound);
  if (only && another) throw several(ref, found.filter(isFound));
  const ambiguous = found.find(isAmbiguous);
  if (ambiguous) throw ambiguous;
  if (only) return only;
  const view = await object('view');
  if (isFound(view)) return view;
  if (isAmbiguous(view)) throw view;
  const kinds = ['places', 'Docs', 'goals', 'channels', 'tasks', 'views'];
  const closed = kinds.filter((_, at) => isForbidden([...found, ...(task ? [task] : []), view].at(at)));
  const state = found.find((each) => each instanceof AppError && each.message.includes('so far (')) as
    AppError | undefined;
  throw new AppError(
    'clickup_not_found',
    `id: nothing is called "${ref.slice(0, 80)}": no task, Doc, goal, view, channel, List, Folder or Space. search finds things by words.${
      closed.length ? ` Not looked through, because this connection may not read them: ${closed.join(', ')}.` : ''
    }${state ? ` ${state.message}` : ''}`,
  );
}

const several = (ref: string, found: readonly Referred[]): AppError =>
  new AppError(
    'invalid_parameters',
    `id: "${ref}" can be ${found.map((each) => `${each.ref} (${each.name})`).join(' or ')}. Pass one of these ids.`,
    {
      details: {
        parameter: 'id',
        candidates: found.map((each) => ({ id: each.ref, path: each.name, kind: each.kind })),
      },
    },
  );
