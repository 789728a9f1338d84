import { type Policy } from '#libs/permissions';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PersonRow } from './person.entity.js';

export type ConnectionState = 'active' | 'needs_reauth' | 'revoked';

/** One person in one Workspace, with the ClickUp credential they gave. Of a tenant. */
@Entity('connections')
@Index('connections_person_id', ['tenantId', 'personId'])
@ForeignKey(() => PersonRow, ['tenantId', 'personId'], ['tenantId', 'id'], { name: 'connections_person' })
@Check('connections_state', `state IN ('active', 'needs_reauth', 'revoked')`)
export class Connection {
  /** Workspace id. */
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'connections_pkey' })
  tenantId!: string;

  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'connections_pkey' })
  id!: string;

  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  /** Sealed by the vault at this very row. */
  @Column({ name: 'sealed_credential', type: 'bytea' })
  sealedCredential!: Buffer;

  @Column({ type: 'jsonb' })
  policy!: Policy;

  /** `needs_reauth`: ClickUp has refused the credential; nothing is sent with it any more. */
  @Column({ type: 'text', default: 'active' })
  state!: ConnectionState;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
