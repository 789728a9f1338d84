import { Holds } from '#libs/core';
import { type LedgerRow } from '#libs/limits';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What all replicas have sent with one ClickUp token in the last minute, and what each may still send. Global. */
@Entity('upstream_budgets')
export class UpstreamBudget {
  @Holds('hash', 'SHA-256 of the SHA-256 of a ClickUp token')
  @PrimaryColumn({ name: 'token_digest', type: 'bytea', primaryKeyConstraintName: 'upstream_budgets_pkey' })
  tokenDigest!: Buffer;

  @Holds('plain', 'times and numbers of requests, the limit that ClickUp tells, random ids of replicas')
  @Column({ type: 'jsonb' })
  ledger!: LedgerRow;

  @Holds('plain', 'counts the changes: who has read an older one may not write')
  @Column({ type: 'bigint' })
  version!: string;

  @Holds('plain', 'when it was last changed: an hour later it goes')
  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
