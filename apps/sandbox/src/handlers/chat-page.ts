import { type Call } from '../call.js';
import { refuseChat } from '../chat-refusal.js';

const LIMIT = 50;
const MOST = 100;
const CURSOR = /^[\w-]{1,200}$/;

/**
 * One page of items in the order of their rank. It begins after the item that the cursor names, so items that come or go meanwhile shift nothing.
 * @param rank a number of its own for each item
 */
export function chatPage<T>(
  items: readonly T[],
  { query }: Call,
  rank: (item: T) => number,
  wire: (item: T) => object,
): object {
  const limit = query.text('limit') === undefined ? LIMIT : Number(query.text('limit'));
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw refuseChat.limitInvalid();
  const after = rankOf(query.text('cursor'));
  const rest = [...items].sort((a, b) => rank(a) - rank(b)).filter((item) => rank(item) > after);
  const data = rest.slice(0, limit);
  const last = data.at(-1);
  return {
    next_cursor:
      last !== undefined && rest.length > limit ? Buffer.from(`after:${rank(last)}`).toString('base64url') : '',
    data: data.map(wire),
  };
}

function rankOf(cursor: string | undefined): number {
  if (!cursor) return Number.NEGATIVE_INFINITY;
  const [, rank] = CURSOR.test(cursor)
    ? (/^after:(-?\d+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [])
    : [];
  if (rank === undefined) throw refuseChat.cursorInvalid();
  return Number(rank);
}

/** Whether texts were asked for without Markdown. @throws Refusal 400 */
export function plainOf(format: unknown): boolean {
  if (format === undefined || format === 'text/md') return false;
  if (format !== 'text/plain') throw refuseChat.formatInvalid();
  return true;
}
