import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the authorization server remembers: interactions, grants, codes, tokens. Global. */
@Entity('oauth_artifacts')
@Index('oauth_artifacts_grant_id', ['grantId'])
@Index('oauth_artifacts_expires_at', ['expiresAt'])
export class OAuthArtifact {
  /** oidc-provider's name of the model. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oauth_artifacts_pkey' })
  model!: string;

  /** SHA-256 of the id, which for codes and tokens is the secret itself. */
  @PrimaryColumn({ name: 'id_hash', type: 'bytea', primaryKeyConstraintName: 'oauth_artifacts_pkey' })
  idHash!: Buffer;

  /** The access grant it belongs to. */
  @Column({ name: 'grant_id', type: 'text', nullable: true })
  grantId!: string | null;

  /** Of refresh tokens: how many came before it in the same session. */
  @Column({ type: 'integer', nullable: true })
  generation!: number | null;

  @Column({ type: 'jsonb' })
  payload!: Record<string, unknown>;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'consumed_at', type: 'timestamptz', nullable: true })
  consumedAt!: Date | null;
}
