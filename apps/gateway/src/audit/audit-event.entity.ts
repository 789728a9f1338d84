import { Holds } from '#libs/core';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One thing that happened, as a link of its day's chain. Appended, never changed; removed when retention is over for its day. */
@Entity('audit_events')
@Check('audit_events_decision', `decision IN ('allowed', 'refused')`)
@Index('audit_events_call', ['call'])
@Index('audit_events_actor', ['tenantId', 'actor', 'day', 'seq'])
@Index('audit_events_tool', ['tenantId', 'tool', 'day', 'seq'])
// Of an operator class that TypeORM has no word for.
@Index('audit_events_client', { synchronize: false })
@Index('audit_events_event', ['tenantId', 'event', 'day', 'seq'], { where: `event <> 'call'` })
@Index('audit_events_outcome', ['tenantId', 'outcome', 'day', 'seq'], { where: `outcome <> 'ok'` })
@Index('audit_events_refused', ['tenantId', 'day', 'seq'], { where: `decision = 'refused'` })
export class AuditEventRow {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', primaryKeyConstraintName: 'audit_events_pkey' })
  tenantId!: string;

  @Holds('plain', 'the day of its chain (UTC, by the clock of the database)')
  @PrimaryColumn({ type: 'date', primaryKeyConstraintName: 'audit_events_pkey' })
  day!: string;

  @Holds('plain', 'its number within the chain, from 1')
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'audit_events_pkey' })
  seq!: number;

  @Holds('plain', 'when it happened, by the clock of the replica, to the millisecond')
  @Column({ type: 'timestamptz' })
  at!: Date;

  @Holds('plain', 'what happened: a row of the table of events')
  @Column({ type: 'text' })
  event!: string;

  @Holds('plain', 'random id of a call: what was begun and how it ended have the same')
  @Column({ type: 'uuid', nullable: true })
  call!: string | null;

  @Holds('plain', 'random alias of the grant that was used')
  @Column({ type: 'uuid', nullable: true })
  session!: string | null;

  @Holds('plain', 'random pseudonym of the person; `audit_actors` says whose, until that is erased')
  @Column({ type: 'uuid', nullable: true })
  actor!: string | null;

  @Holds('plain', 'kind of the credential')
  @Column({ type: 'text', nullable: true })
  kind!: string | null;

  @Holds('plain', 'what the client calls itself, shortened')
  @Column({ type: 'text', nullable: true })
  client!: string | null;

  @Holds('plain', 'name of a tool of the catalogue')
  @Column({ type: 'text', nullable: true })
  tool!: string | null;

  @Holds('plain', 'operationId, of tools that call any operation')
  @Column({ type: 'text', nullable: true })
  operation!: string | null;

  @Holds('plain', 'the verb: get, create, delete, …')
  @Column({ type: 'text', nullable: true })
  effect!: string | null;

  @Holds('plain', 'kinds of the objects that it is about, each with an HMAC of its id by a key of the Workspace')
  @Column({ type: 'text', array: true, default: () => `'{}'` })
  targets!: string[];

  @Holds('plain', '`allowed` or `refused`')
  @Column({ type: 'text' })
  decision!: string;

  @Holds('plain', 'which layer refused it')
  @Column({ type: 'text', nullable: true })
  layer!: string | null;

  @Holds('plain', 'why it was refused or failed, in words that name no object')
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Holds('plain', 'what stood in for a question: the id of an approval, `confirm_token`, or `form`')
  @Column({ type: 'text', nullable: true })
  approval!: string | null;

  @Holds('plain', '`ok`, `preview`, or a kind of error')
  @Column({ type: 'text', nullable: true })
  outcome!: string | null;

  @Holds('plain', 'how many requests ClickUp was sent')
  @Column({ type: 'integer', nullable: true })
  requests!: number | null;

  @Holds('plain', 'how many milliseconds it took')
  @Column({ type: 'integer', nullable: true })
  ms!: number | null;

  @Holds('plain', 'JSON: what was so before and after a change, without texts of people; ids as in `targets`')
  @Column({ type: 'text', nullable: true })
  detail!: string | null;

  @Holds('plain', 'how the row was put into bytes for its MAC')
  @Column({ type: 'smallint' })
  version!: number;

  @Holds('hash', 'HMAC of the row and of the MAC before it')
  @Column({ type: 'bytea' })
  mac!: Buffer;
}
