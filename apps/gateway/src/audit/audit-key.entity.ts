import { Holds } from '#libs/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The key of a Workspace's audit: random, so that it stays the same when MASTER_KEY changes. */
@Entity('audit_keys')
export class AuditKeyRow {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'audit_keys_pkey' })
  tenantId!: string;

  @Holds('sealed', '32 random bytes (base64url) from which the keys of the chain and of ids are derived')
  @Column({ name: 'sealed_key', type: 'bytea' })
  sealedKey!: Buffer;
}
