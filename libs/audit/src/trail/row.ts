/** An event as it is stored: what the chain is made over. Times in Unix milliseconds. */
export interface AuditRow {
  /** 1: how `encodeRow` puts it into bytes. */
  version: number;
  seq: number;
  at: number;
  event: string;
  call: string | null;
  session: string | null;
  actor: string | null;
  kind: string | null;
  client: string | null;
  tool: string | null;
  operation: string | null;
  effect: string | null;
  /** Each as `kind:HMAC of the id`. */
  targets: readonly string[];
  decision: string;
  layer: string | null;
  reason: string | null;
  approval: string | null;
  outcome: string | null;
  requests: number | null;
  ms: number | null;
  /** JSON text. */
  detail: string | null;
}

export const ROW_VERSION = 1;

/** Each value with its length in bytes before it, so that no two rows have the same bytes; null is `-`. */
const field = (value: string | number | null): string => {
  if (value === null) return '-';
  const text = typeof value === 'number' ? String(value) : value;
  return `${Buffer.byteLength(text)}:${text}`;
};

/** The bytes of a row (as text, UTF-8), version 1: every column in a fixed order. */
export function encodeRow(tenant: string, day: string, row: AuditRow): string {
  const targets = row.targets.map(field).join('');
  return (
    field(row.version) +
    field(tenant) +
    field(day) +
    field(row.seq) +
    field(row.at) +
    field(row.event) +
    field(row.call) +
    field(row.session) +
    field(row.actor) +
    field(row.kind) +
    field(row.client) +
    field(row.tool) +
    field(row.operation) +
    field(row.effect) +
    field(row.targets.length) +
    targets +
    field(row.decision) +
    field(row.layer) +
    field(row.reason) +
    field(row.approval) +
    field(row.outcome) +
    field(row.requests) +
    field(row.ms) +
    field(row.detail)
  );
}
