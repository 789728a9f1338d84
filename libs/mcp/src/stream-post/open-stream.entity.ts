import { Holds } from '#libs/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A stream, and which process holds it: what comes for it elsewhere is sent there. Global. */
@Entity('open_streams')
@Index('open_streams_owner', ['owner'])
@Index('open_streams_opened_at', ['openedAt'])
export class OpenStreamRow {
  @Holds('hash', 'SHA-256 of the stream id')
  @PrimaryColumn({ name: 'stream_hash', type: 'bytea', primaryKeyConstraintName: 'open_streams_pkey' })
  streamHash!: Buffer;

  @Holds('plain', 'kind and id of the credential that opened it')
  @Column({ type: 'text' })
  owner!: string;

  @Holds('plain', 'which process holds it')
  @Column({ type: 'uuid' })
  process!: string;

  @Holds('plain', 'whether it is sent what is answered to POST /mcp')
  @Column({ type: 'boolean' })
  mirrors!: boolean;

  @Holds('plain', 'when it was opened; a day later the row may go, unless its process lives')
  @Column({ name: 'opened_at', type: 'timestamptz', default: () => 'now()' })
  openedAt!: Date;
}
