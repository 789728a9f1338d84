import { AUDIT, type AuditTrail } from '#libs/audit';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Changer } from '../administered/changer.js';
import { policyFacts } from '../grant-events.js';
import { announce, type Invalidated, type InvalidatedCache, Invalidations } from '../invalidations.service.js';
import { asUnavailable, withTenant } from '../tenant.js';

/** Injection token of the policies of POLICY_FILE: by Workspace id, and `*` for all others. */
export const FILED_POLICIES = Symbol('FILED_POLICIES');
export type FiledPolicies = ReadonlyMap<string, Policy>;

/** As it is stored. */
export interface StoredPolicy {
  /** Counts the changes from 1. */
  version: number;
  policy: Policy;
  updatedAt: Date;
  /** Pseudonym, or `operator`. */
  updatedBy: string;
}

/** So many Workspaces are remembered. */
const CAPACITY = 10_000;

/**
 * What each Workspace allows at most: what is written in POLICY_FILE, otherwise what is stored. Remembered as long as changes are heard of, so
 * a change holds on every replica at once, and a call costs no query.
 */
@Injectable()
export class WorkspacePolicies implements InvalidatedCache {
  /** Null = the Workspace has none. The oldest first. */
  private readonly known = new Map<string, { policy: Policy | null; asked: number }>();
  private readonly queries = new Map<string, Promise<Policy | null>>();

  constructor(
    private readonly database: DataSource,
    private readonly invalidations: Invalidations,
    @Optional() @Inject(FILED_POLICIES) private readonly filed: FiledPolicies = new Map(),
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {
    invalidations.subscribe(this);
  }

  /**
   * The policy of a Workspace, null where it has none.
   * @param workspaceId undefined = a caller that is bound to none: what the file says of `*` holds for it
   * @returns undefined when the database has to be asked
   */
  remembered(workspaceId: string | undefined): Policy | null | undefined {
    const filed = this.filedFor(workspaceId);
    if (filed || workspaceId === undefined) return filed ?? null;
    const entry = this.known.get(workspaceId);
    return entry && this.invalidations.stillHolds(entry.asked) ? entry.policy : undefined;
  }

  /**
   * As {@link remembered}, and asks where that does not know; calls at the same time share a query.
   * @throws AppError (by rejecting) `unavailable`
   */
  async of(workspaceId: string | undefined): Promise<Policy | null> {
    const known = this.remembered(workspaceId);
    // What is bound to no Workspace is always known.
    return known === undefined ? (this.queries.get(workspaceId!) ?? this.query(workspaceId!)) : known;
  }

  /** What POLICY_FILE says of a Workspace: that wins over what is stored. */
  filedFor(workspaceId: string | undefined): Policy | undefined {
    return (workspaceId === undefined ? undefined : this.filed.get(workspaceId)) ?? this.filed.get('*');
  }

  /** What is stored, whether it holds or not. @throws AppError `unavailable` */
  async stored(workspaceId: string): Promise<StoredPolicy | undefined> {
    try {
      const [row] = await this.database.query<Row[]>(STORED, [workspaceId]);
      return row && asStored(row);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }

  /**
   * Replaces what is stored; in force with the next call on every replica.
   * @param check is given what is stored, which nobody else changes meanwhile; when it throws, nothing is changed
   * @throws AppError `unavailable`; what `check` throws
   */
  async store(
    workspaceId: string,
    policy: Policy,
    by: Changer,
    check: (before: StoredPolicy | undefined) => void = () => undefined,
  ): Promise<StoredPolicy> {
    const after = await withTenant(this.database, workspaceId, async (manager) => {
      // Also of a Workspace that has no row yet, which could not be locked.
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`workspace policy ${workspaceId}`]);
      const [row] = await manager.query<Row[]>(STORED, [workspaceId]);
      const before = row && asStored(row);
      check(before);
      await manager.query(
        `INSERT INTO workspace_policies (tenant_id, version, policy, updated_by) VALUES ($1, 1, $2, $3)
         ON CONFLICT (tenant_id) DO UPDATE SET version = workspace_policies.version + 1, policy = $2, updated_by = $3, updated_at = now()`,
        [workspaceId, policy, by.id],
      );
      await this.audit?.inTransaction(manager, [
        {
          event: 'policy_changed',
          tenant: workspaceId,
          at: Date.now(),
          person: by.personId,
          kind: by.kind,
          decision: 'allowed',
          detail: { ...(before && { before: policyFacts(before.policy) }), after: policyFacts(policy) },
        },
      ]);
      await announce(manager, 'policy', workspaceId);
      const [stored] = await manager.query<Row[]>(STORED, [workspaceId]);
      return asStored(stored!);
    });
    this.invalidations.drop('policy', workspaceId);
    return after;
  }

  drop(kind: Invalidated, id: string): void {
    if (kind !== 'policy') return;
    this.known.delete(id);
    // A query that is under way may bring what was true before the change: its answer is used, but not kept.
    this.queries.delete(id);
  }

  flush(): void {
    this.known.clear();
    this.queries.clear();
  }

  private query(workspaceId: string): Promise<Policy | null> {
    const asked = performance.now();
    const query: Promise<Policy | null> = this.stored(workspaceId).then((stored) => {
      const policy = stored ? Object.freeze({ ...stored.policy, layer: 'workspace' as const }) : null;
      if (this.queries.get(workspaceId) === query) this.keep(workspaceId, policy, asked);
      return policy;
    });
    this.queries.set(workspaceId, query);
    const done = () => void (this.queries.get(workspaceId) === query && this.queries.delete(workspaceId));
    query.then(done, done);
    return query;
  }

  private keep(workspaceId: string, policy: Policy | null, asked: number): void {
    this.known.delete(workspaceId);
    this.known.set(workspaceId, { policy, asked });
    const [oldest] = this.known.keys();
    if (this.known.size > CAPACITY && oldest !== undefined) this.known.delete(oldest);
  }
}

interface Row {
  version: number;
  policy: Policy;
  updated_at: Date;
  updated_by: string;
}

/** In one round trip: the function names the tenant. */
const STORED = 'SELECT * FROM workspace_policy($1)';

const asStored = ({ version, policy, updated_at: updatedAt, updated_by: updatedBy }: Row): StoredPolicy => ({
  version,
  policy,
  updatedAt,
  updatedBy,
});
