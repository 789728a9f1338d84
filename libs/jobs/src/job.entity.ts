import { Holds } from '#libs/core';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type JobState = 'working' | 'completed' | 'failed' | 'cancelled';

/** A call on many objects that goes on without its caller. Of a tenant. */
@Entity('jobs')
@Index('jobs_tenant_expires_at', ['tenantId', 'expiresAt'])
@Index('jobs_working', ['tenantId', 'callHash'], { unique: true, where: `state = 'working'` })
@Check('jobs_state', `state IN ('working', 'completed', 'failed', 'cancelled')`)
export class Job {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'jobs_pkey' })
  tenantId!: string;

  @Holds('plain', '16 random bytes, base64url')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'jobs_pkey' })
  id!: string;

  @Holds(
    'plain',
    'of which kind the credential is that it works with: `session`, `api_key`, `server_url` or `global_key`',
  )
  @Column({ name: 'caller_kind', type: 'text' })
  callerKind!: string;

  @Holds('plain', 'that credential: once it has ended, the job ends')
  @Column({ name: 'caller_id', type: 'text' })
  callerId!: string;

  @Holds('plain', 'name of the tool')
  @Column({ type: 'text' })
  tool!: string;

  @Holds('hash', 'SHA-256 of caller, tool and arguments: the same call has one job at a time')
  @Column({ name: 'call_hash', type: 'bytea' })
  callHash!: Buffer;

  @Holds(
    'sealed',
    'its arguments, the moment that words such as "tomorrow" are read from, and the ids of what it found',
  )
  @Column({ name: 'sealed_work', type: 'bytea' })
  sealedWork!: Buffer;

  @Holds('plain', '`working`, `completed`, `failed` or `cancelled`')
  @Column({ type: 'text', default: 'working' })
  state!: JobState;

  @Holds('plain', 'how many objects are done')
  @Column({ type: 'int', default: 0 })
  done!: number;

  @Holds('plain', 'how many objects it is about')
  @Column({ type: 'int' })
  total!: number;

  @Holds(
    'sealed',
    'what the tool has answered, or why it failed; while it is at work, what the call or its last run has done. Null = neither came to its end',
  )
  @Column({ name: 'sealed_answer', type: 'bytea', nullable: true })
  sealedAnswer!: Buffer | null;

  @Holds('plain', 'whether the answer that names it has reached its caller, who then does not repeat the call')
  @Column({ type: 'boolean', default: false })
  told!: boolean;

  @Holds('plain', 'when it began')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Holds('plain', 'when it last changed')
  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;

  @Holds('plain', 'when it is forgotten: a day later')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
