import { type Caller } from '#libs/connections';
import { LOGGER } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { ownerOf } from './open-streams.js';
import { StreamPost } from './stream-post.js';

/** Credentials that one client alone holds: of any other, clients would hear the answers to each other's requests. */
const MIRRORED: ReadonlySet<string> = new Set(['jwt']);

/** Tells the streams of a session what is answered to its POST /mcp (contract item 8), on whichever replica they are. */
@Injectable()
export class Mirror {
  constructor(
    private readonly post: StreamPost,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** What is to be told each answer, as JSON, and whether it is an error; undefined where nobody listens. It does not wait, and throws nothing. */
  of(caller: Caller): ((json: string, isError: boolean) => void) | undefined {
    if (!MIRRORED.has(caller.kind)) return undefined;
    const owner = ownerOf(caller);
    return (text, isError) => {
      this.post
        .mirror(owner, { kind: isError ? 'error' : 'answer', text })
        .catch((error: Error) => this.log.warn({ err: error.message }, 'an answer could not be mirrored to streams'));
    };
  }
}
