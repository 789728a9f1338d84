import { withTenant } from '#libs/connections';
import { type Verb } from '#libs/core';
import { type PastCall, type PastVerdict } from '#libs/mcp';
import { type DataSource } from 'typeorm';
import { latestOf, type StoredEvent } from '../audit/stored-events.js';

/** Events that are read, the newest first and about so many; a page of them is in memory at a time. */
const MOST_EVENTS = 200_000;
const MOST_GROUPS = 50;
const MOST_EXAMPLES = 20;
/** Of one tool and reason. */
const EXAMPLES_OF_EACH = 3;
const DAY_MS = 86_400_000;

const DRY_RUN_GROUPS = ['tool', 'person', 'client', 'reason'] as const;
type Group = (typeof DRY_RUN_GROUPS)[number];

interface Example {
  /** Where it lies in the audit: `day/seq`. */
  id: string;
  at: Date;
  tool: string;
  reason: string;
}

/** What would have become of calls that were made. */
export interface DryRun {
  from: Date;
  to: Date;
  /** How many calls were looked at: those that were allowed. */
  calls: number;
  /** False where there were more. */
  complete: boolean;
  refused: number;
  /** Of which it cannot be said. */
  undecided: number;
  /** Those that would have been refused, most first. */
  by: Readonly<Record<Group, readonly { name: string; refused: number }[]>>;
  /** Why nothing can be said of the undecided, most first. */
  because: readonly { name: string; calls: number }[];
  examples: readonly Example[];
}

/**
 * Asks of every call of the last days that was allowed what a judge says of it.
 * @param ofClients whether the judge looks at OAuth clients, which the audit does not have
 */
export async function dryRun(
  database: DataSource,
  tenant: string,
  judge: (call: PastCall) => PastVerdict,
  { days, ofClients }: { days: number; ofClients: boolean },
): Promise<DryRun> {
  const to = new Date();
  const from = new Date(to.getTime() - days * DAY_MS);
  const counts = { calls: 0, refused: 0, undecided: 0 };
  const by: Record<Group, Tally> = { tool: new Map(), person: new Map(), client: new Map(), reason: new Map() };
  const because: Tally = new Map();
  const examples: Example[] = [];
  const shown: Tally = new Map();
  let read = 0;
  for await (const page of latestOf(database, tenant, from)) {
    read += page.length;
    const clients = ofClients ? await clientsOf(database, tenant, page) : new Map<string, string>();
    for (const event of page) {
      if (event.event !== 'call' || event.decision !== 'allowed' || event.at < from.getTime()) continue;
      counts.calls += 1;
      const { decision, reason = '' } = judge(pastCall(event, clients));
      if (decision === 'unknown') {
        counts.undecided += 1;
        count(because, reason);
      }
      if (decision !== 'refused') continue;
      counts.refused += 1;
      const names: Record<Group, string> = {
        tool: event.tool ?? '',
        person: event.actor ?? '',
        client: (event.client ?? '').replace(/ .*/, ''),
        reason,
      };
      for (const group of DRY_RUN_GROUPS) count(by[group], names[group]);
      const of = `${names.tool} ${reason}`;
      if (examples.length >= MOST_EXAMPLES || (shown.get(of) ?? 0) >= EXAMPLES_OF_EACH) continue;
      count(shown, of);
      examples.push({ id: `${event.day}/${event.seq}`, at: new Date(event.at), tool: names.tool, reason });
    }
    if (read >= MOST_EVENTS) break;
  }
  const groups = (group: Group) => most(by[group]).map(([name, refused]) => ({ name, refused }));
  return {
    from,
    to,
    ...counts,
    complete: read < MOST_EVENTS,
    by: { tool: groups('tool'), person: groups('person'), client: groups('client'), reason: groups('reason') },
    because: most(because).map(([name, calls]) => ({ name, calls })),
    examples,
  };
}

type Tally = Map<string, number>;
const count = (tally: Tally, name: string) => void tally.set(name, (tally.get(name) ?? 0) + 1);
const most = (tally: Tally) => [...tally].sort(([, a], [, b]) => b - a).slice(0, MOST_GROUPS);

/** The objects of an event are those that were created, written, doubtful and read, in this order; how many of each, its detail says. */
function pastCall(
  { tool, operation, effect, kind, session, targets, detail }: StoredEvent,
  clients: ReadonlyMap<string, string>,
): PastCall {
  const { created = 0, wrote = 0, doubtful = 0 } = JSON.parse(detail ?? '{}') as Partial<Record<string, number>>;
  const clientId = session === null ? undefined : clients.get(session);
  return {
    tool: tool ?? '',
    operation: operation ?? undefined,
    effect: effect as Verb,
    kind: kind ?? '',
    clientId,
    wrote: targets.slice(created, created + wrote + doubtful),
    read: targets.slice(created + wrote + doubtful),
  };
}

/** Which OAuth clients the sessions behind these events are of, as long as they are stored. */
async function clientsOf(
  database: DataSource,
  tenant: string,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<string, string>> {
  const aliases = [
    ...new Set(events.flatMap(({ kind, session }) => (kind === 'session' && session !== null ? [session] : []))),
  ];
  if (aliases.length === 0) return new Map();
  const rows = await withTenant(database, tenant, (manager) =>
    manager.query<{ alias: string; client: string }[]>(
      `SELECT a.pseudonym::text AS alias, g.client_id AS client FROM audit_actors a JOIN access_grants g ON g.tenant_id = a.tenant_id AND g.id = a.id
        WHERE a.tenant_id = $1 AND a.kind = 'grant' AND a.pseudonym = ANY($2::uuid[]) AND g.client_id IS NOT NULL`,
      [tenant, aliases],
    ),
  );
  return new Map(rows.map(({ alias, client }) => [alias, client]));
}
