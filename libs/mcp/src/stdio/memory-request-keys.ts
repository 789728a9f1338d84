import { type Caller } from '#libs/connections';
import { type Ledger } from '#libs/tools';
import { Endings } from '../request-keys/endings.js';
import { type RequestKeys } from '../request-keys/request-keys.js';

/** A call that was interrupted is taken up again soon or not at all. */
const KEPT_MS = 24 * 3_600_000;

interface Item {
  digest: string;
  made?: { id: string; ref: string };
  /** The call that has begun it. */
  holder: number;
  /** Milliseconds of `performance.now()`, which no change of the clock moves. */
  begunAt: number;
}

/**
 * What calls under a `request_key` have begun, in this process: a repeated call goes on instead of beginning anew, until the process
 * ends.
 */
export class MemoryRequestKeys implements Pick<RequestKeys, 'ledger'> {
  private readonly keys = new Map<string, Map<number, Item>>();
  private readonly atWork = new Set<number>();
  private readonly endings = new Endings();
  private calls = 0;

  /**
   * The ledger of one caller for one tool.
   * @param whenDelivered has something done once the caller has its answer
   * @returns also `release`, to be called when the call is over
   */
  ledger(
    caller: Pick<Caller, 'id'>,
    tool: string,
    whenDelivered: (work: () => void) => void,
  ): Ledger & { release(): void } {
    const holder = (this.calls += 1);
    this.atWork.add(holder);
    const name = (key: string) => JSON.stringify([caller.id, tool, key]);
    const done = (work: () => unknown) => (work(), Promise.resolve());
    return {
      release: () => void this.atWork.delete(holder),
      read: async (key) => {
        await this.endings.of(name(key));
        return new Map([...this.living(name(key))].map(([item, each]) => [item, this.shown(each, holder)] as const));
      },
      begin: (key, item, digest) => {
        const items = this.living(name(key));
        if (items.has(item)) return Promise.resolve(false);
        this.keys.set(name(key), items.set(item, { digest, holder, begunAt: performance.now() }));
        return Promise.resolve(true);
      },
      made: (key, item, object) =>
        done(() => {
          const noted = this.keys.get(name(key))?.get(item);
          if (noted) noted.made = object;
        }),
      // An item that is noted and not made is one of which nobody knows.
      unknown: () => Promise.resolve(),
      forget: (key, item) => done(() => this.keys.get(name(key))?.delete(item)),
      close: (key) => this.endings.begin(name(key), whenDelivered, () => void this.keys.delete(name(key))),
    };
  }

  private shown({ digest, made, holder, begunAt }: Item, own: number) {
    const busy = holder !== own && this.atWork.has(holder);
    return { digest, ageMs: performance.now() - begunAt, busy, ...(made && { made }) };
  }

  /** The items of a key, without those that are forgotten by now. */
  private living(name: string): Map<number, Item> {
    const items = this.keys.get(name) ?? new Map<number, Item>();
    for (const [item, { begunAt }] of items) if (performance.now() - begunAt > KEPT_MS) items.delete(item);
    return items;
  }
}
