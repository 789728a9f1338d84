import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the authorization server remembers: interactions, grants, codes, tokens. Global. */
@Entity('oauth_artifacts')
@Index('oauth_artifacts_grant_id', ['grantId'])
@Index('oauth_artifacts_expires_at', ['expiresAt'])
@Index('oauth_artifacts_interactions', ['expiresAt'], { where: `model = 'Interaction'` })
export class OAuthArtifact {
  @Holds(
    'plain',
    "oidc-provider's name of the kind: `Interaction`, `Grant`, `AuthorizationCode`, `AccessToken`, `RefreshToken`; `SessionCode` is ours, a code of a JWT session; a client's metadata document has its own",
  )
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oauth_artifacts_pkey' })
  model!: string;

  @Holds('hash', 'SHA-256 of the id, which for codes and tokens is the secret itself')
  @PrimaryColumn({ name: 'id_hash', type: 'bytea', primaryKeyConstraintName: 'oauth_artifacts_pkey' })
  idHash!: Buffer;

  @Holds('plain', 'the access grant it belongs to')
  @Column({ name: 'grant_id', type: 'text', nullable: true })
  grantId!: string | null;

  @Holds('plain', 'of refresh tokens: how many came before it in the same session')
  @Column({ type: 'integer', nullable: true })
  generation!: number | null;

  @Holds(
    'personal',
    "what it stands for: client, scope, times, of whom (`accountId`); of an authorization that is under way the client's parameters, among them its `state`; of a used refresh token the answer it was given, sealed under that token",
  )
  @Column({ type: 'jsonb' })
  payload!: Record<string, unknown>;

  @Holds('plain', 'when it ends')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Holds('plain', 'when it was used: codes and refresh tokens work once')
  @Column({ name: 'consumed_at', type: 'timestamptz', nullable: true })
  consumedAt!: Date | null;
}
