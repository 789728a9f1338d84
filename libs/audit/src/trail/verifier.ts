import { type AuditHead, type Chain } from './chain.js';
import { type AuditRow } from './row.js';

/** Something that does not fit: on which day, at which row. */
export interface Finding {
  day: string;
  /** Undefined where it is the head, or the day as a whole. */
  seq?: number;
  problem: string;
}

/** A head as it is stored, or as it was kept elsewhere. */
export interface SealedHead extends AuditHead {
  mac: Buffer;
}

/**
 * Goes through the chain of one Workspace, day by day, in order: `begin` with each head, `row` with each of its rows, `end`. Each finding
 * names the first row that does not fit; from there the chain is followed as it is stored, so that one edit is one finding.
 */
export class Verifier {
  readonly findings: Finding[] = [];
  rows = 0;
  private head: SealedHead | undefined;
  private before: AuditHead | undefined;
  private previous: Buffer = Buffer.alloc(0);
  private seq = 0;

  constructor(private readonly chain: Chain) {}

  /** @param before the head of the day before, where that is not gone through itself */
  begin(head: SealedHead, before?: AuditHead): void {
    this.head = head;
    this.before = before ?? this.before;
    this.previous = this.chain.start(head.day, this.before);
    this.seq = 0;
    if (!this.chain.seal(head).equals(head.mac))
      this.found('the head of this day was changed, or is of another Workspace');
  }

  row(stored: AuditRow, mac: Buffer): void {
    const { day } = this.head!;
    this.rows += 1;
    const expected = this.seq + 1;
    if (stored.seq !== expected) this.found(missing(expected, stored.seq - 1), expected);
    const made = this.chain.link(this.previous, day, stored);
    if (stored.seq === expected && !made.equals(mac))
      this.found(
        stored.seq === 1
          ? 'was changed, or a day before it was removed'
          : 'was changed, moved, or is of another Workspace',
        stored.seq,
      );
    this.seq = stored.seq;
    this.previous = mac;
  }

  /** @param expired whether the rows of this day may have been removed by retention */
  end(expired: boolean): void {
    const { day, rows, lastMac } = this.head!;
    if (this.seq === 0 && expired) {
      this.before = { day, rows, lastMac };
      return;
    }
    if (this.seq < rows) this.found(`the day ends here, but its head says that it has ${rows} events`, this.seq + 1);
    else if (this.seq > rows) this.found(`there are more events than its head says: ${rows}`, rows + 1);
    else if (!this.previous.equals(lastMac)) this.found('the last event is not the one that the head names', this.seq);
    this.before = { day, rows, lastMac };
  }

  private found(problem: string, seq?: number): void {
    this.findings.push({ day: this.head!.day, ...(seq !== undefined && { seq }), problem });
  }
}

const missing = (from: number, to: number) =>
  to < from ? 'is out of order' : to === from ? 'is missing' : `and up to ${to} are missing`;
