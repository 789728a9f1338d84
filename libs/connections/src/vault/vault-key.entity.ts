import { Holds } from '#libs/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A master key this database has been used with: a wrong one is noticed at start, before anything is changed. */
@Entity('vault_keys')
export class VaultKey {
  @Holds('plain', 'hex of the 4 bytes that name the key in each sealed value')
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'vault_keys_pkey' })
  kid!: string;

  @Holds('plain', 'the scrypt salt of a passphrase; null for other keys')
  @Column({ type: 'bytea', nullable: true })
  salt!: Buffer | null;

  @Holds('sealed', 'a known value: whether a key is the right one')
  @Column({ name: 'check_value', type: 'bytea' })
  checkValue!: Buffer;

  @Holds('plain', 'when the key was first used')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Holds(
    'plain',
    'when the last value was moved to another key. The row stays: without its salt, a backup sealed under a passphrase could never be opened again',
  )
  @Column({ name: 'retired_at', type: 'timestamptz', nullable: true })
  retiredAt!: Date | null;
}
