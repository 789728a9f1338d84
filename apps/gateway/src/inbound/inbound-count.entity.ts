import { Holds } from '#libs/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many requests a caller has sent lately, on all replicas. Global: a person is one in all Workspaces, and one statement tells of many. */
@Entity('inbound_counts')
export class InboundCount {
  @Holds('hash', 'HMAC of the ClickUp user id of a person, or of the id of a key that belongs to nobody')
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'inbound_counts_pkey' })
  subject!: Buffer;

  @Holds('plain', 'the number of the newest 3 seconds, then the requests of each, newest first')
  @Column({ type: 'integer', array: true })
  minute!: number[];

  @Holds('plain', 'the same by 3 minutes')
  @Column({ type: 'integer', array: true })
  hour!: number[];

  @Holds('plain', 'the same by 72 minutes')
  @Column({ type: 'integer', array: true })
  day!: number[];

  @Holds('plain', 'the same by 36 hours')
  @Column({ type: 'integer', array: true })
  month!: number[];

  @Holds('plain', 'when it was last changed: 32 days later it goes')
  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
