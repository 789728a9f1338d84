import { AppError, sha256 } from '#libs/core';
import { z } from 'zod';
import { UNLISTED } from './inputs.js';
import { type ToolContext } from '../tool/tool.js';

const Cursor = z.string().min(1).max(2048).optional();

/** Arguments of every list tool: `cursor`, and the name it came under in the answer. */
export const PAGED_INPUT = {
  cursor: Cursor.describe('next_cursor, same arguments'),
  next_cursor: Cursor.meta(UNLISTED),
};
export const PAGED_OUTPUT = { next_cursor: z.string().optional() };

interface Paged {
  cursor?: string | undefined;
  next_cursor?: string | undefined;
}

/** A position means nothing under other filters, so it carries a digest of the arguments it was made for. */
function digest(args: Paged): string {
  const rest = Object.entries(args).filter(
    ([key, value]) => key !== 'cursor' && key !== 'next_cursor' && value !== undefined,
  );
  return sha256(JSON.stringify(rest.sort(([a], [b]) => (a < b ? -1 : 1))))
    .toString('base64url')
    .slice(0, 8);
}

/**
 * Where to go on, or undefined at the start.
 * @throws AppError `invalid_parameters` when the cursor is not ours or belongs to other arguments
 */
export function positionOf<T>(args: Paged, shape: z.ZodType<T>, { cursors }: ToolContext): T | undefined {
  const sealed = args.cursor ?? args.next_cursor;
  if (sealed === undefined) return undefined;
  const opened = z.tuple([z.string(), shape]).safeParse(cursors.open(sealed));
  if (opened.success && opened.data[0] === digest(args)) return opened.data[1];
  throw new AppError(
    'invalid_parameters',
    'This cursor belongs to other arguments: pass it with the same ones, or leave it out to start again.',
    { details: { parameter: 'cursor' } },
  );
}

/** The cursor for the page that starts at `position`. */
export function cursorAt(args: Paged, position: unknown, { cursors }: ToolContext): string {
  return cursors.seal([digest(args), position]);
}
