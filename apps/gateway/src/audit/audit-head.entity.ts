import { Holds } from '#libs/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where the chain of a day ends: without it, nobody would see that its tail was cut off. It outlives the events of its day. */
@Entity('audit_heads')
export class AuditHeadRow {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'audit_heads_pkey' })
  tenantId!: string;

  @Holds('plain', 'the day (UTC)')
  @PrimaryColumn({ type: 'date', primaryKeyConstraintName: 'audit_heads_pkey' })
  day!: string;

  @Holds('plain', 'how many events the day has')
  @Column({ type: 'integer' })
  rows!: number;

  @Holds('hash', 'MAC of the last of them')
  @Column({ name: 'last_mac', type: 'bytea' })
  lastMac!: Buffer;

  @Holds('hash', 'HMAC of this row: a shorter chain cannot be made to look whole')
  @Column({ type: 'bytea' })
  mac!: Buffer;

  @Holds('plain', 'when the head of the closed day was written into the log')
  @Column({ name: 'told_at', type: 'timestamptz', nullable: true })
  toldAt!: Date | null;
}
