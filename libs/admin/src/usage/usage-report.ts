import { withTenant } from '#libs/connections';
import { type DataSource } from 'typeorm';
import { pseudonymOf } from '../audit/search.js';

/** By what usage can be grouped, and the column of each. */
const GROUPS = { day: 'day::text', person: 'actor', client: 'client', tool: 'tool' } as const;
export type UsageGroup = keyof typeof GROUPS;
export const USAGE_GROUPS = Object.keys(GROUPS) as UsageGroup[];

/** What of the usage is asked for. */
export interface UsageQuestion {
  /** First and last day, YYYY-MM-DD (UTC). */
  from: string;
  to: string;
  by: readonly UsageGroup[];
  /** Only these: a person by pseudonym or ClickUp user id, a client without its version, a tool. */
  person?: string | undefined;
  client?: string | undefined;
  tool?: string | undefined;
}

/** One group, with what was counted in it. */
export interface Usage extends Partial<Record<UsageGroup, string>> {
  calls: number;
  /** Calls that were refused, by the layer that refused them. */
  refused: Record<string, number>;
  /** Calls that were allowed and failed, by the kind of error. */
  failed: Record<string, number>;
  /** Requests that ClickUp was sent. */
  upstream_requests: number;
}

type Counted = Partial<Record<UsageGroup, string>> & {
  layer: string;
  outcome: string;
  calls: number;
  requests: number;
};

/** So many sums are read for one answer: those of the most calls. */
const MOST = 20_000;

/** Where a group stands among the others: by its calls, and by its name where those are as many. */
export interface UsagePosition {
  calls: number;
  name: string;
}

export const positionOf = (row: Usage, by: readonly UsageGroup[]): UsagePosition => ({
  calls: row.calls,
  name: by.map((each) => row[each]).join('\n'),
});

/** Whether `a` stands before `b`. */
export const standsBefore = (a: UsagePosition, b: UsagePosition): boolean =>
  a.calls === b.calls ? a.name < b.name : a.calls > b.calls;

/** Usage of a Workspace, from the counters of its days: the groups with the most calls first. */
export async function usageOf(database: DataSource, tenant: string, asked: UsageQuestion): Promise<Usage[]> {
  const { from, to, by, person, client, tool } = asked;
  const named = by.map((name) => `${GROUPS[name]} AS "${name}"`);
  const rows = await withTenant(database, tenant, async (manager) => {
    // A pseudonym that nobody has finds nothing.
    const actor = person === undefined ? null : ((await pseudonymOf(manager, tenant, person)) ?? '?');
    return manager.query<Counted[]>(
      `SELECT ${[...named, 'layer', 'outcome'].join(', ')}, sum(calls)::float8 AS calls, sum(requests)::float8 AS requests
       FROM usage_days WHERE tenant_id = $1 AND day BETWEEN $2::date AND $3::date
         AND ($4::text IS NULL OR actor = $4) AND ($5::text IS NULL OR client = $5) AND ($6::text IS NULL OR tool = $6)
       GROUP BY ${[...by.map((name) => GROUPS[name]), 'layer', 'outcome'].join(', ')} ORDER BY calls DESC LIMIT ${MOST}`,
      [tenant, from, to, actor, client ?? null, tool ?? null],
    );
  });
  const groups = new Map<string, Usage>();
  for (const row of rows) {
    const key = by.map((name) => row[name]).join('\n');
    const group = groups.get(key) ?? begun(row, by);
    groups.set(key, group);
    add(group, row);
  }
  const placed = [...groups.values()].map((row) => ({ row, at: positionOf(row, by) }));
  return placed.sort((a, b) => (standsBefore(a.at, b.at) ? -1 : 1)).map(({ row }) => row);
}

const begun = (row: Counted, by: readonly UsageGroup[]): Usage => ({
  ...Object.fromEntries(by.map((name) => [name, row[name]])),
  calls: 0,
  refused: {},
  failed: {},
  upstream_requests: 0,
});

function add(group: Usage, { layer, outcome, calls, requests }: Counted): void {
  group.calls += calls;
  group.upstream_requests += requests;
  if (layer !== '') group.refused[layer] = (group.refused[layer] ?? 0) + calls;
  else if (outcome !== 'ok' && outcome !== 'preview') group.failed[outcome] = (group.failed[outcome] ?? 0) + calls;
}
