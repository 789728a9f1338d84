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
  /** What retention has removed, by what the heads say. */
  readonly removed = { days: 0, rows: 0 };
  private head: SealedHead | undefined;
  private before: AuditHead | undefined;
  private previous: Buffer = Buffer.alloc(0);
  private seq = 0;
  /** How many rows of this day are there. */
  private present = 0;
  private expired = false;

  constructor(private readonly chain: Chain) {}

  /**
   * @param before the head of the day before, where that is not gone through itself
   * @param expired whether retention may have removed rows of this day: all of them, or, where it is at it just now, some
   */
  begin(
    head: SealedHead,
    { before, expired = false }: { before?: AuditHead | undefined; expired?: boolean } = {},
  ): void {
    this.head = head;
    this.before = before ?? this.before;
    this.previous = this.chain.start(head.day, this.before);
    this.seq = 0;
    this.present = 0;
    this.expired = expired;
    if (!this.chain.seal(head).equals(head.mac))
      this.found('the head of this day was changed, or is of another Workspace');
  }

  row(stored: AuditRow, mac: Buffer): void {
    const { day } = this.head!;
    this.rows += 1;
    this.present += 1;
    const expected = this.seq + 1;
    if (stored.seq !== expected && !this.expired) this.found(missing(expected, stored.seq - 1), expected);
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

  end(): void {
    const { day, rows, lastMac } = this.head!;
    if (this.expired && this.present < rows) {
      this.removed.days += 1;
      this.removed.rows += rows - this.present;
    }
    if (this.seq < rows) {
      if (!this.expired) this.found(`the day ends here, but its head says that it has ${rows} events`, this.seq + 1);
    } else if (this.seq > rows) this.found(`there are more events than its head says: ${rows}`, rows + 1);
    else if (!this.previous.equals(lastMac)) this.found('the last event is not the one that the head names', this.seq);
    this.before = { day, rows, lastMac };
  }

  private found(problem: string, seq?: number): void {
    this.findings.push({ day: this.head!.day, ...(seq !== undefined && { seq }), problem });
  }
}

const missing = (from: number, to: number) =>
  to < from ? 'is out of order' : to === from ? 'is missing' : `and up to ${to} are missing`;
