import { Holds } from '#libs/core';
import { Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * In which hours something of a tenant ends, so that the reaper visits these tenants and no others. Global, because tenant tables show one
 * tenant at a time; triggers of those tables write it (migration `TenantExpiries1765065600000`).
 */
@Entity('tenant_expiries')
@Index('tenant_expiries_hour', ['hour'])
export class TenantExpiry {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'tenant_expiries_pkey' })
  tenantId!: string;

  @Holds('plain', 'the beginning of the hour in which something ends (UTC)')
  @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'tenant_expiries_pkey' })
  hour!: Date;
}
