import { auditedTenants } from '#libs/admin';
import { loadConfig } from '#libs/core';
import { auditTrail, eraseActor } from '../../../gateway/src/audit/index.js';
import { type Flags } from '../commands.js';
import { unlockedForAudit } from '../with-audit.js';
import { withDatabase } from '../with-database.js';

const LOG = { warn: (...said: unknown[]) => console.error(...said) };

/** Erases people from the map of pseudonyms, in every Workspace; status 1 when one of them is in none. */
export async function run(_flags: Flags, people: readonly string[]): Promise<number> {
  return withDatabase(async (pool) => {
    const trail = auditTrail(pool, (await unlockedForAudit(pool)).vault, LOG, loadConfig().AUDIT_PUSH_URL);
    let unknown = 0;
    for (const person of people) {
      let count = 0;
      for (const tenant of await auditedTenants(pool)) count += await eraseActor(pool, trail, tenant, person);
      if (count === 0) unknown += 1;
      console.log(
        count === 0 ? `${person} has no pseudonym.` : `${person}: ${count} pseudonyms and aliases forgotten.`,
      );
    }
    return unknown > 0 ? 1 : 0;
  });
}
