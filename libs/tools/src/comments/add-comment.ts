import {
  createChatMessage,
  CreateChatViewComment,
  createDirectMessageChatChannel,
  CreateListComment,
  createReplyMessage,
  CreateTaskComment,
  CreateThreadedComment,
  GetChatViewComments,
  GetListComments,
  type Operation,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { table, TABLE } from '../answers/table.js';
import { personName } from '../answers/task.js';
import { Ref, UNLISTED } from '../arguments/inputs.js';
import { concurrently } from '../tool/concurrently.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { type Assignee, assigneeOf } from './assignee.js';
import { commentable, type Commentable, parentOf } from './commentable.js';
import { type Mentioning, mentioning, plainText } from './mentions.js';
import { onOf } from './on.js';

const MOST = 50;
/** As many requests as one ClickUp token may have in flight (SEC-D17). */
const CONCURRENCY = 10;

/** One comment, ready to be sent. */
interface Draft {
  on: Commentable;
  operation: Operation;
  args: Record<string, unknown>;
}
type Outcome = { id: string; url: string | undefined; missed: readonly string[] } | { error: AppError };
type Fate = 'added' | 'failed' | 'unknown';

const fateOf = (outcome: Outcome): Fate =>
  'id' in outcome ? 'added' : outcome.error.code === 'unknown_outcome' ? 'unknown' : 'failed';

interface Words extends Mentioning {
  assignee: Assignee | undefined;
}

const commentBody = ({ runs, assignee }: Words) => ({
  // Required beside the rich text, which ClickUp prefers: Markdown in it would be mangled (ClickUp fact 33).
  comment_text: plainText(runs),
  comment: runs,
  assignee: assignee?.person && assignee.person.id,
  group_assignee: assignee?.group?.id,
  notify_all: false,
});

const messageBody = ({ markdown, assignee }: Words) => ({
  type: 'message' as const,
  content: markdown,
  content_format: 'text/md' as const,
  assignee: assignee?.person && String(assignee.person.id),
  group_assignee: assignee?.group?.id,
});

/** What is sent for one thing that is commented on; a person gets a channel first, so theirs names it when it is sent. */
async function draftOf(
  on: Commentable,
  words: Words,
  replyTo: string | undefined,
  context: ToolContext,
): Promise<Draft> {
  const { assignee } = words;
  const refuse = (why: string) =>
    new AppError('invalid_parameters', `assignee: ${why}`, { details: { parameter: 'assignee' } });
  if (on.kind === 'channel' || on.kind === 'person') {
    const { workspace_id } = on;
    const body = messageBody(words);
    if (on.kind === 'person')
      return {
        on,
        operation: createDirectMessageChatChannel,
        args: { path: { workspace_id }, body: { user_ids: [String(on.person.id)] } },
      };
    return replyTo === undefined
      ? { on, operation: createChatMessage, args: { path: { workspace_id, channel_id: on.id }, body } }
      : { on, operation: createReplyMessage, args: { path: { workspace_id, message_id: replyTo }, body } };
  }
  const body = commentBody(words);
  if (replyTo !== undefined)
    return {
      on,
      operation: CreateThreadedComment,
      args: { path: { comment_id: replyTo }, body, parent: await parentOf(on, 'on', context) },
    };
  if (on.kind === 'task') return { on, operation: CreateTaskComment, args: { path: on.path, query: on.query, body } };
  if (assignee?.group) throw refuse('ClickUp assigns comments on Lists and chat views to no group; name a person.');
  const { comment_text, comment, notify_all } = body;
  if (on.kind === 'list')
    return {
      on,
      operation: CreateListComment,
      args: { path: { list_id: on.id }, body: { comment_text, comment, notify_all, assignee: body.assignee } },
    };
  if (assignee) throw refuse('ClickUp assigns no comments in chat views.');
  return {
    on,
    operation: CreateChatViewComment,
    args: { path: { view_id: on.id }, body: { comment_text, comment, notify_all } },
  };
}

async function judgeAll(drafts: readonly Draft[], { clickup }: ToolContext): Promise<void> {
  for (const operation of new Set(drafts.map((draft) => draft.operation)))
    await clickup.judge(
      operation,
      drafts.filter((draft) => draft.operation === operation).map(({ args }) => args) as never,
    );
}

/** What became of one comment. An error is its outcome and is not thrown, because the others go on. */
async function send(draft: Draft, words: Words, context: ToolContext): Promise<Outcome> {
  try {
    const id = await sent(draft, words, context);
    const { on } = draft;
    return { id, url: urlOf(on, id), missed: await unmentioned(on, id, words.people.map(personName), context) };
  } catch (thrown) {
    return { error: AppError.of(thrown) };
  }
}

async function sent({ on, operation, args }: Draft, words: Words, { clickup }: ToolContext): Promise<string> {
  const answer = (await clickup.call(operation, args as never)) as { id?: string | number; data?: { id: string } };
  if (on.kind !== 'person') return String(answer.id ?? '');
  const message = await clickup.call(createChatMessage, {
    path: { workspace_id: on.workspace_id, channel_id: answer.data?.id ?? '' },
    body: messageBody(words),
  });
  return message.id;
}

/** Where the comment can be seen, as far as ClickUp's addresses are known. */
const urlOf = (on: Commentable, id: string): string | undefined =>
  on.kind === 'task' && !on.query.custom_task_ids && id
    ? `https://app.clickup.com/t/${on.path.task_id}?comment=${id}`
    : undefined;

/**
 * Whom ClickUp did not mention after all. In a direct message nobody else reads it; of comments on Lists and views its documents do not
 * say that they can mention, so what it kept is read.
 */
async function unmentioned(on: Commentable, id: string, names: string[], { clickup }: ToolContext): Promise<string[]> {
  if (names.length === 0) return [];
  if (on.kind === 'person')
    return names
      .filter((name) => name !== personName(on.person))
      .map((name) => `@${name}: is not in the direct message with ${personName(on.person)}`);
  if (on.kind !== 'list' && on.kind !== 'view') return [];
  try {
    const { comments } =
      on.kind === 'list'
        ? await clickup.call(GetListComments, { path: { list_id: on.id } })
        : await clickup.call(GetChatViewComments, { path: { view_id: on.id } });
    const kept = comments.find((comment) => comment.id === id)?.comment ?? [];
    return kept.some(({ type }) => type === 'tag')
      ? []
      : names.map((name) => `@${name}: ClickUp kept the name as text`);
  } catch {
    return names.map((name) => `@${name}: could not be checked, the comment was not readable afterwards`);
  }
}

export const addComment = defineTool({
  name: 'add_comment',
  title: 'Add comment',
  description:
    'Comment in Markdown on tasks, Lists or chat views, or write to a chat "#channel" or "@person"; @[name] notifies. on: several = one each.',
  toolset: 'comments',
  verb: 'create',
  covers: [
    CreateTaskComment,
    CreateListComment,
    CreateChatViewComment,
    CreateThreadedComment,
    createChatMessage,
    createReplyMessage,
    createDirectMessageChatChannel,
  ],
  needs: { reply_to: [[CreateThreadedComment, createReplyMessage]] },
  input: z.strictObject({
    on: z.array(Ref).min(1).max(MOST).optional(),
    task_id: Ref.optional().meta(UNLISTED),
    text: z.string().min(1).max(40_000),
    reply_to: Ref.optional().describe('id of a comment'),
    assignee: Ref.optional(),
  }),
  output: z.strictObject({
    ...TABLE,
    failed: z.number().optional(),
    unknown: z.number().optional(),
    mentioned: z.array(z.string()).optional(),
    not_mentioned: z.array(z.string()).optional(),
  }),
  headline: ({ rows, failed = 0, unknown = 0 }) => {
    const added = rows.length - failed - unknown;
    return [
      added === 1 ? 'Comment added' : `${added} comments added`,
      ...(failed ? [`${failed} failed`] : []),
      ...(unknown ? [`${unknown} unknown: look for them before you write them again`] : []),
    ].join(', ');
  },
  async handler({ on, task_id, text, reply_to, assignee }, context) {
    const refs = [...new Set(on ?? [onOf(task_id)])];
    if (reply_to !== undefined && refs.length > 1)
      throw new AppError('invalid_parameters', 'reply_to: a reply is on one thing; name only that in `on`.', {
        details: { parameter: 'reply_to' },
      });
    const words: Words = {
      ...(await mentioning('text', text, context)),
      assignee: assignee === undefined ? undefined : await assigneeOf('assignee', assignee, context),
    };
    if (!plainText(words.runs).trim())
      throw new AppError('invalid_parameters', 'text: there is nothing in it to be read.', {
        details: { parameter: 'text' },
      });
    const drafts: Draft[] = [];
    for (const ref of refs)
      drafts.push(await draftOf(await commentable('on', ref, context, EVERYTHING), words, reply_to, context));
    await judgeAll(drafts, context);
    let done = 0;
    const outcomes = await concurrently(drafts, CONCURRENCY, async (draft) => {
      const outcome = await send(draft, words, context);
      context.progress(++done, drafts.length, 'comments added');
      return outcome;
    });
    return answerOf(drafts, outcomes, words);
  },
});

const EVERYTHING = ['task', 'list', 'view', 'channel', 'person'] as const;

function answerOf(drafts: readonly Draft[], outcomes: readonly Outcome[], { people, missed }: Words) {
  const fates = outcomes.map(fateOf);
  const count = (fate: Fate) => fates.filter((one) => one === fate).length;
  const [first] = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  // When it is certain that nothing was written, the call as a whole has failed.
  if (first && (count('failed') === outcomes.length || outcomes.length === 1)) throw first;
  const added = outcomes.filter((outcome) => 'id' in outcome);
  const notMentioned = [...new Set([...missed, ...added.flatMap((outcome) => outcome.missed)])];
  const everywhere = (name: string) =>
    added.length > 0 && !added.every((outcome) => outcome.missed.some((line) => line.startsWith(`@${name}:`)));
  const mentioned = people.map(personName).filter(everywhere);
  return {
    ...table(outcomes, {
      on: (_, index) => drafts[index]?.on.label,
      id: (outcome) => ('id' in outcome ? outcome.id : undefined),
      url: (outcome) => ('id' in outcome ? outcome.url : undefined),
      // Said only where not all of them were added.
      outcome: (_, index) => (first ? fates[index] : undefined),
      error: (outcome) => ('error' in outcome ? outcome.error.message : undefined),
    }),
    failed: count('failed') || undefined,
    unknown: count('unknown') || undefined,
    mentioned: mentioned.length ? mentioned : undefined,
    not_mentioned: notMentioned.length ? notMentioned : undefined,
  };
}
