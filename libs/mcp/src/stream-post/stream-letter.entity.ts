import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A message on its way to the process that holds its stream, which removes it as it takes it. Global. */
@Entity('stream_letters')
@Index('stream_letters_stream', ['streamHash', 'seq'])
@Index('stream_letters_expires_at', ['expiresAt'])
export class StreamLetter {
  @Holds('plain', 'random')
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'stream_letters_pkey' })
  id!: string;

  @Holds('hash', 'SHA-256 of the stream id')
  @Column({ name: 'stream_hash', type: 'bytea' })
  streamHash!: Buffer;

  @Holds('plain', 'which comes first')
  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  seq!: string;

  @Holds('sealed', 'the JSON-RPC message, and whether it is to be served or is an answer')
  @Column({ type: 'bytea' })
  sealed!: Buffer;

  @Holds('plain', 'when nobody will take it any more: a minute')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
