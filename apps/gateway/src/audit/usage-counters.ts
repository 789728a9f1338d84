import { type AuditRow } from '#libs/audit';
import { escapeLiteral } from 'pg';

const COLUMNS = 'actor text, client text, tool text, outcome text, layer text, calls integer, requests integer';

/** Without its version, which would make a row of each. */
const product = (client: string | null): string => client?.replace(/ \S*$/, '') ?? '';

/** Counts the calls among these events. */
export function counting(tenant: string, day: string, rows: readonly AuditRow[]): string[] {
  const counted = new Map<string, Record<string, string | number>>();
  for (const { event, actor, client, tool, outcome, layer, requests } of rows) {
    if (event !== 'call') continue;
    const key = {
      actor: actor ?? '',
      client: product(client),
      tool: tool ?? '',
      outcome: outcome ?? '',
      layer: layer ?? '',
    };
    const name = Object.values(key).join('\n');
    const row = counted.get(name) ?? { ...key, calls: 0, requests: 0 };
    counted.set(name, { ...row, calls: Number(row.calls) + 1, requests: Number(row.requests) + (requests ?? 0) });
  }
  if (counted.size === 0) return [];
  return [
    `INSERT INTO usage_days AS u (tenant_id, day, actor, client, tool, outcome, layer, calls, requests)
     SELECT ${escapeLiteral(tenant)}, ${escapeLiteral(day)}::date, actor, client, tool, outcome, layer, calls, requests
     FROM json_to_recordset(${escapeLiteral(JSON.stringify([...counted.values()]))}::json) AS r (${COLUMNS})
     ON CONFLICT (tenant_id, day, actor, client, tool, outcome, layer)
     DO UPDATE SET calls = u.calls + excluded.calls, requests = u.requests + excluded.requests`,
  ];
}
