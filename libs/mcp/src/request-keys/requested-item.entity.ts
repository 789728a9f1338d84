import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One object that a call under a `request_key` began to make, and what became of it. Of a tenant. */
@Entity('requested_items')
@Index('requested_items_tenant_expires_at', ['tenantId', 'expiresAt'])
export class RequestedItem {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'requested_items_pkey' })
  tenantId!: string;

  @Holds('hash', 'SHA-256 of caller, tool and key')
  @PrimaryColumn({ name: 'key_hash', type: 'bytea', primaryKeyConstraintName: 'requested_items_pkey' })
  keyHash!: Buffer;

  @Holds('plain', 'its place in the call, from 0')
  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'requested_items_pkey' })
  item!: number;

  @Holds('hash', 'SHA-256 of what was asked for')
  @Column({ type: 'bytea' })
  digest!: Buffer;

  @Holds('plain', '`sent`, `unknown`, or `made`')
  @Column({ type: 'text' })
  state!: string;

  @Holds('plain', 'of what was made: its id')
  @Column({ name: 'object_id', type: 'text', nullable: true })
  objectId!: string | null;

  @Holds('plain', 'of what was made: how answers call it (`ENG-123`)')
  @Column({ type: 'text', nullable: true })
  ref!: string | null;

  @Holds('plain', 'which process and call began it; null for what older versions began')
  @Column({ type: 'text', nullable: true })
  holder!: string | null;

  @Holds('plain', 'when it was begun')
  @Column({ name: 'begun_at', type: 'timestamptz', default: () => 'now()' })
  begunAt!: Date;

  @Holds('plain', 'when it ends: after a day')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
