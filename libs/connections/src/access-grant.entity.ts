import { Holds } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Connection } from './connection.entity.js';

export type GrantKind = 'session' | 'api_key' | 'server_url' | 'jwt';

/** What was asked for when a server URL was made, in the words of whoever asked. Absent = no limit of its own. */
export interface ServerUrlConfig {
  readonly methods?: readonly string[];
  readonly tags?: readonly string[];
  readonly upstream_retry?: string;
}

/** What lets a client use a connection. Global: a credential is found here before its tenant is known. */
@Entity('access_grants')
@Index('access_grants_connection_id', ['tenantId', 'connectionId'])
@Index('access_grants_client_id', ['clientId'])
@Index('access_grants_age', ['tenantId', 'createdAt', 'id'])
// On an expression (migration ReaperIndexes1765152000000), which TypeORM cannot describe.
@Index('access_grants_end', { synchronize: false })
@Index('access_grants_made_by', ['madeBy'])
@ForeignKey(() => AccessGrant, ['madeBy'], ['id'], { name: 'access_grants_maker', onDelete: 'CASCADE' })
@ForeignKey(() => Connection, ['tenantId', 'connectionId'], ['tenantId', 'id'], {
  name: 'access_grants_connection',
  onDelete: 'CASCADE',
})
@Check('access_grants_kind', `kind IN ('session', 'api_key', 'server_url', 'jwt')`)
@Check('access_grants_asked', `asked IN ('read', 'write')`)
export class AccessGrant {
  @Holds('plain', '16 random bytes, base64url: the part of a credential before the colon, which is no secret')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'access_grants_pkey' })
  id!: string;

  @Holds('plain', '`session`, `api_key`, `server_url` or `jwt`')
  @Column({ type: 'text' })
  kind!: GrantKind;

  @Holds(
    'hash',
    'SHA-256 of the secret part; of a JWT session of the `jti` that is good now. Null for sessions: their access tokens are `oauth_artifacts`',
  )
  @Column({ name: 'secret_hash', type: 'bytea', nullable: true })
  secretHash!: Buffer | null;

  @Holds('plain', 'Workspace id')
  @Column({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @Holds('plain', 'the connection that it leads to')
  @Column({ name: 'connection_id', type: 'uuid' })
  connectionId!: string;

  @Holds('plain', "narrows the connection's policy further: mode, and ids of places")
  @Column({ type: 'jsonb', nullable: true })
  policy!: Policy | null;

  @Holds('plain', 'OAuth client of a session')
  @Column({ name: 'client_id', type: 'text', nullable: true })
  clientId!: string | null;

  @Holds('personal', "what people recognise it by: the client's name, or the one they gave the key or server URL")
  @Column({ type: 'text' })
  label!: string;

  @Holds(
    'plain',
    'of a session, JWT sessions too: where the person was sent, as pages show it (`claude.ai`). Null for others, and for what older versions stored',
  )
  @Column({ type: 'text', nullable: true })
  address!: string | null;

  @Holds('plain', 'of a session: what the client asked for, `read` or `write`. Null = it left that to the person')
  @Column({ type: 'text', nullable: true })
  asked!: 'read' | 'write' | null;

  @Holds(
    'plain',
    'of a server URL: the methods, tags and `upstream_retry` that were asked for, to be shown again. Null otherwise',
  )
  @Column({ type: 'jsonb', nullable: true })
  config!: ServerUrlConfig | null;

  @Holds('plain', 'of a server URL: whether it works only beside another credential of the same person')
  @Column({ name: 'token_required', type: 'boolean', default: false })
  tokenRequired!: boolean;

  @Holds(
    'plain',
    'of a server URL, and of an API key that was made over REST: the credential that made it; both end together. Null otherwise',
  )
  @Column({ name: 'made_by', type: 'text', nullable: true })
  madeBy!: string | null;

  @Holds('plain', 'when it was granted')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Holds('plain', 'when it last let somebody in')
  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  @Holds('plain', 'when it ends. Null = when it is revoked')
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Holds('plain', 'when it was revoked')
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
