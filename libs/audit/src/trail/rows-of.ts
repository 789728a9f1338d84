import { type AuditHead, type Chain } from './chain.js';
import { type AuditEvent, type Fact, type Objects } from './events.js';
import { type AuditRow, ROW_VERSION } from './row.js';

/** So many objects are named in one event; the others are counted in its detail. */
const NAMED = 20;
const LONGEST = 120;
const NOT_YET = Buffer.alloc(0);

/** A row with its MAC. */
interface Link extends AuditRow {
  mac: Buffer;
}

/** Events as links of a chain, and where it ends then. */
export interface Linked {
  day: string;
  rows: readonly Link[];
  head: AuditHead;
}

/** Whose an alias or pseudonym is: `grant <id>`, `person <id>`. */
export type Pseudonyms = (subject: string) => string | null;

/**
 * Appends events to the chain of a day.
 * @param latest the newest head of the Workspace, of this day or an earlier one
 */
export function linked(
  chain: Chain,
  day: string,
  latest: AuditHead | undefined,
  events: readonly AuditEvent[],
  pseudonymOf: Pseudonyms,
): Linked {
  const continues = latest?.day === day;
  let seq = continues ? latest.rows : 0;
  let lastMac = continues ? latest.lastMac : chain.start(day, latest);
  const rows = events.map((event) => {
    const row = rowOf(chain, (seq += 1), event, pseudonymOf);
    // Put into the row, and not into a copy of it: these lines are what the audit costs a call.
    row.mac = lastMac = chain.link(lastMac, day, row);
    return row;
  });
  return { day, rows, head: { day, rows: seq, lastMac } };
}

function rowOf(chain: Chain, seq: number, told: AuditEvent, pseudonymOf: Pseudonyms): Link {
  const { objects = [], detail, grant, person } = told;
  const more = objects.length > NAMED ? { objects_count: objects.length } : undefined;
  return {
    version: ROW_VERSION,
    seq,
    at: Math.trunc(told.at),
    event: told.event,
    call: told.call ?? null,
    session: grant === undefined ? null : pseudonymOf(`grant ${grant}`),
    actor: person === undefined ? null : pseudonymOf(`person ${person}`),
    kind: told.kind ?? null,
    client: short(told.client),
    tool: told.tool ?? null,
    operation: told.operation ?? null,
    effect: told.effect ?? null,
    targets: (more ? objects.slice(0, NAMED) : objects).map((object) => chain.target(object)),
    decision: told.decision,
    layer: told.layer ?? null,
    reason: short(told.reason),
    approval: told.approval ?? null,
    outcome: told.outcome ?? null,
    requests: told.requests ?? null,
    ms: told.ms === undefined ? null : Math.round(told.ms),
    detail: detail || more ? factsText(chain, more ? { ...detail, ...more } : detail!) : null,
    mac: NOT_YET,
  };
}

/** PostgreSQL stores no U+0000, and half of a surrogate pair has no bytes of its own. */
const short = (text: string | undefined): string | null =>
  text === undefined ? null : text.slice(0, LONGEST).replace(/[^\x20-\x7e]/g, '?');

/** Facts as JSON, with each id hidden behind its HMAC. */
const factsText = (chain: Chain, facts: Facts): string =>
  JSON.stringify(Object.values(facts).some((value) => typeof value === 'object') ? hidden(chain, facts) : facts);

type Facts = Readonly<Record<string, Fact | Readonly<Record<string, Fact>>>>;
const isObjects = (value: object): value is Objects => 'objects' in value && Array.isArray(value.objects);

function hidden(chain: Chain, facts: Facts): unknown {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return [name, value];
      const plain = value as Objects | Readonly<Record<string, Fact>>;
      return [name, isObjects(plain) ? plain.objects.map((each) => chain.target(each)) : hidden(chain, plain)];
    }),
  );
}
