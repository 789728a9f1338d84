import { type Artifacts } from '../artifacts/artifacts.service.js';

const [HOUR, DAY] = [3600, 24 * 3600];
/** A client whose document cannot be fetched goes on working for so long, so that an outage of its publisher does not end people's sessions. */
const LIFE_SECONDS = 7 * DAY;
/** Something new is granted only on a document that is not older than this. */
export const FRESH_SECONDS = HOUR;
/** The copy in the database is renewed when the one in memory is newer by this much. */
const RENEW_SECONDS = 6 * HOUR;
const MAX_COPIES = 500;
const MODEL = 'ClientDocument';

export type ClientDocument = Readonly<Record<string, unknown>>;

/** The last good version of a document. */
interface StoredDocument {
  document: ClientDocument;
  ageSeconds: number;
}

interface Copy {
  document: ClientDocument;
  /** Seconds, by `now`. */
  at: number;
  /** `at` of the copy that was stored. */
  stored?: number;
}

/**
 * The last good copies of client documents. In memory there are those that were fetched lately; for restarts and other replicas
 * the database has those of clients that hold tokens, so that strangers cannot fill it.
 */
export class StoredDocuments {
  /** By client_id, oldest first. */
  private readonly copies = new Map<string, Copy>();

  /** @param now a monotonic clock in seconds */
  constructor(
    private readonly artifacts: Pick<Artifacts, 'find' | 'store' | 'destroy'>,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {}

  keep(id: string, document: ClientDocument): void {
    const stored = this.copies.get(id)?.stored;
    this.copies.delete(id);
    this.copies.set(id, { document, at: this.now(), ...(stored === undefined ? {} : { stored }) });
    if (this.copies.size > MAX_COPIES) this.copies.delete(this.copies.keys().next().value!);
  }

  /** Puts the copy of a client that was just given tokens into the database. */
  async store(id: string): Promise<void> {
    const copy = this.copies.get(id);
    if (!copy || copy.at - (copy.stored ?? -Infinity) < RENEW_SECONDS) return;
    copy.stored = copy.at;
    await this.artifacts.store(MODEL, id, { document: copy.document }, LIFE_SECONDS - Math.floor(this.now() - copy.at));
  }

  async find(id: string): Promise<StoredDocument | undefined> {
    const copy = this.copies.get(id);
    const age = copy && this.now() - copy.at;
    if (copy && age !== undefined && age < LIFE_SECONDS) return { document: copy.document, ageSeconds: age };
    const stored = (await this.artifacts.find(MODEL, id)) as { document: ClientDocument; exp: number } | undefined;
    return stored && { document: stored.document, ageSeconds: LIFE_SECONDS - (stored.exp - Date.now() / 1000) };
  }

  /** For a client whose publisher now serves a document that is not acceptable. */
  async forget(id: string): Promise<void> {
    this.copies.delete(id);
    await this.artifacts.destroy(MODEL, id);
  }
}
