import { type Arguments, type Operation } from '#libs/clickup';
import { formatInstant } from '#libs/core';
import { z } from 'zod';
import { Ref, UNLISTED } from '../arguments/inputs.js';
import { type ToolContext } from '../tool/tool.js';
import { type Given, sorted } from './flat.js';

/** Free-form on the wire; the row of the operation checks every name and value before anything is sent. */
const Free = z.record(z.string().max(64), z.unknown());

/** Arguments of both callers; few reads have a body (the audit log), fewer writes have a list as body (time estimates). */
export const CALL_INPUT = {
  operation: z.string().min(1).max(100).describe('Name from search_operations'),
  args: Free.optional().describe('Its parameters; names, URLs and words do for ids and dates'),
  path: Free.optional().meta(UNLISTED),
  query: Free.optional().meta(UNLISTED),
  body: Free.optional().meta(UNLISTED),
  parent: z
    .strictObject({ task_id: Ref, list_id: Ref, view_id: Ref, comment_id: Ref })
    .partial()
    .optional()
    .meta(UNLISTED),
};

const MAX_SHOWN = 60;
const shown = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').slice(0, MAX_SHOWN);

/**
 * What is sent, in words: each argument as it was given, and beside it what it was taken for where that differs.
 * @param sent the arguments after every name was looked up
 */
export function inWords(row: Operation, given: Given, sent: Arguments, { zone }: Pick<ToolContext, 'zone'>): string {
  const said = sorted(row, given);
  const parts = (['path', 'query', 'body'] as const).flatMap((part) => {
    const [before, after] = [said[part], sent[part]] as [unknown, unknown];
    if (typeof after !== 'object' || after === null) return [];
    if (Array.isArray(after)) return [`${part} ${shown(after)}`];
    return Object.entries(after).flatMap(([name, value]) => {
      const was = (before as Record<string, unknown> | undefined)?.[name];
      // What the gateway filled in was not asked for.
      if (was === undefined && part !== 'body') return [];
      return [`${name} ${meaning(name, was, value, zone)}`];
    });
  });
  return [row.id, parts.join(', ')].filter(Boolean).join(': ');
}

function meaning(name: string, was: unknown, is: unknown, zone: string): string {
  const text =
    typeof is === 'number' && is > 946_684_800_000 && /date|start|end|since|Time/.test(name)
      ? formatInstant(is, zone, true)
      : shown(is);
  return was === undefined || shown(was) === shown(is) ? text : `${shown(was)} (${text})`;
}
