import { Holds } from '#libs/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A Workspace that somebody has connected: what jobs loop over, since tenant tables show one tenant at a time. */
@Entity('tenants')
export class Tenant {
  @Holds('plain', 'Workspace id')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tenants_pkey' })
  id!: string;

  @Holds('plain', 'when somebody first connected it')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
