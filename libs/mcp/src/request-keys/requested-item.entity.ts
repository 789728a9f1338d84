import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One object that a call under a `request_key` began to make, and what became of it. Of a tenant. */
@Entity('requested_items')
@Index('requested_items_expires_at', ['expiresAt'])
export class RequestedItem {
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'requested_items_pkey' })
  tenantId!: string;

  /** SHA-256 of caller, tool and key. */
  @PrimaryColumn({ name: 'key_hash', type: 'bytea', primaryKeyConstraintName: 'requested_items_pkey' })
  keyHash!: Buffer;

  /** Its place in the call, from 0. */
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'requested_items_pkey' })
  item!: number;

  /** SHA-256 of what was asked for. */
  @Column({ type: 'bytea' })
  digest!: Buffer;

  /** `sent`, `unknown`, or `made`. */
  @Column({ type: 'text' })
  state!: string;

  /** Of what was made: its id, and how answers call it. */
  @Column({ name: 'object_id', type: 'text', nullable: true })
  objectId!: string | null;

  @Column({ type: 'text', nullable: true })
  ref!: string | null;

  @Column({ name: 'begun_at', type: 'timestamptz', default: () => 'now()' })
  begunAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
