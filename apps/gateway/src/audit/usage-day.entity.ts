import { Holds } from '#libs/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const KEY = { primaryKeyConstraintName: 'usage_days_pkey' } as const;

/** How often somebody called a tool on one day, and how it ended: counted with the audit, so that nobody has to go through that. */
@Entity('usage_days')
export class UsageDayRow {
  @Holds('plain', 'Workspace id, or `-`')
  @PrimaryColumn({ name: 'tenant_id', type: 'text', ...KEY })
  tenantId!: string;

  @Holds('plain', 'the day (UTC), as in the audit')
  @PrimaryColumn({ type: 'date', ...KEY })
  day!: string;

  @Holds('plain', 'pseudonym of the person, as in the audit; empty for callers who are nobody')
  @PrimaryColumn({ type: 'text', ...KEY })
  actor!: string;

  @Holds('plain', 'what the client calls itself, without its version, shortened')
  @PrimaryColumn({ type: 'text', ...KEY })
  client!: string;

  @Holds('plain', 'name of a tool of the catalogue')
  @PrimaryColumn({ type: 'text', ...KEY })
  tool!: string;

  @Holds('plain', '`ok`, `preview`, or a kind of error')
  @PrimaryColumn({ type: 'text', ...KEY })
  outcome!: string;

  @Holds('plain', 'which layer refused it; empty for calls that were allowed')
  @PrimaryColumn({ type: 'text', ...KEY })
  layer!: string;

  @Holds('plain', 'how many calls')
  @Column({ type: 'bigint' })
  calls!: string;

  @Holds('plain', 'how many requests ClickUp was sent for them')
  @Column({ type: 'bigint' })
  requests!: string;
}
