import { revokeGrants } from '#libs/connections';
import { type Flags } from '../commands.js';
import { withDatabase } from '../with-database.js';

/** Ends the grants with these ids; status 1 when one of them is not a live grant. */
export async function run(_flags: Flags, ids: readonly string[]): Promise<number> {
  const unknown = await withDatabase((pool) => revokeGrants(pool, ids));
  for (const id of ids)
    if (unknown.includes(id)) console.error(`${id} is not a live grant: clickup-mcp grants list shows them.`);
    else console.log(`${id} revoked.`);
  return unknown.length ? 1 : 0;
}
