import { GetTaskComments } from '#libs/clickup';
import { z } from 'zod';
import { Ref } from '../arguments/inputs.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { TABLE, table } from '../answers/table.js';
import { addressOf } from '../arguments/address.js';
import { defineTool } from '../tool/tool.js';
import { commentColumns } from '../answers/comment.js';

/** Older comments follow the last one of a page, named by date and id (ClickUp fact 32). */
const Position = z.strictObject({ start: z.number(), start_id: z.string() });

export const listComments = defineTool({
  name: 'list_comments',
  title: 'List comments',
  description: `Comments on a task as Markdown, newest first, ${GetTaskComments.pageSize} at a time.`,
  toolset: 'comments',
  verb: 'list',
  covers: [GetTaskComments],
  input: z.strictObject({ task_id: Ref, ...PAGED_INPUT }),
  output: z.strictObject({ ...TABLE, ...PAGED_OUTPUT }),
  async handler(args, context) {
    const position = positionOf(args, Position, context);
    const { path, query } = await addressOf('task_id', args.task_id, context);
    const { comments } = await context.clickup.call(GetTaskComments, { path, query: { ...query, ...position } });
    // ClickUp may repeat the comment that the page starts from; a page with nothing else is the end.
    const fresh = comments.filter(({ id }) => id !== position?.start_id);
    const last = fresh.at(-1);
    const more = comments.length >= GetTaskComments.pageSize && last;
    return {
      ...table(fresh, commentColumns(context)),
      next_cursor: more ? cursorAt(args, { start: Number(last.date), start_id: last.id }, context) : undefined,
    };
  },
});
