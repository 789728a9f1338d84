import { type SpanContext } from '@opentelemetry/api';

/** What says, as anybody may have written it, which trace something belongs to. */
export interface Carrier {
  traceparent?: unknown;
  tracestate?: unknown;
}

/** W3C Trace Context, `traceparent`: version 00 exactly, of later versions what 00 knows. Ids of zeros are none. */
const PARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The span that somebody else says an operation belongs to; undefined where it says none, or nothing that could be one. */
export function parentIn(traceparent: unknown): SpanContext | undefined {
  if (typeof traceparent !== 'string' || traceparent.length > 512) return undefined;
  const [, version, traceId, spanId, flags, more] = PARENT.exec(traceparent.trim()) ?? [];
  if (!traceId || !spanId || (version === '00' && more !== undefined)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags!, 16) & 1, isRemote: true };
}
