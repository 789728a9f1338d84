import { Holds } from '#libs/core';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Up to where the audit of a Workspace has been sent to a sink. Global: whoever sends asks for all that have news. */
@Entity('audit_pushes')
@Index('audit_pushes_due', ['sink'], { where: 'news OR claim IS NOT NULL' })
@Check('audit_pushes_claim', '(claim IS NULL) OR (again_at IS NOT NULL)')
export class AuditPushRow {
  @Holds('plain', 'whose chain it is: Workspace id, or `-`')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'audit_pushes_pkey' })
  chain!: string;

  @Holds('plain', 'the beginning of a SHA-256 of the address of the sink')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'audit_pushes_pkey' })
  sink!: string;

  @Holds('plain', 'day of the last event that the sink has taken')
  @Column({ type: 'date', default: () => `'0001-01-01'` })
  day!: string;

  @Holds('plain', 'number of that event')
  @Column({ type: 'integer', default: 0 })
  seq!: number;

  @Holds('plain', 'whether there may be events after it')
  @Column({ type: 'boolean', default: true })
  news!: boolean;

  @Holds('plain', 'which replica sends just now: a random id')
  @Column({ type: 'uuid', nullable: true })
  claim!: string | null;

  @Holds('plain', 'until when it is waited: for a replica that sends, or after a failure')
  @Column({ name: 'again_at', type: 'timestamptz', nullable: true })
  againAt!: Date | null;

  @Holds('plain', 'how often in a row the sink has not taken what it was sent')
  @Column({ type: 'integer', default: 0 })
  failures!: number;
}
