import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Somebody has just shown a ClickUp credential in this browser, and may now choose what to do with it. Global, minutes old. */
@Entity('proofs')
@Index('proofs_expires_at', ['expiresAt'])
export class ProofRow {
  /** SHA-256 of the id in the form. */
  @PrimaryColumn({ name: 'id_hash', type: 'bytea', primaryKeyConstraintName: 'proofs_pkey' })
  idHash!: Buffer;

  /** The credential and what ClickUp said about it, sealed by the vault. */
  @Column({ type: 'bytea' })
  sealed!: Buffer;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
