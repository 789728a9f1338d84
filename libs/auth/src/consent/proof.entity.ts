import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A note about one browser for some minutes: a person has shown a ClickUp credential in it, or went to ClickUp to sign in. Global. */
@Entity('proofs')
@Index('proofs_expires_at', ['expiresAt'])
export class ProofRow {
  @Holds(
    'hash',
    "SHA-256 of the id in the form, the purpose, and the browser's cookie: with another of them the row is not found",
  )
  @PrimaryColumn({ name: 'id_hash', type: 'bytea', primaryKeyConstraintName: 'proofs_pkey' })
  idHash!: Buffer;

  @Holds('sealed', 'the credential and what ClickUp said about it; once used, the outcome instead')
  @Column({ type: 'bytea' })
  sealed!: Buffer;

  @Holds('plain', 'when it ends: minutes')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Holds('plain', 'when it was used: once')
  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;
}
