import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A caller that has read texts which others may have written. Of a tenant. */
@Entity('readers')
@Index('readers_tenant_expires_at', ['tenantId', 'expiresAt'])
export class Reader {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'readers_pkey' })
  tenantId!: string;

  @Holds('plain', 'the credential that has read')
  @PrimaryColumn({ name: 'caller_id', type: 'text', primaryKeyConstraintName: 'readers_pkey' })
  callerId!: string;

  @Holds('plain', 'until when it counts: an hour after the last reading')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
