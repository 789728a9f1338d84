import {
  getChatMessageReplies,
  getChatMessages,
  GetChatViewComments,
  GetListComments,
  GetTaskComments,
  GetThreadedComments,
} from '#libs/clickup';
import { formatInstant, parsePeriod } from '#libs/core';
import { z } from 'zod';
import { ANSWER_TOKENS, cutTable } from '../answers/budget.js';
import { Scope, scope } from '../answers/scope.js';
import { type Cell, TABLE, table } from '../answers/table.js';
import { Ref, UNLISTED, When } from '../arguments/inputs.js';
import { timeText, weekStart } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { refuseUngranted } from '../arguments/granted.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { commentable } from './commentable.js';
import { onOf } from './on.js';
import { type From, pageOf, type Said } from './said.js';

/** The page, and how far it was shown: its last comment, and of a very long one how many characters. */
const Position = z.strictObject({
  from: z.strictObject({ start: z.number().optional(), start_id: z.string().optional(), chat: z.string().optional() }),
  last: z.strictObject({ id: z.string(), date: z.number() }).optional(),
  char: z.number().optional(),
});
type Position = z.output<typeof Position>;

const columns = ({ zone }: ToolContext): Record<string, (said: Said) => Cell> => ({
  id: ({ id }) => id,
  date: ({ date }) => timeText(date, zone),
  author: ({ author }) => author,
  text: ({ text }) => text,
  replies: ({ replies }) => replies || undefined,
  assignee: ({ assignee }) => assignee,
  resolved: ({ resolved }) => resolved || undefined,
});

/** "yesterday" is since it began; "last 7 days" since they did. */
function sinceOf(text: string | undefined, context: ToolContext): Promise<ReturnType<typeof parsePeriod> | undefined> {
  if (text === undefined) return Promise.resolve(undefined);
  const options = { towards: 'past', weekStart: weekStart(context) } as const;
  return naming('since', () => {
    try {
      return parsePeriod(/^since\b/i.test(text) ? text : `since ${text}`, context.zone, context.now, options);
    } catch {
      return parsePeriod(text, context.zone, context.now, options);
    }
  });
}

/** Newer ones may have come since the page was first read, so what was shown is found by its id, else by its date. */
function behind(said: readonly Said[], last: Position['last']): Said[] {
  if (!last) return [...said];
  const at = said.findIndex(({ id }) => id === last.id);
  return at >= 0 ? said.slice(at + 1) : said.filter(({ date }) => date < last.date);
}

export const listComments = defineTool({
  name: 'list_comments',
  title: 'List comments',
  description: 'Comments on a task, List or chat view, or messages of a chat channel ("#name"), newest first.',
  toolset: 'comments',
  verb: 'list',
  covers: [
    GetTaskComments,
    GetListComments,
    GetChatViewComments,
    GetThreadedComments,
    getChatMessages,
    getChatMessageReplies,
  ],
  needs: { replies_to: [[GetThreadedComments, getChatMessageReplies]] },
  input: z.strictObject({
    on: Ref.optional(),
    task_id: Ref.optional().meta(UNLISTED),
    replies_to: Ref.optional().describe('id of a comment'),
    since: When.optional(),
    ...PAGED_INPUT,
  }),
  output: z.strictObject({ scope: Scope, ...TABLE, ...PAGED_OUTPUT }),
  async handler(args, context) {
    const position = positionOf(args, Position, context);
    const ref = onOf(args.on ?? args.task_id);
    const since = await sinceOf(args.since, context);
    const on = await commentable('on', ref, context, ['task', 'list', 'view', 'channel']);
    refuseUngranted(on.kind === 'channel' ? getChatMessages : GetTaskComments, context);
    const from: From = position?.from ?? {};
    const page = await pageOf(on, args.replies_to, from, context);
    const wanted = behind(page.said, position?.last).filter(({ date }) => date >= (since?.from ?? 0));
    // Newest first: behind one that is too old there is none that is not.
    const isPast = page.said.some(({ date }) => date < (since?.from ?? 0));
    const cut = cutTable(table(wanted, columns(context)), { row: 0, char: position?.char }, ANSWER_TOKENS);
    const next = nextOf(cut.next, wanted, from, position) ?? (isPast || !page.next ? undefined : { from: page.next });
    const kind = on.kind === 'channel' ? 'messages in' : 'comments on';
    return {
      scope: scope(
        `${args.replies_to === undefined ? '' : `replies to ${args.replies_to} among `}${kind} ${on.label}`,
        since?.from !== undefined && `since ${sinceText(since.from, context)}`,
        position ? 'continued' : 'newest first',
        next ? 'older ones follow with next_cursor' : 'complete',
      ),
      ...cut.table,
      next_cursor: next && cursorAt(args, next, context),
    };
  },
});

const sinceText = (ms: number, { zone }: ToolContext): string => `${formatInstant(ms, zone, true)} (${zone})`;

/** Where an answer that did not hold the whole page goes on. */
function nextOf(
  cut: { row: number; char?: number } | undefined,
  wanted: readonly Said[],
  from: From,
  position: Position | undefined,
): Position | undefined {
  if (!cut) return undefined;
  const shown = wanted[cut.row - 1];
  return {
    from,
    last: shown ? { id: shown.id, date: shown.date } : position?.last,
    ...(cut.char !== undefined && { char: cut.char }),
  };
}
