import { Holds } from '#libs/core';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What became of a change that waited: `outdated` = what it would change had changed before it was carried out. */
export type Decision = 'approved' | 'refused' | 'outdated';

/** A change that waits for a person, or that a person has decided about. Of a tenant. */
@Entity('approvals')
@Index('approvals_tenant_expires_at', ['tenantId', 'expiresAt'])
@Index('approvals_open', ['tenantId', 'callHash'], {
  unique: true,
  where: `used_at IS NULL AND decision IS DISTINCT FROM 'outdated'`,
})
@Index('approvals_person_id', ['tenantId', 'personId'])
@Check('approvals_decision', `decision IN ('approved', 'refused', 'outdated')`)
@Check('approvals_risk', `risk IN ('normal', 'destructive', 'admin')`)
export class Approval {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'approvals_pkey' })
  tenantId!: string;

  @Holds('plain', '16 random bytes, base64url')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'approvals_pkey' })
  id!: string;

  @Holds('personal', 'ClickUp user id of whoever decides: the change would be made in their name')
  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  @Holds('plain', 'of which kind the credential is that asks')
  @Column({ name: 'caller_kind', type: 'text' })
  callerKind!: string;

  @Holds('plain', 'that credential: nobody else can have the change carried out')
  @Column({ name: 'caller_id', type: 'text' })
  callerId!: string;

  @Holds('plain', 'name of the tool')
  @Column({ type: 'text' })
  tool!: string;

  @Holds('plain', '`normal`, `destructive` or `admin`')
  @Column({ type: 'text' })
  risk!: string;

  @Holds('hash', 'SHA-256 of caller, rights, tool and arguments: the same call is found by it, and no other')
  @Column({ name: 'call_hash', type: 'bytea' })
  callHash!: Buffer;

  @Holds(
    'hash',
    'SHA-256 of caller, rights, tool and the arguments that say on what it acts. Null = it can be approved alone only',
  )
  @Column({ name: 'like_hash', type: 'bytea', nullable: true })
  likeHash!: Buffer | null;

  @Holds('sealed', 'its arguments, what the person is shown, and the ids of what it found')
  @Column({ name: 'sealed_call', type: 'bytea' })
  sealedCall!: Buffer;

  @Holds('plain', 'when it was asked for')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Holds('plain', 'until when it can be decided, and once it is, be carried out')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Holds('plain', '`approved`, `refused` or `outdated`. Null = it waits')
  @Column({ type: 'text', nullable: true })
  decision!: Decision | null;

  @Holds('plain', 'when that was decided')
  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  @Holds('personal', 'who decided: a ClickUp user id, or `operator`')
  @Column({ name: 'decided_by', type: 'text', nullable: true })
  decidedBy!: string | null;

  @Holds('plain', 'whether everything like it was approved, too, as long as this row lasts')
  @Column({ name: 'for_hour', type: 'boolean', default: false })
  forHour!: boolean;

  @Holds('plain', 'when it was carried out: once')
  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;
}
