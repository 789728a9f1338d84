import { Holds } from '#libs/core';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Tenant } from './tenant.entity.js';

/** A ClickUp user, as a member of one tenant. */
@Entity('people')
@ForeignKey(() => Tenant, ['tenantId'], ['id'], { name: 'people_tenant' })
export class PersonRow {
  @Holds('plain', 'Workspace id')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'people_pkey' })
  tenantId!: string;

  @Holds('personal', 'ClickUp user id')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'people_pkey' })
  id!: string;

  @Holds('personal', 'their name in ClickUp')
  @Column({ type: 'text' })
  name!: string;

  @Holds('plain', 'when they first connected')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
