import {
  type ArgumentsOf,
  type Comment,
  GetChatViewComments,
  GetListComments,
  GetTaskComments,
  GetThreadedComments,
} from '#libs/clickup';
import { type Where } from '../located.js';
import { type Lookup } from './lookup.js';
import { viewPlace } from './views.js';
import { Unresolved } from './where.js';

/** How many pages of the newest comments of its parent are searched for a comment. */
const MAX_PAGES = 4;
const NEWEST = MAX_PAGES * GetTaskComments.pageSize;

type Page = NonNullable<ArgumentsOf<typeof GetListComments>['query']>;
type ReadPage = (query: Page) => Promise<{ comments: Comment[] }>;

/** Where the task, List or chat view lies that the caller names as parent, once the comment was found there. */
export function commentPlace(id: string, lookup: Lookup): Promise<Where> {
  const { parent, cache } = lookup;
  const holder = holderOf(lookup);
  if (!holder) throw new Unresolved('ClickUp does not say where a comment lies: name its task or List as parent');
  return cache.read(`comment/${holder.key}/${parent.comment ?? ''}/${id}`, async () => {
    // Of a reply, first the comment that it answers is looked for under the parent, then the reply in that thread.
    if (!(await isAmong(parent.comment ?? id, holder.page)))
      throw new Unresolved(`it is not among the newest ${NEWEST} comments of the parent that was named`);
    if (parent.comment !== undefined && parent.comment !== id && !(await isReply(id, parent.comment, lookup)))
      throw new Unresolved('it is no reply to the comment that was named');
    return holder.where();
  });
}

function holderOf(lookup: Lookup): undefined | { key: string; page: ReadPage; where: () => Promise<Where> } {
  const { call } = lookup;
  const { task, list, view } = lookup.parent;
  if (task)
    return {
      key: `task/${task}`,
      page: (query) => call(GetTaskComments, { path: { task_id: task }, query }),
      where: async () => (await lookup.task(task)).where,
    };
  if (list)
    return {
      key: `list/${list}`,
      page: (query) => call(GetListComments, { path: { list_id: list }, query }),
      where: () => lookup.list(list),
    };
  // Comments in a chat view are chat, which belongs to the Workspace.
  if (view)
    return {
      key: `view/${view}`,
      page: (query) => call(GetChatViewComments, { path: { view_id: view }, query }),
      where: async () => ({ hangs: await viewPlace(view, lookup) }),
    };
  return undefined;
}

async function isAmong(id: string, read: ReadPage): Promise<boolean> {
  let query: Page = {};
  for (let page = 0; page < MAX_PAGES; page++) {
    const { comments } = await read(query);
    if (comments.some((comment) => String(comment.id) === id)) return true;
    const last = comments.at(-1);
    if (comments.length < GetTaskComments.pageSize || !last) return false;
    query = { start: Number(last.date), start_id: last.id };
  }
  return false;
}

async function isReply(id: string, comment_id: string, { call }: Lookup): Promise<boolean> {
  const { comments } = await call(GetThreadedComments, { path: { comment_id } });
  return comments.some((reply) => String(reply.id) === id);
}
