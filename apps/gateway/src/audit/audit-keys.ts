import { Chain } from '#libs/audit';
import { type EncryptionContext, openedVault, type Vault } from '#libs/connections';
import { randomBytes } from 'node:crypto';
import { type EntityManager } from 'typeorm';

/** So many Workspaces' keys are kept open; an open one takes some 100 kB at most, most of it remembered HMACs. */
const KEPT = 500;

const contextOf = (tenant: string): EncryptionContext => ({
  table: 'audit_keys',
  column: 'sealed_key',
  tenant,
  row: tenant,
});

/** The chains of Workspaces, each with its key, which is made when it is first needed. */
export class AuditKeys {
  private readonly chains = new Map<string, Chain>();

  constructor(private readonly vault: Vault | undefined) {}

  /** The chain of a Workspace whose key is known to be stored. */
  known(tenant: string): Chain | undefined {
    return this.chains.get(tenant);
  }

  /** Keeps a chain whose key is committed. */
  keep(chain: Chain): void {
    const [oldest] = this.chains.keys();
    if (this.chains.size >= KEPT && oldest !== undefined) this.chains.delete(oldest);
    this.chains.set(chain.tenant, chain);
  }

  /**
   * The chain with the stored key, in a transaction of its Workspace.
   * @returns undefined where none is stored; the key is new otherwise
   */
  async stored(manager: EntityManager, tenant: string): Promise<Chain | undefined> {
    const [row] = await manager.query<{ sealed: Buffer }[]>(
      'SELECT sealed_key AS sealed FROM audit_keys WHERE tenant_id = $1',
      [tenant],
    );
    return row && this.opened(tenant, row.sealed);
  }

  /** As {@link stored}, after making a key where there is none. */
  async storedOrNew(manager: EntityManager, tenant: string): Promise<Chain> {
    const found = await this.stored(manager, tenant);
    if (found) return found;
    const secret = randomBytes(32);
    const sealed = openedVault(this.vault).seal(contextOf(tenant), secret.toString('base64url'));
    // The tenants are those that a change of master keys visits.
    const made = await manager.query<unknown[]>(
      `WITH known AS (INSERT INTO tenants (id) VALUES ($1) ON CONFLICT DO NOTHING)
       INSERT INTO audit_keys (tenant_id, sealed_key) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING tenant_id`,
      [tenant, sealed],
    );
    // Another replica may have been first.
    return made.length > 0 ? new Chain(tenant, secret) : (await this.stored(manager, tenant))!;
  }

  /** The chain of a Workspace by its sealed key. */
  opened(tenant: string, sealed: Buffer): Chain {
    const { text } = openedVault(this.vault).open(contextOf(tenant), sealed);
    return new Chain(tenant, Buffer.from(text, 'base64url'));
  }
}
