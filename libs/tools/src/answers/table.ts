import { z } from 'zod';

export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;

/** Lists are columnar: naming each key once, not once per row, halves their tokens. */
export const TABLE = { columns: z.array(z.string()), rows: z.array(z.array(Cell)) };
export const Table = z.strictObject(TABLE);
export type Table = z.infer<typeof Table>;

/** Rows out of items, one function per column. A column in which no row says anything is left out, except the first. */
export function table<T>(
  items: readonly T[],
  columns: Record<string, (item: T, index: number) => Cell | undefined>,
): Table {
  const filled = Object.entries(columns)
    .map(([name, cell]) => ({ name, cells: items.map((item, index) => cell(item, index) ?? null) }))
    .filter(
      ({ cells }, index) => index === 0 || cells.length === 0 || cells.some((cell) => cell !== null && cell !== ''),
    );
  return {
    columns: filled.map(({ name }) => name),
    rows: items.map((_, row) => filled.map(({ cells }) => cells[row] ?? null)),
  };
}
