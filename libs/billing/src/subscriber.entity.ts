import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person who has subscribed, or has begun to. Global: whoever pays is on the premium tier in all Workspaces, as limits count them. */
@Entity('subscribers')
@Index('subscribers_person_id', ['personId'], { unique: true })
@Index('subscribers_customer_id', ['customerId'], { unique: true })
@Index('subscribers_due', ['checkedAt'], { where: 'wanted > answered' })
@Index('subscribers_checked_at', ['checkedAt'])
export class Subscriber {
  @Holds('plain', 'a UUID: what Stripe knows the person by')
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'subscribers_pkey' })
  id!: string;

  @Holds('personal', 'ClickUp user id')
  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  @Holds('plain', "Stripe's id of the customer; null until Stripe has told it")
  @Column({ name: 'customer_id', type: 'text', nullable: true })
  customerId!: string | null;

  @Holds('plain', "of the subscription, in Stripe's words; `none` without one")
  @Column({ type: 'text', default: () => `'none'` })
  status!: string;

  @Holds('plain', 'counts the reasons to ask Stripe: more than `answered` means that it is to be asked')
  @Column({ type: 'integer', default: 0 })
  wanted!: number;

  @Holds('plain', 'the last of them that `status` has the answer to')
  @Column({ type: 'integer', default: 0 })
  answered!: number;

  @Holds('plain', 'until when a replica that asks Stripe has it for itself')
  @Column({ name: 'taken_until', type: 'timestamptz', nullable: true })
  takenUntil!: Date | null;

  @Holds('plain', 'when Stripe was last asked')
  @Column({ name: 'checked_at', type: 'timestamptz', default: () => 'now()' })
  checkedAt!: Date;
}
