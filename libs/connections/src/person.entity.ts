import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Tenant } from './tenant.entity.js';

/** A ClickUp user, as a member of one tenant. */
@Entity('people')
@ForeignKey(() => Tenant, ['tenantId'], ['id'], { name: 'people_tenant' })
export class PersonRow {
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'people_pkey' })
  tenantId!: string;

  /** ClickUp user id. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'people_pkey' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
