import { type AuditTrail } from '#libs/audit';
import { withTenant } from '#libs/connections';
import { type DataSource } from 'typeorm';

/**
 * Forgets whose the pseudonyms of a person and the aliases of their grants are, in one Workspace. That it was done is an event; of whom, it
 * does not say. What the person does afterwards has a new pseudonym.
 * @returns how many were forgotten
 */
export function eraseActor(database: DataSource, trail: AuditTrail, tenant: string, personId: string): Promise<number> {
  return withTenant(database, tenant, async (manager) => {
    const [, count] = await manager.query<[unknown, number]>(
      'DELETE FROM audit_actors WHERE tenant_id = $1 AND person_id = $2',
      [tenant, personId],
    );
    if (count > 0)
      await trail.inTransaction(manager, [
        { event: 'actor_erased', tenant, at: Date.now(), kind: 'operator', decision: 'allowed', detail: { count } },
      ]);
    return count;
  });
}
