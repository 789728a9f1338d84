import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A client that registered itself (RFC 7591). Global. */
@Entity('oauth_clients')
@Index('oauth_clients_last_used_at', ['lastUsedAt'])
export class OAuthClient {
  @Holds('plain', 'client_id: follows from what was registered')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oauth_clients_pkey' })
  id!: string;

  @Holds('plain', 'what was registered and is used: name, redirect URIs')
  @Column({ type: 'jsonb' })
  metadata!: Record<string, unknown>;

  @Holds('plain', 'when it first registered')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Holds('plain', 'when it last registered or was used: unused rows die after 7 days')
  @Column({ name: 'last_used_at', type: 'timestamptz', default: () => 'now()' })
  lastUsedAt!: Date;
}
