import { AppError, ConfigError, type MasterKeys } from '#libs/core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client } from 'pg';
import { connected, type Copy, emptyCopy } from './copy.js';
import { type Contents, contentsOf, type Grants, grantsOf, missingFrom, readWhole } from './contents.js';
import { openSealed } from './opened.js';
import { startOn } from './started.js';
import { schemaOf, tool } from './tools.js';

/** One thing that was tried. */
export interface Tried {
  what: string;
  /** What was found; of something wrong, where. */
  words: string;
  wrong?: true;
}

/** The database as it was when it was dumped. */
interface Source {
  contents: Contents;
  schema: string[];
  grants: Grants;
}

/**
 * Backs up and restores: dumps the database as of one moment, while gateways may run, restores the dump into an empty database of the
 * same server, compares all of both, starts a gateway on the copy and opens what is sealed in it. The copy is removed in the end.
 * @param tell called with each result as soon as it is known
 * @throws ConfigError where tools, rights or keys are missing
 */
export async function drill(database: string, keys: MasterKeys, tell: (tried: Tried) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'clickup-mcp-drill-'));
  const client = await connected(database);
  try {
    await unbound(client);
    const dump = join(folder, 'dump');
    const source = await dumped(client, database, dump);
    tell({ what: 'dump', words: counted(source.contents) });
    const copy = await emptyCopy(client, database);
    try {
      await tool('pg_restore', `--dbname=${copy.database}`, '--no-privileges', '--exit-on-error', dump);
      const there = await connected(copy.database);
      try {
        await readWhole(there);
        tell(compared('rows', rowsOf(source.contents), rowsOf(await contentsOf(there))));
        tell(compared('schema', source.schema, await schemaOf(copy.database)));
        await used(copy, there, keys, folder, tell);
        tell(sameRights(source.grants, await grantsOf(there), copy.gatewayLogin));
      } finally {
        await there.end();
      }
    } finally {
      await copy.remove();
    }
  } finally {
    await client.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Row-level security hides rows from everybody else: of a dump, too. */
async function unbound(client: Client): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper');
  if (!rowCount)
    throw new ConfigError([
      `PGUSER: "${client.user}" is no superuser, who alone can dump everything, and make and drop a database and a login for the drill`,
    ]);
}

/** pg_dump and we look at the same moment: what gateways write meanwhile is in neither. */
async function dumped(client: Client, database: string, file: string): Promise<Source> {
  await readWhole(client);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
  const snapshot = `--snapshot=${rows[0]!.snapshot}`;
  await tool('pg_dump', '--format=custom', snapshot, `--file=${file}`, database);
  const source = {
    contents: await contentsOf(client),
    schema: await schemaOf(database, snapshot),
    grants: await grantsOf(client),
  };
  await client.query('COMMIT');
  return source;
}

async function used(
  copy: Copy,
  client: Client,
  keys: MasterKeys,
  folder: string,
  tell: (tried: Tried) => void,
): Promise<void> {
  const given = { MASTER_KEY: keys.current() ?? '', MASTER_KEY_PREVIOUS: keys.previous.join(',') };
  const wrong = await startOn(copy.url, given, folder);
  if (wrong) return tell({ what: 'gateway', words: wrong, wrong: true });
  tell({ what: 'gateway', words: 'starts on the copy, and is ready' });
  try {
    const { opened, closed } = await openSealed(copy.url, client, keys);
    if (closed.length) tell({ what: 'vault', words: `does not open: ${few(closed)}`, wrong: true });
    else tell({ what: 'vault', words: `${opened} sealed values open` });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw AppError.of(error);
    tell({ what: 'vault', words: error.message, wrong: true });
  }
}

const rowsOf = (contents: Contents) => [...contents].map(([name, { text }]) => `${name} ${text}`);

function counted(contents: Contents): string {
  const rows = [...contents.values()].reduce((sum, each) => sum + each.rows, 0);
  return `${contents.size} tables and sequences, ${rows} rows`;
}

function compared(what: string, source: readonly string[], copy: readonly string[]): Tried {
  const [lost, new_] = [missingFrom(source, copy), missingFrom(copy, source)];
  if (lost.length + new_.length === 0) return { what, words: 'the same' };
  const words = [
    lost.length ? `only in the database: ${few(lost)}` : '',
    new_.length ? `only in the copy: ${few(new_)}` : '',
  ];
  return { what, words: words.filter(Boolean).join('; '), wrong: true };
}

/** A restore leaves rights out, because it knows no logins: a start gives the gateway's own anew. */
function sameRights(source: Grants, copy: Grants, login: string): Tried {
  const all = compared('rights', [...(source.get('PUBLIC') ?? [])], [...(copy.get('PUBLIC') ?? [])]);
  if (all.wrong) return { ...all, words: `of everybody: ${all.words}` };
  const here = [...(copy.get(login) ?? [])];
  const others = [...source].filter(([who]) => who !== 'PUBLIC');
  const same = others.find(([, rights]) => !compared('', [...rights], here).wrong);
  if (!same)
    return {
      what: 'rights',
      words: `no login of the database has those that a gateway works with: ${few(here)}`,
      wrong: true,
    };
  const further = others.filter((other) => other !== same).map(([who]) => who);
  const hint = further.length ? `; to be granted again after a restore: those of ${further.join(', ')}` : '';
  return { what: 'rights', words: `the same, of the login that the gateway works as${hint}` };
}

const few = (lines: readonly string[]) =>
  `${lines.slice(0, 5).join(' | ')}${lines.length > 5 ? ` and ${lines.length - 5} more` : ''}`;
