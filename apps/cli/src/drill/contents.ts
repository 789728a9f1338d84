import { type Client } from 'pg';

/** What a database holds, by the names of its tables and sequences; equal texts say that nothing differs. */
export type Contents = ReadonlyMap<string, { rows: number; text: string }>;

/** Who may do what, by login: `table audit_events: SELECT`. */
export type Grants = ReadonlyMap<string, ReadonlySet<string>>;

/** Rows are compared as text, which must not depend on how a server or a person is set. */
const AS_TEXT = `SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1`;
const OURS = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** A statement over millions of rows takes its time. */
const WITHOUT_LIMIT = 'SET statement_timeout = 0';

/** Settings for the reading of a whole database, of this connection. */
export async function readWhole(client: Client): Promise<void> {
  await client.query(`${AS_TEXT}; ${WITHOUT_LIMIT}`);
}

/** Every row of every table, in whatever order they lie, and where every sequence stands. Past row-level security only for those whom it does not bind. */
export async function contentsOf(client: Client): Promise<Contents> {
  const { rows: relations } = await client.query<{ name: string; kind: 'r' | 'S' }>(
    `SELECT c.oid::regclass::text AS name, c.relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'S') AND ${OURS} ORDER BY 1`,
  );
  const contents = new Map<string, { rows: number; text: string }>();
  for (const { name, kind } of relations) contents.set(name, await (kind === 'r' ? table : sequence)(client, name));
  return contents;
}

/** Two sums over the halves of each row's MD5: they do not depend on the order, and a row more, less or changed changes them. */
async function table(client: Client, name: string) {
  const half = (from: number) => `coalesce(sum(('x' || substr(m, ${from}, 16))::bit(64)::bigint::numeric), 0)`;
  const { rows } = await client.query<{ rows: number; text: string }>(
    `SELECT count(*)::int AS rows, concat_ws(' ', count(*), ${half(1)}, ${half(17)}) AS text
      FROM (SELECT md5(t::text) AS m FROM ONLY ${name} t) hashed`,
  );
  return rows[0]!;
}

async function sequence(client: Client, name: string) {
  const { rows } = await client.query<{ text: string }>(
    `SELECT concat_ws(' ', last_value, is_called) AS text FROM ${name}`,
  );
  return { rows: 0, text: rows[0]!.text };
}

/** Rights on tables, sequences, functions, schemas and the database, of everybody but their owners. */
export async function grantsOf(client: Client): Promise<Grants> {
  const of = (kind: string, from: string, name: string, acl: string, type: string, owner: string) =>
    `SELECT '${kind} ' || ${name} AS what, ${owner} AS owner, (aclexplode(coalesce(${acl}, acldefault('${type}', ${owner})))).* FROM ${from}`;
  const { rows } = await client.query<{ who: string; what: string }>(
    `SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END AS who, what || ': ' || privilege_type AS what FROM (
      ${[
        of(
          'table',
          `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind IN ('r', 'p', 'v') AND ${OURS}`,
          'c.oid::regclass',
          'relacl',
          'r',
          'relowner',
        ),
        of(
          'sequence',
          `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'S' AND ${OURS}`,
          'c.oid::regclass',
          'relacl',
          's',
          'relowner',
        ),
        of(
          'function',
          `pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OURS}`,
          'p.oid::regprocedure',
          'proacl',
          'f',
          'proowner',
        ),
        of('schema', `pg_namespace n WHERE ${OURS}`, 'nspname', 'nspacl', 'n', 'nspowner'),
        of('database', 'pg_database WHERE datname = current_database()', `''`, 'datacl', 'd', 'datdba'),
      ].join('\nUNION ALL\n')}) rights
      WHERE grantee <> owner ORDER BY 1, 2`,
  );
  const grants = new Map<string, Set<string>>();
  for (const { who, what } of rows) grants.set(who, (grants.get(who) ?? new Set()).add(what));
  return grants;
}

/** What is in one and not in the other, as few lines as tell it. */
export function missingFrom(one: Iterable<string>, other: Iterable<string>): string[] {
  const there = new Map<string, number>();
  for (const line of other) there.set(line, (there.get(line) ?? 0) + 1);
  return [...one].filter((line) => {
    const left = there.get(line) ?? 0;
    there.set(line, left - 1);
    return left <= 0;
  });
}
