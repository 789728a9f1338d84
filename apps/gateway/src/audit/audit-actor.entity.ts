import { Holds } from '#libs/core';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Whose the pseudonyms of the audit are. Once a row is gone, nobody can say it any more; the chain stays whole. */
@Entity('audit_actors')
@Check('audit_actors_kind', `kind IN ('person', 'grant')`)
@Index('audit_actors_person', ['tenantId', 'personId'])
export class AuditActorRow {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'audit_actors_pkey' })
  tenantId!: string;

  @Holds('plain', '`person` or `grant`')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'audit_actors_pkey' })
  kind!: string;

  @Holds('personal', 'ClickUp user id of the person, or id of the grant')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'audit_actors_pkey' })
  id!: string;

  @Holds('personal', 'ClickUp user id of the person whose it is; null for keys that belong to nobody')
  @Column({ name: 'person_id', type: 'text', nullable: true })
  personId!: string | null;

  @Holds('plain', 'the random pseudonym')
  @Column({ type: 'uuid' })
  pseudonym!: string;

  @Holds('plain', 'the last day on which it was used')
  @Column({ name: 'used_on', type: 'date' })
  usedOn!: string;
}
