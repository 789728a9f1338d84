import { z } from 'zod';

/** What a column makes of an item. */
export type Cell = string | number | boolean | null | undefined;

/**
 * Lists are columnar: naming each key once, not once per row, halves their tokens. Every cell is a text, because hosts refuse schemas
 * with a choice of types; an empty one says nothing.
 */
export const TABLE = { columns: z.array(z.string()), rows: z.array(z.array(z.string())) };
export const Table = z.strictObject(TABLE);
export type Table = z.infer<typeof Table>;

/** Rows out of items, one function per column. A column in which no row says anything is left out, except the first. */
export function table<T>(items: readonly T[], columns: Record<string, (item: T, index: number) => Cell>): Table {
  const filled = Object.entries(columns)
    .map(([name, cell]) => ({ name, cells: items.map((item, index) => String(cell(item, index) ?? '')) }))
    .filter(({ cells }, index) => index === 0 || cells.length === 0 || cells.some((cell) => cell !== ''));
  return {
    columns: filled.map(({ name }) => name),
    rows: items.map((_, row) => filled.map(({ cells }) => cells[row]!)),
  };
}
