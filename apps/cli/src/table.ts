/** Rows as a table with a column per field, or as JSON for programs. */
export function printRows(rows: readonly object[], json: boolean | undefined): void {
  if (json) return console.log(JSON.stringify(rows, null, 2));
  const [first] = rows;
  if (!first) return console.log('None.');
  const columns = Object.keys(first);
  const lines = [
    columns,
    ...rows.map((row) => columns.map((column) => shown((row as Record<string, unknown>)[column]))),
  ];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}

/** Names are what people typed: a control character in one must not reach the terminal. */
function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 16).replace('T', ' ');
  if (value === null || value === undefined) return '–';
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\p{C}/gu, '�');
}
