import {
  type ChatMessage,
  type Comment,
  createChatReaction,
  deleteChatReaction,
  getChatMessageReactions,
  patchChatMessage,
  UpdateComment,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { Applied, type NotApplied as Missed, NotApplied, wasIs } from '../answers/changes.js';
import { personName } from '../answers/task.js';
import { Ref } from '../arguments/inputs.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { type Assignee, assigneeOf } from './assignee.js';
import { commentable, type Commentable, parentOf } from './commentable.js';
import { type Mentioning, mentioning, plainText, readMentions } from './mentions.js';
import { toRichText } from '../markdown/to-rich-text.js';
import { type From, pageOf, type Said } from './said.js';

/** How many pages of the newest ones are searched. */
const MAX_PAGES = 4;
const SHOWN = 200;
const NONE = 'none';
/** Pictures that people use for the names that ClickUp wants. */
const EMOJI: Readonly<Record<string, string>> = {
  '👍': 'thumbsup',
  '👎': 'thumbsdown',
  '❤️': 'heart',
  '🎉': 'tada',
  '👀': 'eyes',
  '🚀': 'rocket',
  '✅': 'white_check_mark',
  '🙏': 'pray',
  '👏': 'clap',
  '🔥': 'fire',
  '😄': 'smile',
};

const input = z.strictObject({
  comment_id: Ref,
  on: Ref.describe('what it is on: task, List, view or #channel'),
  replies_to: Ref.optional().describe('of a reply: the comment it answers'),
  text: z.string().min(1).max(40_000).optional(),
  resolved: z.boolean().optional(),
  assignee: Ref.optional(),
  reaction: z.string().min(1).max(64).optional().describe('emoji name, messages only; "none" takes yours off'),
});
type Change = z.output<typeof input>;

const refusal = (parameter: string, message: string) =>
  new AppError('invalid_parameters', `${parameter}: ${message}`, { details: { parameter } });

/** ClickUp looks no comment up by its id (ClickUp fact 34): it is found among those of what it is on. */
async function find({ comment_id, replies_to }: Change, on: Commentable, context: ToolContext): Promise<Said> {
  let from: From | undefined = {};
  for (let page = 0; from && page < MAX_PAGES; page++) {
    const { said, next } = await pageOf(on, replies_to, from, context);
    const found = said.find(({ id }) => id === comment_id);
    if (found) return found;
    from = next;
  }
  const where = replies_to === undefined ? on.label : `the replies to ${replies_to}`;
  throw new AppError(
    'clickup_not_found',
    `comment_id: ${comment_id} is not among the newest of ${where}. list_comments shows the ids; of a reply, say replies_to.`,
    { details: { parameter: 'comment_id' } },
  );
}

interface Wanted {
  words: Mentioning | undefined;
  assignee: Assignee | undefined;
  resolved: boolean | undefined;
  reaction: string | undefined;
}

const nameOf = (assignee: Assignee): string => (assignee.person ? personName(assignee.person) : assignee.group.name);

/** Everything that can be refused, before anything is sent. */
async function wantedOf(change: Change, on: Commentable, context: ToolContext): Promise<Wanted> {
  const { text, resolved, assignee, reaction } = change;
  if ([text, resolved, assignee, reaction].every((value) => value === undefined))
    throw refusal('text', 'there is nothing to change: give text, resolved, assignee or reaction.');
  if (assignee?.toLowerCase() === NONE)
    throw refusal('assignee', "ClickUp's API takes nobody off a comment; name somebody else, or resolve it.");
  if (reaction !== undefined && on.kind !== 'channel')
    throw refusal('reaction', "ClickUp's API reacts to messages in chat only, not to comments.");
  return {
    words: text === undefined ? undefined : await mentioning('text', text, context),
    assignee: assignee === undefined ? undefined : await assigneeOf('assignee', assignee, context),
    resolved,
    reaction: reaction === undefined ? undefined : reactionName(reaction),
  };
}

function reactionName(reaction: string): string {
  const name = (EMOJI[reaction] ?? reaction.replace(/^:|:$/g, '').toLowerCase()).replace(/(?<=[a-z])[\s-]/g, '_');
  if (/^(?:[a-z][a-z0-9_-]{0,63}|[+-]1|100|1234)$/.test(name)) return name;
  throw refusal(
    'reaction',
    `"${reaction}" is no name of an emoji. Write it in lower case, such as thumbsup, heart, tada or eyes.`,
  );
}

const shown = (text: string): string =>
  (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text).split('\n').join(' ¶ ');
const yes = (value: boolean): string => (value ? 'yes' : 'no');

/** Whether a comment is as it is wanted, its text to the letter. */
const isSo = (wanted: Wanted, was: Said): boolean =>
  (!wanted.words || wanted.words.markdown.trim() === was.text.trim()) &&
  missedOf({ ...wanted, words: undefined }, was).length === 0;

/** The changed comment, read again because ClickUp answers nothing. */
async function changeComment(was: Said, wanted: Wanted, on: Commentable, change: Change, context: ToolContext) {
  if (isSo(wanted, was)) return was;
  const { words, assignee, resolved } = wanted;
  const group = assignee?.group && Number(assignee.group.id);
  if (group !== undefined && !Number.isSafeInteger(group))
    throw refusal('assignee', 'ClickUp takes no group of this kind on an existing comment; name a person.');
  const before = was.comment as Comment;
  const runs = words?.runs ?? (before.comment.length ? before.comment : toRichText(before.comment_text));
  const body = {
    // Required. The runs go with it, or the plain text would take the place of the formatting.
    comment_text: words ? plainText(words.runs) : before.comment_text,
    comment: runs,
    ...(assignee?.person && { assignee: assignee.person.id }),
    ...(group !== undefined && { group_assignee: group }),
    ...(resolved !== undefined && { resolved }),
  };
  const parent = { ...(await parentOf(on, 'on', context)), ...(change.replies_to && { comment: change.replies_to }) };
  await context.clickup.call(UpdateComment, { path: { comment_id: was.id }, body, parent });
  return find(change, on, context);
}

async function changeMessage(was: Said, wanted: Wanted, workspace_id: string, context: ToolContext): Promise<Said> {
  const { words, assignee, resolved } = wanted;
  if (isSo(wanted, was)) return was;
  const answer: ChatMessage = await context.clickup.call(patchChatMessage, {
    path: { workspace_id, message_id: was.id },
    body: {
      ...(words && { content: words.markdown, content_format: 'text/md' as const }),
      ...(assignee?.person && { assignee: String(assignee.person.id) }),
      ...(assignee?.group && { group_assignee: assignee.group.id }),
      ...(resolved !== undefined && { resolved }),
    },
  });
  const isAssigned = assignee?.person
    ? answer.assignee === String(assignee.person.id)
    : answer.group_assignee === assignee?.group?.id;
  return {
    ...was,
    text: words && answer.content.trim() === words.markdown.trim() ? readMentions(words.markdown) : was.text,
    resolved: answer.resolved,
    assignee: assignee && isAssigned ? nameOf(assignee) : was.assignee,
  };
}

/** Adds a reaction, or takes off one's own. */
async function react(
  id: string,
  reaction: string,
  workspace_id: string,
  context: ToolContext,
): Promise<string | undefined> {
  const { call } = context.clickup;
  const path = { workspace_id, message_id: id };
  const { data } = await call(getChatMessageReactions, { path, query: { limit: getChatMessageReactions.pageSize } });
  const own = data.filter(({ user_id }) => user_id === String(context.me.id)).map((given) => given.reaction);
  if (reaction !== NONE) {
    if (own.includes(reaction)) return undefined;
    await call(createChatReaction, { path, body: { reaction } });
    return wasIs('reactions', own.join(', '), [...own, reaction].join(', '));
  }
  for (const given of own) await call(deleteChatReaction, { path: { ...path, reaction: given } });
  return wasIs('reactions', own.join(', '), undefined);
}

/** Whether a text is so much longer than what was sent that it need not be read to know that it is another one. */
const isOther = ({ markdown }: Mentioning, text: string): boolean => text.length > 10 * markdown.length + 10_000;

function missedOf(wanted: Wanted, is: Said): Missed {
  const { assignee, resolved, words } = wanted;
  const missed: Missed = [];
  const miss = (field: string, want: string, now: string) => missed.push({ field, wanted: want, is: now });
  if (resolved !== undefined && is.resolved !== resolved) miss('resolved', yes(resolved), yes(is.resolved));
  if (assignee && is.assignee !== nameOf(assignee)) miss('assignee', nameOf(assignee), is.assignee ?? NONE);
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
  if (words && (isOther(words, is.text) || letters(plainText(toRichText(is.text))) !== letters(plainText(words.runs))))
    miss('text', shown(plainText(words.runs)), shown(is.text));
  return missed;
}

export const updateComment = defineTool({
  name: 'update_comment',
  title: 'Update comment',
  description: 'Change, resolve or assign a comment or chat message, or react to a message.',
  toolset: 'comments',
  verb: 'update',
  covers: [UpdateComment, patchChatMessage, createChatReaction, deleteChatReaction],
  needs: { reaction: [[createChatReaction, deleteChatReaction]] },
  input,
  output: z.strictObject({
    id: z.string(),
    on: z.string(),
    text: z.string(),
    resolved: z.boolean(),
    assignee: z.string().optional(),
    applied: Applied,
    not_applied: NotApplied,
    mentioned: z.array(z.string()).optional(),
    not_mentioned: z.array(z.string()).optional(),
  }),
  headline: ({ applied, not_applied }) =>
    not_applied
      ? 'Comment updated, but not in everything'
      : applied?.length
        ? 'Comment updated'
        : 'Unchanged: it was so already',
  async handler(change, context) {
    const on = await commentable('on', change.on, context, ['task', 'list', 'view', 'channel']);
    const wanted = await wantedOf(change, on, context);
    const was = await find(change, on, context);
    const is =
      on.kind === 'channel'
        ? await changeMessage(was, wanted, on.workspace_id, context)
        : await changeComment(was, wanted, on, change, context);
    const missed = missedOf(wanted, is);
    const reacted =
      wanted.reaction !== undefined && on.kind === 'channel'
        ? await reactedOf(was.id, wanted.reaction, on.workspace_id, context, missed, is === was)
        : undefined;
    const { people = [], missed: nobody = [] } = wanted.words ?? {};
    return {
      id: was.id,
      on: on.label,
      text: is.text,
      resolved: is.resolved,
      assignee: is.assignee,
      applied: [
        wasIs('text', shown(was.text), shown(is.text)),
        wasIs('resolved', yes(was.resolved), yes(is.resolved)),
        wasIs('assignee', was.assignee, is.assignee),
        reacted,
      ].filter((line) => line !== undefined),
      not_applied: missed.length ? missed : undefined,
      mentioned: people.length ? people.map(personName) : undefined,
      not_mentioned: nobody.length ? nobody : undefined,
    };
  },
});

/** When the reaction is refused after other changes, these stay said. */
async function reactedOf(
  id: string,
  reaction: string,
  workspace_id: string,
  context: ToolContext,
  missed: Missed,
  isOnly: boolean,
): Promise<string | undefined> {
  try {
    return await react(id, reaction, workspace_id, context);
  } catch (thrown) {
    if (isOnly) throw thrown;
    const { message, code } = AppError.of(thrown);
    missed.push({
      field: 'reaction',
      wanted: reaction,
      is: code === 'unknown_outcome' ? 'unknown' : 'not added',
      why: message,
    });
    return undefined;
  }
}
