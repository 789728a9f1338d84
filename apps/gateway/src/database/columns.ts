import { HOLDING, type Holding, holdingOf } from '#libs/core';
import { getMetadataArgsStorage } from 'typeorm';
import { ENTITIES } from '../app.module.js';

/** A column of the database, as its entity has it. */
export interface DescribedColumn {
  table: string;
  name: string;
  /** As PostgreSQL calls it. */
  type: string;
  nullable: boolean;
  /** Undefined when nobody has said it. */
  holding: Holding | undefined;
}

/** TypeORM's own table has no entity. */
const MIGRATIONS: readonly DescribedColumn[] = (
  [
    ['id', 'integer', 'in which order it ran'],
    ['timestamp', 'bigint', 'when it was written'],
    ['name', 'character varying', 'its name'],
  ] as const
).map(([name, type, what]) => ({ table: 'migrations', name, type, nullable: false, holding: { kind: 'plain', what } }));

const LONG_NAMES: Readonly<Record<string, string>> = { timestamptz: 'timestamp with time zone', int: 'integer' };

/** Every column that the migrations make, by table and in the order of its entity. */
export function describedColumns(): DescribedColumn[] {
  const { tables, columns } = getMetadataArgsStorage();
  const described = ENTITIES.flatMap((entity) => {
    const table = tables.find(({ target }) => target === entity)!.name!;
    return columns
      .filter(({ target }) => target === entity)
      .map(({ propertyName, options: { name = propertyName, type, array = false, nullable = false } }) => ({
        table,
        name,
        type: `${LONG_NAMES[String(type)] ?? String(type)}${array ? '[]' : ''}`,
        nullable,
        holding: holdingOf(entity, propertyName),
      }));
  });
  return [...described, ...MIGRATIONS].sort((a, b) => a.table.localeCompare(b.table));
}

/** docs/storage-columns.md */
export function renderColumns(): string {
  const columns = describedColumns();
  return [
    '# Columns',
    '',
    'Every column of the database, with whether it holds a secret or personal data. Generated from the entities by `npm run docs`. What the tables are for, who may read them, and when rows are removed: [storage.md](storage.md).',
    '',
    '| kind | means |',
    '|---|---|',
    ...Object.entries(HOLDING).map(([kind, meaning]) => `| ${kind} | ${meaning} |`),
    '',
    'Ids and times tell something of a person only together with `people` and `connections`.',
    ...[...new Set(columns.map(({ table }) => table))].flatMap((table) => [
      '',
      `## ${table}`,
      '',
      '| column | type | kind | holds |',
      '|---|---|---|---|',
      ...columns
        .filter((column) => column.table === table)
        .map(
          ({ name, type, nullable, holding }) =>
            `| \`${name}\` | ${type}${nullable ? ', null' : ''} | ${holding?.kind} | ${holding?.what.replaceAll('|', '\\|')} |`,
        ),
    ]),
  ].join('\n');
}
