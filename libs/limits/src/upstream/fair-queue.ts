import { type BudgetRequest } from './budget.js';

type Priority = BudgetRequest['priority'];
type May = (person: string) => boolean;

/** How many interactive requests go before a bulk one that waits: of five, bulk gets one (SEC-D17: at least 20 %). */
const INTERACTIVE_RUN = 4;

/** One lane per person, and persons take turns. All requests cost the same, so plain round robin is fair. */
class Lanes<T> {
  /** The order of the keys is the order of turns. */
  private readonly lanes = new Map<string, T[]>();
  size = 0;

  push(person: string, item: T): void {
    const lane = this.lanes.get(person);
    if (lane) lane.push(item);
    else this.lanes.set(person, [item]);
    this.size += 1;
  }

  shift(may: May): T | undefined {
    for (const [person, lane] of this.lanes) {
      if (!may(person)) continue;
      const item = lane.shift();
      this.lanes.delete(person);
      if (lane.length) this.lanes.set(person, lane);
      this.size -= 1;
      return item;
    }
    return undefined;
  }

  waiting(person: string): number {
    return this.lanes.get(person)?.length ?? 0;
  }

  /** How many of this class are served before a new request of this person. */
  before(person: string): number {
    const own = this.waiting(person);
    let [before, turns] = [own, own + 1];
    for (const [other, lane] of this.lanes)
      if (other === person) turns = own;
      else before += Math.min(lane.length, turns);
    return before;
  }

  remove(person: string, item: T): boolean {
    const lane = this.lanes.get(person);
    const index = lane?.indexOf(item) ?? -1;
    if (!lane || index < 0) return false;
    lane.splice(index, 1);
    if (!lane.length) this.lanes.delete(person);
    this.size -= 1;
    return true;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const lane of this.lanes.values()) yield* lane;
  }
}

/** What waits for one ClickUp token: interactive before bulk, fair between persons within each class. */
export class FairQueue<T extends Pick<BudgetRequest, 'person' | 'priority'>> {
  private readonly classes: Readonly<Record<Priority, Lanes<T>>> = { interactive: new Lanes(), bulk: new Lanes() };
  private run = 0;

  get size(): number {
    return this.classes.interactive.size + this.classes.bulk.size;
  }

  get interactive(): number {
    return this.classes.interactive.size;
  }

  push(item: T): void {
    this.classes[item.priority].push(item.person, item);
  }

  /** How many requests of this person and class are certainly served before a new one. */
  ahead({ person, priority }: Pick<BudgetRequest, 'person' | 'priority'>): number {
    return this.classes[priority].waiting(person);
  }

  /** How many requests would be served before a new one, if no others came. */
  before({ person, priority }: Pick<BudgetRequest, 'person' | 'priority'>): number {
    const { interactive, bulk } = this.classes;
    const before = this.classes[priority].before(person);
    return priority === 'interactive'
      ? before + Math.min(bulk.size, Math.floor((this.run + before) / INTERACTIVE_RUN))
      : before + Math.min(interactive.size, INTERACTIVE_RUN * (before + 1) - this.run);
  }

  /** The next one, of those persons who may. */
  shift(may: May = () => true): T | undefined {
    const { interactive, bulk } = this.classes;
    const bulkTurn = bulk.size > 0 && this.run >= INTERACTIVE_RUN;
    const next = (bulkTurn ? undefined : interactive.shift(may)) ?? bulk.shift(may) ?? interactive.shift(may);
    if (next) this.run = next.priority === 'bulk' || bulk.size === 0 ? 0 : this.run + 1;
    return next;
  }

  remove(item: T): boolean {
    return this.classes[item.priority].remove(item.person, item);
  }

  *[Symbol.iterator](): Generator<T> {
    yield* this.classes.interactive;
    yield* this.classes.bulk;
  }
}
