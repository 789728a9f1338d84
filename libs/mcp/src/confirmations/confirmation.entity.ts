import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A call that waits for its confirmation, or was confirmed: `used_at` is what makes its token single-use. Of a tenant. */
@Entity('confirmations')
@Index('confirmations_tenant_expires_at', ['tenantId', 'expiresAt'])
export class Confirmation {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'confirmations_pkey' })
  tenantId!: string;

  @Holds('hash', 'SHA-256 of the `confirm_token`')
  @PrimaryColumn({ name: 'token_hash', type: 'bytea', primaryKeyConstraintName: 'confirmations_pkey' })
  tokenHash!: Buffer;

  @Holds('sealed', 'the tool, its arguments, and the ids of what it found')
  @Column({ name: 'sealed_call', type: 'bytea', default: () => String.raw`'\x'` })
  sealedCall!: Buffer;

  @Holds('plain', 'when the token expires; after that the row may go')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Holds('plain', 'when it was used: once')
  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;
}
