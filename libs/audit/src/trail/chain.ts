import { deriveKey } from '#libs/core';
import { Mac } from './mac.js';
import { type AuditRow, encodeRow } from './row.js';

/** Where a day's chain ends. */
export interface AuditHead {
  /** YYYY-MM-DD (UTC). */
  day: string;
  /** How many events the day has. */
  rows: number;
  /** MAC of the last of them. */
  lastMac: Buffer;
}

const NOTHING = Buffer.alloc(0);
/** An HMAC of an id is told from others by so much of it (128 bits). */
const ID_CHARACTERS = 22;
/** So many HMACs of ids are remembered for one Workspace. */
const REMEMBERED = 1_000;

/** The keyed chain of one Workspace: who does not have its key can neither make a link nor a head. */
export class Chain {
  private readonly mac: Mac;
  private readonly idMac: Mac;
  private readonly known = new Map<string, string>();

  /**
   * @param tenant Workspace id, or `-`
   * @param secret 32 bytes of this Workspace's own
   */
  constructor(
    readonly tenant: string,
    secret: Buffer,
  ) {
    this.mac = new Mac(deriveKey(secret, 'audit'));
    this.idMac = new Mac(deriveKey(secret, 'audit-ids'));
  }

  /** Where the chain of a day begins: at the head of the day before, so that no day can be taken out. */
  start(day: string, before: AuditHead | undefined): Buffer {
    const from = before ? `${before.day} ${before.rows} ${before.lastMac.toString('hex')}` : '-';
    return this.mac.of(NOTHING, `day 1 ${this.tenant} ${day} after ${from}`);
  }

  /** The MAC of a row that follows the one with the MAC `previous`. */
  link(previous: Buffer, day: string, row: AuditRow): Buffer {
    return this.mac.of(previous, encodeRow(this.tenant, day, row));
  }

  /** The MAC of a head. */
  seal({ day, rows, lastMac }: AuditHead): Buffer {
    return this.mac.of(NOTHING, `head 1 ${this.tenant} ${day} ${rows} ${lastMac.toString('hex')}`);
  }

  /** How an object is named: its kind, and an HMAC of its id, the same within this Workspace for ever. @param object `kind:id` */
  target(object: string): string {
    const known = this.known.get(object);
    if (known !== undefined) return known;
    const kind = object.slice(0, Math.max(0, object.indexOf(':')));
    const hidden = this.idMac.of(NOTHING, object).toString('base64url').slice(0, ID_CHARACTERS);
    const named = `${kind}:${hidden}`;
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(object, named);
    return named;
  }
}
