import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A client that registered itself (RFC 7591). Global. */
@Entity('oauth_clients')
export class OAuthClient {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oauth_clients_pkey' })
  id!: string;

  @Column({ type: 'jsonb' })
  metadata!: Record<string, unknown>;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  /** When it last registered or was used: unused rows die after 7 days. */
  @Column({ name: 'last_used_at', type: 'timestamptz', default: () => 'now()' })
  lastUsedAt!: Date;
}
