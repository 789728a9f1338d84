import { type Operation } from '#libs/clickup';
import { type z } from 'zod';

type Query = Record<string, unknown>;

/** The list in an answer: the answer itself, or the only or the largest list in it. */
export function mainList(answer: unknown): { key: string | undefined; items: readonly unknown[] } {
  if (Array.isArray(answer)) return { key: undefined, items: answer };
  if (typeof answer !== 'object' || answer === null) return { key: undefined, items: [] };
  const lists = Object.entries(answer).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const [key, items = []] = lists.sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return { key, items };
}

/** What has to be asked for to get the page after this answer; undefined when it was the last one. ClickUp has three ways to say so. */
export function pageAfter(row: Operation, asked: Query, answer: unknown): Query | undefined {
  const takes = (row.query as z.ZodObject | undefined)?.shape ?? {};
  const said = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  const { items } = mainList(answer);
  if ('cursor' in takes) {
    const { next_cursor: cursor } = said;
    return typeof cursor === 'string' && cursor && cursor !== asked.cursor ? { cursor } : undefined;
  }
  if ('page' in takes) {
    const more =
      typeof said.last_page === 'boolean'
        ? !said.last_page && items.length > 0
        : items.length >= (row.pageSize ?? Infinity);
    return more ? { page: Number(asked.page ?? 0) + 1 } : undefined;
  }
  if ('start_id' in takes && row.pageSize !== undefined && items.length >= row.pageSize) {
    const last = items.at(-1) as { id?: unknown; date?: unknown };
    const start = Number(last.date);
    return Number.isSafeInteger(start) ? { start, start_id: String(last.id) } : undefined;
  }
  return undefined;
}
