import { Holds } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What a Workspace allows at most, whoever calls. Of a tenant. */
@Entity('workspace_policies')
@Check('workspace_policies_version', 'version > 0')
export class WorkspacePolicy {
  @Holds('plain', 'Workspace id')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'workspace_policies_pkey' })
  tenantId!: string;

  @Holds('plain', 'counts the changes, so that nobody overwrites one that they have not seen')
  @Column({ type: 'integer' })
  version!: number;

  @Holds('plain', 'modes, ids of places, names of tools, ids of OAuth clients')
  @Column({ type: 'jsonb' })
  policy!: Policy;

  @Holds('plain', 'when it was last changed')
  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;

  @Holds('plain', 'pseudonym of who changed it, or `operator`')
  @Column({ name: 'updated_by', type: 'text' })
  updatedBy!: string;
}
