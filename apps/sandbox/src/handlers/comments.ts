import { type Call, type Handler } from '../call.js';
import { flagField, numberField, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { commentWire } from '../wire/comment.js';
import { makeComment } from '../world/make.js';
import { type Comment } from '../world/types.js';
import { type View } from '../world/views.js';
import { taskOf } from './task-address.js';

const PAGE = 25;

export const GetTaskComments: Handler = (call) => newest(taskOf(call, call.path.task_id).comments, call);
export const GetListComments: Handler = (call) =>
  newest(call.world.listComments(call.access.list(call.path.list_id)), call);
export const GetChatViewComments: Handler = (call) => newest(call.access.view(call.path.view_id).comments, call);
export const GetThreadedComments: Handler = ({ access, path }) => ({
  comments: access.comment(path.comment_id).replies.map(commentWire),
});

export const CreateTaskComment: Handler = (call) => create(taskOf(call, call.path.task_id), call);
export const CreateListComment: Handler = (call) => create(call.access.list(call.path.list_id), call);
export const CreateChatViewComment: Handler = (call) => create(chatOf(call), call);
export const CreateThreadedComment: Handler = (call) => create(call.access.comment(call.path.comment_id), call);

export const UpdateComment: Handler = (call) => {
  const { access, path, body, user } = call;
  const comment = access.comment(path.comment_id);
  const assignee = assigneeOf(call);
  const runs = runsOf(body);
  const text = textField(body, 'comment_text') ?? textIn(runs);
  // Plain text takes the place of rich text, marks and all.
  if (text) Object.assign(comment, { text, runs: runs ?? [{ text }] });
  if (assignee) Object.assign(comment, { assignee, assignedBy: user });
  comment.resolved = flagField(body, 'resolved') ?? comment.resolved;
  return {};
};

export const DeleteComment: Handler = ({ world, access, path }) => {
  world.removeComment(access.comment(path.comment_id));
  return {};
};

/** 25, newest first; older ones only with `start` and `start_id` together. */
function newest(comments: readonly Comment[], { query }: Call): object {
  const start = query.number('start');
  const startId = query.text('start_id');
  const sorted = [...comments].sort(newestFirst);
  const at =
    start === undefined || startId === undefined
      ? 0
      : sorted.findIndex((comment) => newestFirst(comment, { date: start, id: startId }) > 0);
  return { comments: at < 0 ? [] : sorted.slice(at, at + PAGE).map(commentWire) };
}

const newestFirst = (a: Pick<Comment, 'date' | 'id'>, b: Pick<Comment, 'date' | 'id'>) =>
  b.date - a.date || Number(b.id) - Number(a.id);

/** `comment_text`, or `comment` in runs. Markdown stays as it was typed, and `markdown_content` is ignored. */
function create(on: Comment['on'], call: Call): object {
  const { world, user, body, now } = call;
  const runs = runsOf(body);
  const text = textField(body, 'comment_text') ?? textIn(runs);
  if (!text) throw refuse.commentEmpty();
  const assignee = assigneeOf(call);
  const comment = makeComment(world.ids.next('comment'), on, user, text, now, {
    runs: runs ?? [{ text }],
    assignee,
    assignedBy: assignee && user,
  });
  world.addComment(comment);
  return { id: comment.id, hist_id: world.ids.next('history'), date: now };
}

type Runs = { text?: unknown }[] | undefined;
const runsOf = ({ comment }: Call['body']): Runs =>
  Array.isArray(comment) && comment.length > 0 ? (comment as { text?: unknown }[]) : undefined;
const textIn = (runs: Runs): string | undefined =>
  runs?.map(({ text }) => (typeof text === 'string' ? text : '')).join('');

/** Only chat views take comments. */
function chatOf({ access, path }: Call): View {
  const view = access.view(path.view_id);
  if (view.type !== 'conversation') throw refuse.notChat();
  return view;
}

const assigneeOf = ({ world, body }: Call) => world.users.get(numberField(body, 'assignee') ?? 0);
