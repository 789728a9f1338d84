import { revokeGrants } from '#libs/connections';
import { loadConfig } from '#libs/core';
import { auditTrail } from '../../../gateway/src/audit/index.js';
import { type Flags } from '../commands.js';
import { unlockedIfKnown, withDatabase } from '../with-database.js';

const LOG = { warn: (...said: unknown[]) => console.error(...said) };

/** Ends the grants with these ids; status 1 when one of them is not a live grant. */
export async function run(_flags: Flags, ids: readonly string[]): Promise<number> {
  const unknown = await withDatabase(async (pool) => {
    const unlocked = await unlockedIfKnown(pool);
    // What is to end must not go on because a key is missing here.
    if (!unlocked) console.error('Not written into the audit: MASTER_KEY is not set here, or is none of the gateways.');
    return revokeGrants(pool, ids, unlocked && auditTrail(pool, unlocked.vault, LOG, loadConfig().AUDIT_PUSH_URL));
  });
  for (const id of ids)
    if (unknown.includes(id)) console.error(`${id} is not a live grant: clickup-mcp grants list shows them.`);
    else console.log(`${id} revoked.`);
  return unknown.length ? 1 : 0;
}
