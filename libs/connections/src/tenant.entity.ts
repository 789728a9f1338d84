import { Holds } from '#libs/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A Workspace that somebody has connected. Tenant tables show one tenant at a time, so what looks at all of them loops over these. */
@Entity('tenants')
export class Tenant {
  @Holds('plain', 'Workspace id')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tenants_pkey' })
  id!: string;

  @Holds('plain', 'when somebody first connected it')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
