import { headsOf } from '#libs/admin';
import { type Flags, type Options } from '../commands.js';
import { chosenTenants } from '../with-audit.js';
import { withDatabase } from '../with-database.js';

/** Prints the head of each day, also of the one that goes on. */
export async function run(_flags: Flags, _operands: readonly string[], { workspace }: Options): Promise<number> {
  await withDatabase(async (pool) => {
    for (const tenant of await chosenTenants(pool, workspace))
      for (const { day, rows, mac } of await headsOf(pool, tenant))
        console.log(JSON.stringify({ workspace: tenant, day, rows, mac: mac.toString('hex') }));
  });
  return 0;
}
