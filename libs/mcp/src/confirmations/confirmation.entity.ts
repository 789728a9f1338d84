import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A confirm_token that was used: the primary key is what makes it single-use. Of a tenant. */
@Entity('confirmations')
@Index('confirmations_expires_at', ['expiresAt'])
export class Confirmation {
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'confirmations_pkey' })
  tenantId!: string;

  /** SHA-256 of the token. */
  @PrimaryColumn({ name: 'token_hash', type: 'bytea', primaryKeyConstraintName: 'confirmations_pkey' })
  tokenHash!: Buffer;

  /** When the token would have expired; after that the row may go. */
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'used_at', type: 'timestamptz', default: () => 'now()' })
  usedAt!: Date;
}
