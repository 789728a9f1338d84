import { type Policy } from '#libs/permissions';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Connection } from './connection.entity.js';

export type GrantKind = 'session' | 'api_key';

/** What lets a client use a connection. Global: a credential is found here before its tenant is known. */
@Entity('access_grants')
@Index('access_grants_connection_id', ['tenantId', 'connectionId'])
@Index('access_grants_client_id', ['clientId'])
@ForeignKey(() => Connection, ['tenantId', 'connectionId'], ['tenantId', 'id'], {
  name: 'access_grants_connection',
  onDelete: 'CASCADE',
})
@Check('access_grants_kind', `kind IN ('session', 'api_key')`)
@Check('access_grants_asked', `asked IN ('read', 'write')`)
export class AccessGrant {
  /** 16 random bytes, base64url: the part of a credential before the colon. No secret. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'access_grants_pkey' })
  id!: string;

  @Column({ type: 'text' })
  kind!: GrantKind;

  /** SHA-256 of the secret part. Null for sessions: their access tokens are `oauth_artifacts`. */
  @Column({ name: 'secret_hash', type: 'bytea', nullable: true })
  secretHash!: Buffer | null;

  @Column({ name: 'tenant_id', type: 'text' })
  tenantId!: string;

  @Column({ name: 'connection_id', type: 'uuid' })
  connectionId!: string;

  /** Narrows the connection's policy further. */
  @Column({ type: 'jsonb', nullable: true })
  policy!: Policy | null;

  /** OAuth client of a session. */
  @Column({ name: 'client_id', type: 'text', nullable: true })
  clientId!: string | null;

  /** What people recognise it by: the client's name, or the one they gave the key. */
  @Column({ type: 'text' })
  label!: string;

  /** Of a session: where the person was sent, as pages show it (`claude.ai`). Null for keys, and for what older versions stored. */
  @Column({ type: 'text', nullable: true })
  address!: string | null;

  /** Of a session: what the client asked for. Null = it left that to the person. */
  @Column({ type: 'text', nullable: true })
  asked!: 'read' | 'write' | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  /** Null = until revoked. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
