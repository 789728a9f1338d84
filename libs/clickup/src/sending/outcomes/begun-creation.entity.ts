import { Holds } from '#libs/core';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A request that creates, from before it leaves until its work can no longer be mistaken for that of another. Global: one person's tokens lead to several tenants. */
@Entity('begun_creations')
@Check('begun_creations_state', `state IN ('under_way', 'answered', 'unnamed', 'lost', 'undone')`)
@Index('begun_creations_trace', ['trace'])
@Index('begun_creations_object', ['object'])
@Index('begun_creations_expires_at', ['expiresAt'])
export class BegunCreation {
  @Holds('plain', 'random')
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'begun_creations_pkey' })
  id!: string;

  @Holds('hash', 'HMAC of the place and name of what is made')
  @Column({ type: 'bytea' })
  trace!: Buffer;

  @Holds('hash', 'HMAC of everything that was sent')
  @Column({ type: 'bytea' })
  sent!: Buffer;

  @Holds('plain', '`under_way`, `answered`, `unnamed` (answered without an id), `lost`, or `undone`')
  @Column({ type: 'text' })
  state!: string;

  @Holds('hash', 'HMAC of the id of what was made')
  @Column({ type: 'bytea', nullable: true })
  object!: Buffer | null;

  @Holds('plain', 'when it ends: 15 minutes after the last change')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
