import { sha256 } from '#libs/core';
import { syslogSink } from './syslog-sink.js';
import { webhookSink } from './webhook-sink.js';

/** Where the audit is sent to. */
export interface Sink {
  /** Sends lines (JSON, one event each) in their order. Resolves once the other side has them. @throws what was in the way */
  send(lines: readonly string[]): Promise<void>;
}

/** By what positions of a sink are told from those of another: nothing can be read from it, a token in the address neither. */
export const sinkName = (url: string): string => sha256(url).toString('base64url').slice(0, 22);

/** The sink at the address of AUDIT_PUSH_URL. */
export const sinkAt = (url: string, secret: string | undefined): Sink =>
  url.startsWith('syslog') ? syslogSink(new URL(url)) : webhookSink(url, secret);
