import { Holds } from '#libs/core';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A browser in which somebody administers. Global: it may reach several Workspaces. */
@Entity('admin_sessions')
@Index('admin_sessions_expires_at', ['expiresAt'])
@Index('admin_sessions_last_used_at', ['lastUsedAt'])
@Check('admin_sessions_kind', `kind IN ('operator', 'person', 'sso')`)
@Check('admin_sessions_person', `(kind = 'person') = (person_id IS NOT NULL AND sealed_token IS NOT NULL)`)
@Check('admin_sessions_sso', `(kind = 'sso') = (actor IS NOT NULL AND groups IS NOT NULL)`)
export class AdminSession {
  @Holds('hash', 'SHA-256 of the cookie; of `sso` of a text with it')
  @PrimaryColumn({ name: 'id_hash', type: 'bytea', primaryKeyConstraintName: 'admin_sessions_pkey' })
  idHash!: Buffer;

  @Holds('plain', '`operator`, `person` or `sso`')
  @Column({ type: 'text' })
  kind!: 'operator' | 'person' | 'sso';

  @Holds('personal', 'ClickUp user id; null for the operator')
  @Column({ name: 'person_id', type: 'text', nullable: true })
  personId!: string | null;

  @Holds('sealed', 'the ClickUp credential that was shown: their roles are asked with it. Null for the operator')
  @Column({ name: 'sealed_token', type: 'bytea', nullable: true })
  sealedToken!: Buffer | null;

  @Holds('plain', 'pseudonym of who has come through the identity provider; null for others')
  @Column({ type: 'text', nullable: true })
  actor!: string | null;

  @Holds('plain', 'which of their groups ADMIN_OIDC_ROLES named; null for others')
  @Column({ type: 'text', array: true, nullable: true })
  groups!: string[] | null;

  @Holds('plain', 'when it began')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Holds('plain', 'when it was last used, to the minute: unused for an hour it ends')
  @Column({ name: 'last_used_at', type: 'timestamptz', default: () => 'now()' })
  lastUsedAt!: Date;

  @Holds('plain', 'when it ends: 12 hours after it began, or after ADMIN_OIDC_SESSION_MINUTES')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
