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

type LengthOf = (text: string) => number;
const units: LengthOf = (text) => text.length;
const bytes: LengthOf = (text) => Buffer.byteLength(text);

/** The bytes of a row (as text, UTF-8), version 1: every column in a fixed order. */
export function encodeRow(tenant: string, day: string, row: AuditRow): string {
  // Nearly every row is ASCII throughout, where both lengths are one: to ask for the bytes of each column takes longer than all the rest.
  const text = encoded(tenant, day, row, units);
  return Buffer.byteLength(text) === text.length ? text : encoded(tenant, day, row, bytes);
}

/** Each value with its length in bytes before it, so that no two rows have the same bytes; null is `-`. */
function encoded(tenant: string, day: string, row: AuditRow, lengthOf: LengthOf): string {
  const field = (value: string | number | null): string => {
    if (value === null) return '-';
    const text = typeof value === 'number' ? String(value) : value;
    return `${lengthOf(text)}:${text}`;
  };
  let targets = '';
  for (const target of row.targets) targets += field(target);
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
