import { asUnavailable, type Invalidated, type InvalidatedCache, type Invalidations } from '#libs/connections';
import { type PersonTiers, type TierName } from '#libs/limits';
import { type DataSource } from 'typeorm';
import { tierOf } from './statuses.js';

/** As long as callers are remembered: a change whose message is lost takes effect then. */
const LIFE_MS = 30_000;
/** People; one who was forgotten is read again. */
const MAX_KNOWN = 20_000;

/** On which tier people are, by what Stripe has said of their subscriptions. Remembered; a change on any replica is heard of at once. */
export class SubscribedTiers implements PersonTiers, InvalidatedCache {
  private readonly known = new Map<string, { tier: TierName; asked: number }>();
  private readonly queries = new Map<string, Promise<TierName>>();

  constructor(
    private readonly database: Pick<DataSource, 'query'>,
    invalidations: Pick<Invalidations, 'subscribe'>,
    private readonly now: () => number = () => performance.now(),
  ) {
    invalidations.subscribe(this);
  }

  /** While the database is away, what was last known holds. */
  of(personId: string): TierName | Promise<TierName> {
    const kept = this.known.get(personId);
    if (kept && this.now() - kept.asked < LIFE_MS) return kept.tier;
    return this.queries.get(personId) ?? this.ask(personId, kept?.tier);
  }

  drop(kind: Invalidated, id: string): void {
    if (kind !== 'tier') return;
    this.known.delete(id);
    // Its answer may be what was true before the change: it is used, but not kept.
    this.queries.delete(id);
  }

  flush(): void {
    this.known.clear();
    this.queries.clear();
  }

  private ask(personId: string, before: TierName | undefined): Promise<TierName> {
    const asked = this.now();
    const query = this.read(personId)
      .then((tier) => {
        if (this.queries.get(personId) === query) this.keep(personId, tier, asked);
        return tier;
      })
      .catch((cause: unknown) => {
        if (before) return before;
        throw asUnavailable(cause);
      })
      .finally(() => {
        if (this.queries.get(personId) === query) this.queries.delete(personId);
      });
    this.queries.set(personId, query);
    return query;
  }

  private async read(personId: string): Promise<TierName> {
    const [row] = await this.database.query<{ status: string }[]>(
      'SELECT status FROM subscribers WHERE person_id = $1',
      [personId],
    );
    return tierOf(row?.status);
  }

  private keep(personId: string, tier: TierName, asked: number): void {
    this.known.delete(personId);
    this.known.set(personId, { tier, asked });
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
  }
}
