import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A call that waits for its confirmation, or was confirmed: `used_at` is what makes its token single-use. Of a tenant. */
@Entity('confirmations')
@Index('confirmations_expires_at', ['expiresAt'])
export class Confirmation {
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'confirmations_pkey' })
  tenantId!: string;

  /** SHA-256 of the token. */
  @PrimaryColumn({ name: 'token_hash', type: 'bytea', primaryKeyConstraintName: 'confirmations_pkey' })
  tokenHash!: Buffer;

  /** The tool and its arguments, sealed by the vault. */
  @Column({ name: 'sealed_call', type: 'bytea', default: () => String.raw`'\x'` })
  sealedCall!: Buffer;

  /** When the token expires; after that the row may go. */
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;
}
