import { rewrap, type Rewrapped, unlockKnown } from '#libs/connections';
import { ConfigError, loadConfig, masterKeys } from '#libs/core';
import { ENTITIES } from '../../../gateway/src/app.module.js';
import { openDatabase } from '../../../gateway/src/database/database.js';
import { migrate } from '../../../gateway/src/database/migrate.js';
import { dataSourceOptions } from '../../../gateway/src/database/options.js';
import { withPool } from '../../../gateway/src/database/with-pool.js';

/** Rewraps everything and tells whether the previous key may go: then the status is 0. */
export async function run(): Promise<number> {
  const config = loadConfig();
  const keys = masterKeys(config);
  if (!keys) throw new ConfigError(['MASTER_KEY: is not set']);
  const database = await openDatabase(config, console);
  try {
    const url = await migrate(database, console);
    return await withPool(dataSourceOptions({ url, entities: ENTITIES, poolSize: 2, log: console }), async (pool) => {
      const { vault } = await unlockKnown(pool, keys);
      return tell(await rewrap(pool, vault));
    });
  } finally {
    await database.close();
  }
}

function tell({ rewrapped, overtaken, unopened, left, retired }: Rewrapped): number {
  console.log(
    `Rewrapped: ${rewrapped}. Changed by somebody else just then: ${overtaken}. Do not open: ${unopened.length}.`,
  );
  for (const { table, tenant, row } of unopened)
    console.log(`  does not open: ${table}, Workspace ${tenant}, row ${row}`);
  if (left.size > 0) {
    for (const [kid, count] of left) console.log(`Still sealed under key ${kid}: ${count}.`);
    console.log(
      'Keep MASTER_KEY_PREVIOUS. See that it holds these keys and that every gateway was restarted with the new MASTER_KEY, then run this again.',
    );
    return 1;
  }
  for (const kid of retired) console.log(`Retired: key ${kid}.`);
  console.log(
    'Everything is sealed under MASTER_KEY: MASTER_KEY_PREVIOUS may be removed. Backups made before now still need the previous key.',
  );
  return 0;
}
