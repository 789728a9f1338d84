import { eventsOf, headsOf, type StoredEvent } from '#libs/admin';
import { type AuditHead, type Chain, type Finding, type SealedHead, Verifier } from '#libs/audit';
import { withTenant } from '#libs/connections';
import { type DataSource } from 'typeorm';
import { type AuditKeys } from './audit-keys.js';

/** What to go through. */
export interface Extent {
  /** First and last day, YYYY-MM-DD. */
  from?: string | undefined;
  to?: string | undefined;
  retentionDays: number;
  /** Heads that were kept elsewhere: each must still be a head of its day. */
  anchored: readonly AnchoredHead[];
}

export interface AnchoredHead {
  workspace: string;
  day: string;
  rows: number;
  mac: string;
}

/** What was found in one Workspace. */
export interface Verified {
  workspace: string;
  days: number;
  rows: number;
  /** What retention has removed: its days have their heads still. */
  removed: { readonly days: number; readonly rows: number };
  findings: readonly Finding[];
}

/**
 * Goes through the audit of one Workspace, row by row, in constant memory.
 * @throws AppError `internal_error` when its key does not open: MASTER_KEY is another, or the key was changed
 */
export async function verifyTenant(
  database: DataSource,
  keys: AuditKeys,
  tenant: string,
  { from = '0001-01-01', to = '9999-12-31', retentionDays, anchored }: Extent,
): Promise<Verified> {
  const chain = await withTenant(database, tenant, (manager) => keys.stored(manager, tenant));
  // Before the rows: what is appended meanwhile is not among them.
  const heads = await headsOf(database, tenant);
  const own = anchored.filter(({ workspace, day }) => workspace === tenant && day >= from && day <= to);
  const days = heads.filter(({ day }) => day >= from && day <= to);
  if (!chain) {
    const gone = heads.length > 0 || own.length > 0 || !(await eventsOf(database, tenant).next()).done;
    const findings = gone
      ? [{ day: heads[0]?.day ?? own[0]?.day ?? '-', problem: 'the key of this Workspace is missing' }]
      : [];
    return { workspace: tenant, days: 0, rows: 0, removed: { days: 0, rows: 0 }, findings };
  }
  const walk = new Walk(chain, days, heads.filter(({ day }) => day < from).at(-1), retentionDays);
  for await (const page of eventsOf(database, tenant, { day: from, seq: 0 }, to))
    for (const event of page) walk.row(event);
  walk.end();
  walk.late(await headsOf(database, tenant));
  const lost = own.flatMap((head) => lostAnchor(chain, head, heads));
  return {
    workspace: tenant,
    days: days.length,
    rows: walk.verifier.rows,
    removed: walk.verifier.removed,
    findings: [...walk.verifier.findings, ...lost],
  };
}

/** Leads a verifier through heads and rows side by side. */
class Walk {
  readonly verifier: Verifier;
  private next = 0;
  private current: SealedHead | undefined;
  private readonly lastDay: string;
  /** The days of rows that the heads which were read first do not have, with the first and the last of each. */
  private readonly beyond = new Map<string, { first: number; last: number }>();

  constructor(
    chain: Chain,
    private readonly heads: readonly SealedHead[],
    private readonly before: AuditHead | undefined,
    private readonly retentionDays: number,
  ) {
    this.verifier = new Verifier(chain);
    this.lastDay = heads.at(-1)?.day ?? '';
  }

  row({ day, mac, ...row }: StoredEvent): void {
    while (this.current?.day !== day) {
      if (this.next < this.heads.length && this.heads[this.next]!.day <= day) this.goOn();
      // Of a day that was begun after the heads were read.
      else if (day > this.lastDay) return this.goesBeyond(day, row.seq);
      else return this.headless(day, row.seq);
    }
    // The same of its last day.
    if (day === this.lastDay && row.seq > this.current.rows) return this.goesBeyond(day, row.seq);
    this.verifier.row(row, mac);
  }

  end(): void {
    while (this.next < this.heads.length) this.goOn();
    this.close();
  }

  /** What came after the heads were read has to be in those of now. */
  late(now: readonly AuditHead[]): void {
    for (const [day, { first, last }] of this.beyond) {
      const head = now.find((each) => each.day === day);
      if (!head) this.headless(day, first);
      else if (head.rows < last)
        this.verifier.findings.push({ day, seq: head.rows + 1, problem: 'is no event that its head knows' });
    }
  }

  private goesBeyond(day: string, seq: number): void {
    const known = this.beyond.get(day);
    if (known) known.last = seq;
    else this.beyond.set(day, { first: seq, last: seq });
  }

  private goOn(): void {
    this.close();
    this.current = this.heads[this.next]!;
    this.verifier.begin(this.current, {
      before: this.next === 0 ? this.before : undefined,
      expired: isExpired(this.current.day, this.retentionDays),
    });
    this.next += 1;
  }

  private close(): void {
    if (this.current) this.verifier.end();
  }

  private headless(day: string, seq: number): void {
    if (!this.verifier.findings.some((finding) => finding.day === day))
      this.verifier.findings.push({ day, seq, problem: 'the head of this day is missing' });
  }
}

const DAY_MS = 86_400_000;
/** Whether retention is over for a day; rows of any later one that are not there were removed by somebody. */
const isExpired = (day: string, retentionDays: number): boolean =>
  Date.parse(day) + (1 + retentionDays) * DAY_MS <= Date.now();

/** A head that was kept elsewhere must be that of its day still, or, of a day that went on, of an earlier moment of it. */
function lostAnchor(chain: Chain, { day, rows, mac }: AnchoredHead, heads: readonly SealedHead[]): Finding[] {
  const stored = heads.find((head) => head.day === day);
  if (!stored) return [{ day, problem: 'this day was anchored, and its head is missing' }];
  if (stored.rows < rows) return [{ day, seq: stored.rows + 1, problem: `was removed: ${rows} events were anchored` }];
  return stored.rows === rows && chain.seal(stored).toString('hex') !== mac
    ? [{ day, problem: 'its head is not the one that was anchored' }]
    : [];
}
