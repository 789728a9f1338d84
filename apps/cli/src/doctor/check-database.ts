import { unlockKnown } from '#libs/connections';
import { AppError, type Config, ConfigError, masterKeys } from '#libs/core';
import { type Client } from 'pg';
import { ENTITIES } from '../../../gateway/src/app.module.js';
import { connectPatiently } from '../../../gateway/src/database/connect.js';
import { type Database, openDatabase } from '../../../gateway/src/database/database.js';
import { checkUpToDate, loginBeside } from '../../../gateway/src/database/migrate.js';
import { dataSourceOptions } from '../../../gateway/src/database/options.js';
import { dangerOf } from '../../../gateway/src/database/role.js';
import { inWords } from '../../../gateway/src/database/until-it-answers.js';
import { withPool } from '../../../gateway/src/database/with-pool.js';
import { clockFinding, type Finding } from './finding.js';

const silent = { info: () => undefined, warn: () => undefined };

/** Whether the database answers, has its tables, binds the gateway's login, belongs to the master key, and tells the same time. Changes nothing in it. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  let database: Database;
  try {
    database = await openDatabase(config, silent);
  } catch (error) {
    return [failure('database', error, 'See docs/operations.md, "Start and its problems"')];
  }
  try {
    const client = await connectPatiently(database.directUrl ?? database.url, silent, 0);
    try {
      const place = database.embedded ? `embedded in ${database.location}` : database.location;
      return [{ what: 'database', words: place }, ...(await inside(client, database, config))];
    } finally {
      await client.end();
    }
  } catch (error) {
    const cause = error instanceof AppError ? error.cause : error;
    const words = `${database.location} does not answer: ${cause instanceof Error ? inWords(cause) : 'no reason'}`;
    return [
      {
        what: 'database',
        words,
        fix: 'See that it runs, and that DATABASE_URL names host, user and password as they are',
      },
    ];
  } finally {
    await database.close();
  }
}

async function inside(client: Client, database: Database, config: Config): Promise<Finding[]> {
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const findings = [clockFinding('the database', rows[0]!.now)];
  const named = database.migrationUrl !== undefined;
  const migrateFirst = 'Start the gateway, or run: clickup-mcp migrate';
  try {
    const login = named ? undefined : await loginBeside(client, database.url);
    const danger = named && (await dangerOf(client));
    if (danger) throw new ConfigError([`DATABASE_URL: row-level security would not hold: ${danger}`]);
    findings.push({ what: 'login', words: `row-level security binds "${login?.name ?? client.user}"` });
    await checkUpToDate(client, migrateFirst);
    findings.push({ what: 'tables', words: 'up to date' });
    const keys = masterKeys(config);
    if (!keys)
      return [
        ...findings,
        { what: 'master key', words: 'MASTER_KEY is not set', fix: 'Make one with: openssl rand -hex 32' },
      ];
    const pool = dataSourceOptions({ url: login?.url ?? database.url, entities: ENTITIES, poolSize: 2, log: silent });
    const { missing } = await withPool(pool, (open) => unlockKnown(open, keys));
    findings.push(
      missing.length
        ? {
            what: 'master key',
            words: `opens what is stored, except what lies under ${missing.join(', ')}`,
            fix: 'Name the earlier keys in MASTER_KEY_PREVIOUS, then run: clickup-mcp vault rewrap',
          }
        : { what: 'master key', words: 'opens what is stored' },
    );
  } catch (error) {
    findings.push(
      failure(error instanceof ConfigError && /tables/.test(error.message) ? 'tables' : 'login', error, migrateFirst),
    );
  }
  return findings;
}

function failure(what: Finding['what'], error: unknown, fix: string): Finding {
  const [problem = ''] = error instanceof ConfigError ? error.problems : [AppError.of(error).message];
  return { what: /^(MASTER_KEY|DATA_DIR.*master)/.test(problem) ? 'master key' : what, words: problem, fix };
}
