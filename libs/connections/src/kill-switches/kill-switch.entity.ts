import { Holds } from '#libs/core';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a switch can be about. */
export const SWITCHED = ['workspace', 'client', 'tool', 'connection'] as const;
export type Switched = (typeof SWITCHED)[number];

/** Why something was switched off, in words of ours: what somebody writes could hold anything. */
export const SWITCH_REASONS = ['incident', 'compromised', 'misuse', 'offboarding', 'maintenance', 'other'] as const;
export type SwitchReason = (typeof SWITCH_REASONS)[number];

const oneOf = (column: string, values: readonly string[]) =>
  `${column} IN (${values.map((value) => `'${value}'`).join(', ')})`;

/** Something that is switched off, until somebody takes the row away. Global: every replica holds all of the few rows. */
@Entity('kill_switches')
// On an expression (migration WorkspacePolicies1765497600000), which TypeORM cannot describe.
@Index('kill_switches_once', { synchronize: false })
@Check('kill_switches_kind', oneOf('kind', SWITCHED))
@Check('kill_switches_reason', oneOf('reason', SWITCH_REASONS))
@Check('kill_switches_workspace', `kind NOT IN ('workspace', 'connection') OR workspace_id IS NOT NULL`)
export class KillSwitchRow {
  @Holds('plain', 'random')
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'kill_switches_pkey' })
  id!: string;

  @Holds('plain', '`workspace`, `client`, `tool` or `connection`')
  @Column({ type: 'text' })
  kind!: Switched;

  @Holds(
    'plain',
    'id of the Workspace or connection, name of the tool, `client_id` or kind of credential of the client',
  )
  @Column({ type: 'text' })
  target!: string;

  @Holds('plain', 'Workspace id: where it holds; null = everywhere, which only the operator can say')
  @Column({ name: 'workspace_id', type: 'text', nullable: true })
  workspaceId!: string | null;

  @Holds('plain', 'why, as one of a few words')
  @Column({ type: 'text' })
  reason!: SwitchReason;

  @Holds('plain', 'pseudonym of who set it, or `operator`')
  @Column({ name: 'set_by', type: 'text' })
  setBy!: string;

  @Holds('plain', 'when it was set')
  @Column({ name: 'set_at', type: 'timestamptz', default: () => 'now()' })
  setAt!: Date;
}
