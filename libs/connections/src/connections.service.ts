import { AUDIT, type AuditTrail } from '#libs/audit';
import { AppError, CONFIG, type Config, sha256 } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { type GrantKind } from './access-grant.entity.js';
import { type ConnectionState } from './connection.entity.js';
import { endedEvents, grantEvent, policyFacts } from './grant-events.js';
import { endGrantsOf, endOwnGrants } from './grant-rows.js';
import { announce, Invalidations } from './invalidations.service.js';
import { withTenant } from './tenant.js';
import { type EncryptionContext, type Vault, VAULT } from './vault/vault.js';

/** A connection that a person has agreed to. */
export interface NewConnection {
  workspaceId: string;
  /** As ClickUp told it. */
  person: { id: string; name: string };
  /** The ClickUp token; it is sealed before it is stored. */
  credential: string;
  policy: Policy;
  grant: {
    kind: Exclude<GrantKind, 'server_url'>;
    /** What people will recognise it by. */
    label: string;
    clientId?: string;
    /** Of a session: where the person was sent, as pages show it. */
    address?: string;
    /** Of a session: what the client asked for; absent = it left that to the person. */
    asked?: 'read' | 'write';
    /** When it ends unless prolonged; absent = until revoked. */
    expiresInSeconds?: number;
  };
  /** Grants of the same person in the same Workspace that end when this one is stored; others are left alone. */
  replaces?: readonly string[];
}

/** Ids of the connection and of the grant that were stored. */
interface MadeConnection {
  connectionId: string;
  grantId: string;
  /** Of an API key: only its hash is stored, so it cannot be shown again. Undefined for sessions, which have tokens instead. */
  secret?: string;
}

/**
 * A connection and the first grant on it, unless the person, whose name is $15, has $14 grants already. `meet_person` locks the person's row,
 * so that two grants at once are counted one after the other.
 */
const CONNECT = `
  WITH made AS (
    INSERT INTO connections (tenant_id, id, person_id, sealed_credential, policy)
    SELECT $1, $2::uuid, $3, $4::bytea, $5::jsonb WHERE meet_person($1, $3, $15) < $14 RETURNING tenant_id, id
  )
  INSERT INTO access_grants (id, kind, secret_hash, tenant_id, connection_id, client_id, label, address, asked, expires_at)
  SELECT $6, $7, $8::bytea, tenant_id, id, $9, $10, $11, $12, now() + $13 * interval '1 second' FROM made RETURNING id`;

/** Where the credential of a connection is sealed. */
export const credentialContext = (tenant: string, connection: string): EncryptionContext => ({
  table: 'connections',
  column: 'sealed_credential',
  tenant,
  row: connection,
});

/** Ids in credentials: 16 random bytes. People hand them to commands, which take a dash at the beginning for a flag: none has one. */
export const newGrantId = (): string => {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newGrantId() : id;
};
/** Secrets in credentials: 32 random bytes. */
export const newSecret = () => randomBytes(32).toString('base64url');

/** Makes and ends connections. */
@Injectable()
export class Connections {
  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault,
    private readonly invalidations: Invalidations,
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAX_GRANTS_PER_PERSON'>,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {}

  /**
   * Stores a connection with its sealed credential and the first grant on it, all or nothing.
   * @param first runs in the same transaction, before anything else; when it returns `false`, nothing is stored
   * @throws AppError `quota_exceeded` for one grant more than MAX_GRANTS_PER_PERSON in this Workspace
   * @throws AppError `unavailable`: the commit may have succeeded all the same, so `first` must keep a repetition from storing anything twice
   */
  async connect(
    { workspaceId, person, credential, policy, grant, replaces = [] }: NewConnection,
    first?: (manager: EntityManager, made: MadeConnection) => Promise<boolean>,
  ): Promise<MadeConnection> {
    const connectionId = uuidv7();
    const grantId = newGrantId();
    const secret = grant.kind === 'session' ? undefined : newSecret();
    const ended = await withTenant(this.database, workspaceId, async (manager) => {
      if (first && !(await first(manager, { connectionId, grantId, secret }))) return [];
      const replaced = replaces.length > 0 ? await endOwnGrants(manager, workspaceId, person.id, replaces) : [];
      const sealedCredential = this.vault.seal(credentialContext(workspaceId, connectionId), credential);
      const stored = await manager.query<unknown[]>(CONNECT, [
        workspaceId,
        connectionId,
        person.id,
        sealedCredential,
        policy,
        grantId,
        grant.kind,
        secret === undefined ? null : sha256(secret),
        grant.clientId ?? null,
        grant.label,
        grant.address ?? null,
        grant.asked ?? null,
        grant.expiresInSeconds ?? null,
        this.config.MAX_GRANTS_PER_PERSON,
        person.name,
      ]);
      if (stored.length === 0)
        throw new AppError('quota_exceeded', 'This person has as many sessions and keys as the operator allows.');
      await this.audit?.inTransaction(manager, [
        ...endedEvents(workspaceId, replaced, { person: person.id, reason: 'replaced' }),
        grantEvent('grant_made', workspaceId, {
          grant: grantId,
          person: person.id,
          kind: grant.kind,
          client: grant.clientId,
          objects: [`connection:${connectionId}`],
          detail: { after: policyFacts(policy) },
        }),
      ]);
      return replaced;
    });
    for (const id of ended) this.invalidations.drop('grant', id);
    return { connectionId, grantId, secret };
  }

  /** Ends a connection with all grants on it; effective on every replica at once. */
  async revokeConnection(tenantId: string, id: string): Promise<void> {
    await this.setState(tenantId, id, 'revoked', async (manager) => {
      const ended = await endGrantsOf(manager, tenantId, id);
      await this.audit?.inTransaction(manager, [
        ...endedEvents(tenantId, ended, { reason: 'its connection was ended' }),
        grantEvent('connection_ended', tenantId, { objects: [`connection:${id}`] }),
      ]);
    });
  }

  /** Notes that ClickUp has refused the credential: nothing is sent with it any more, on any replica. */
  async needsReauth(tenantId: string, id: string): Promise<void> {
    await this.setState(tenantId, id, 'needs_reauth', async (manager) => {
      await this.audit?.inTransaction(manager, [
        grantEvent('credential_refused', tenantId, { objects: [`connection:${id}`] }),
      ]);
    });
  }

  /** Replaces what a connection may do; in force with the next call on every replica. */
  async setPolicy(tenantId: string, id: string, policy: Policy): Promise<void> {
    await this.change(tenantId, id, async (manager) => {
      const [[before]] = await manager.query<[{ policy: Policy }[], number]>(
        `WITH before AS (SELECT id, policy FROM connections WHERE id = $1 FOR UPDATE)
         UPDATE connections c SET policy = $2, updated_at = now() FROM before WHERE c.id = before.id RETURNING before.policy`,
        [id, policy],
      );
      if (before)
        await this.audit?.inTransaction(manager, [
          grantEvent('rights_changed', tenantId, {
            objects: [`connection:${id}`],
            detail: { before: policyFacts(before.policy), after: policyFacts(policy) },
          }),
        ]);
    });
  }

  private async setState(
    tenantId: string,
    id: string,
    state: ConnectionState,
    also: (manager: EntityManager) => Promise<void>,
  ): Promise<void> {
    await this.change(tenantId, id, async (manager) => {
      // A refusal that arrives late must not overwrite `revoked`.
      const [, changed] = await manager.query<[unknown, number]>(
        `UPDATE connections SET state = $2, updated_at = now() WHERE id = $1 AND state NOT IN ($2, 'revoked')`,
        [id, state],
      );
      if (changed > 0) await also(manager);
    });
  }

  private async change(
    tenantId: string,
    id: string,
    work: (manager: EntityManager) => Promise<unknown>,
  ): Promise<void> {
    await withTenant(this.database, tenantId, async (manager) => {
      await work(manager);
      await announce(manager, 'connection', id);
    });
    this.invalidations.drop('connection', id);
  }
}
