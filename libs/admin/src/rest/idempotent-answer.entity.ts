import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a request under an Idempotency-Key was answered. Global: found by a hash. */
@Entity('idempotent_answers')
@Index('idempotent_answers_expires_at', ['expiresAt'])
export class IdempotentAnswer {
  @Holds('hash', 'SHA-256 of who asked, the route and the Idempotency-Key')
  @PrimaryColumn({ name: 'id_hash', type: 'bytea', primaryKeyConstraintName: 'idempotent_answers_pkey' })
  idHash!: Buffer;

  @Holds('hash', 'SHA-256 of the path and the body')
  @Column({ name: 'request_hash', type: 'bytea' })
  requestHash!: Buffer;

  @Holds('sealed', 'the answer, without the secrets in it; null while the request is under way')
  @Column({ name: 'sealed_answer', type: 'bytea', nullable: true })
  sealedAnswer!: Buffer | null;

  @Holds('plain', 'when it is forgotten: a day later')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
