import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The inbox: which messages of Stripe have been taken, so that none counts twice. Global. */
@Entity('stripe_events')
@Index('stripe_events_received_at', ['receivedAt'])
export class StripeEvent {
  @Holds('plain', "Stripe's id of the event")
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'stripe_events_pkey' })
  id!: string;

  @Holds('plain', 'when it came: 30 days later it goes')
  @Column({ name: 'received_at', type: 'timestamptz', default: () => 'now()' })
  receivedAt!: Date;
}
