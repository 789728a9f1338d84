import { z } from 'zod';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { Scope, scope } from '../answers/scope.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { addressed } from './address.js';
import { shown } from './answer.js';
import { CALL_INPUT, inWords } from './call.js';
import { chosen } from './chosen.js';
import { pageAfter } from './pages.js';

/** Where an answer goes on: what is asked for instead of the first page, and where in that page. */
const Position = z.strictObject({
  query: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  from: z.array(z.int().min(0)).max(60).optional(),
});

export const FIELDS = z.array(z.string().min(1).max(100)).max(30).optional().describe('Only these properties');

const input = z.strictObject({
  ...CALL_INPUT,
  fields: FIELDS,
  ...PAGED_INPUT,
});

export const callReadOperation = defineTool({
  name: 'call_read_operation',
  title: 'Call a reading operation',
  description: 'Call a reading operation that search_operations found.',
  toolset: 'longtail',
  verb: 'get',
  covers: [],
  input,
  output: z.strictObject({ scope: Scope, answer: z.unknown(), ...PAGED_OUTPUT }),
  handler: readOperation,
  text: ({ scope: understood, answer, next_cursor }) =>
    [understood, JSON.stringify(answer), next_cursor && `next_cursor: ${next_cursor}`].filter(Boolean).join('\n\n'),
});

/** Sends a reading operation and answers a window of what comes. */
export async function readOperation(given: z.output<typeof input>, context: ToolContext) {
  const { operation, args, path, query, body, parent, fields } = given;
  const row = chosen(operation, true, context);
  const all = { args, path, query, body, parent };
  const at = positionOf(given, Position, context) ?? {};
  const sent = await addressed(row, all, context);
  const asked = { ...(sent.query as Record<string, unknown> | undefined), ...at.query };
  const call = { ...sent, ...(Object.keys(asked).length && { query: asked }) };
  // The row is chosen by name, so its types are not known here; it checks the arguments itself.
  const answer: unknown = await context.clickup.call(row, call as never);
  const { part, next } = await shown(answer, { fields, from: at.from }, context);
  const after = next ? { query: at.query, from: [...next] } : pageAfter(row, asked, answer);
  const position = after && ('from' in after ? after : { query: after });
  const isPart = position !== undefined || at.query !== undefined || at.from !== undefined;
  return {
    scope: scope(
      inWords(row, all, sent, context),
      isPart && (position ? 'there is more: next_cursor' : 'the last part'),
    ),
    answer: part as unknown,
    ...(position && { next_cursor: cursorAt(given, position, context) }),
  };
}
