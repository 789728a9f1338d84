import { Holds } from '#libs/core';
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
  @Holds('plain', 'Workspace id')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'connections_pkey' })
  tenantId!: string;

  @Holds('plain', 'random')
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'connections_pkey' })
  id!: string;

  @Holds('personal', 'ClickUp user id')
  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  @Holds('sealed', 'the ClickUp credential, sealed at this very row')
  @Column({ name: 'sealed_credential', type: 'bytea' })
  sealedCredential!: Buffer;

  @Holds('plain', 'what the person allowed at most: mode, and ids of places')
  @Column({ type: 'jsonb' })
  policy!: Policy;

  @Holds(
    'plain',
    '`active`, `revoked`, or `needs_reauth`: ClickUp has refused the credential; nothing is sent with it any more',
  )
  @Column({ type: 'text', default: 'active' })
  state!: ConnectionState;

  @Holds('plain', 'when it was made')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Holds('plain', 'when it last changed')
  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
