import { Connections } from './connections.js';
import { Deliveries } from './events/deliveries.js';
import { Faults } from './faults/faults.js';
import { Journal } from './records/journal.js';
import { Ledger } from './records/ledger.js';
import { RateLimit, type RateLimits } from './records/rate-limit.js';
import { type Checked, type Clock } from './settings.js';
import { type Holder, holders } from './tokens.js';
import { seed } from './seed/seed.js';
import { type World } from './world/world.js';

export interface SandboxOptions {
  tasks: number;
  latencyMs: number;
  rateLimit: RateLimits;
  /** The clock, Unix milliseconds: seeded dates are relative to it. */
  now: () => number;
  /** The owner of the first Workspace owns the second, too: a personal token reaches all Workspaces of its owner. */
  ownsBoth: boolean;
}

const SEED = 1;

/** The state of one sandbox, and how it misbehaves at the moment. */
export class Sandbox {
  readonly journal = new Journal();
  readonly ledger = new Ledger();
  readonly faults = new Faults();
  readonly connections = new Connections();
  readonly deliveries = new Deliveries();
  readonly rateLimit: RateLimit;
  latencyMs: number;
  /** How ClickUp's clock differs, where it was told to. */
  clock: Clock | null = null;
  world: World;
  holders: ReadonlyMap<string, Holder>;
  private seed = SEED;

  constructor(private readonly options: SandboxOptions) {
    this.rateLimit = new RateLimit(options.rateLimit);
    this.latencyMs = options.latencyMs;
    this.world = this.newWorld();
    this.holders = holders(this.world);
  }

  /** Whose token this header holds: one of the table, or one that an app was granted. */
  holder(header: string): Holder | undefined {
    const token = header.replace(/^Bearer /, '');
    const grant = token === header ? undefined : this.world.oauth.grantOf(token);
    return this.holders.get(header) ?? (grant && { token, ...grant });
  }

  /** The sandbox's own clock, Unix milliseconds: windows are measured by it. */
  get ownNow(): number {
    return this.options.now();
  }

  /** ClickUp's clock, Unix milliseconds. */
  get now(): number {
    return this.ownNow + (this.clock?.offsetMs ?? 0);
  }

  /** Everything but `down`. */
  apply({ latencyMs, rateLimit, faults, seed, clock, keepAlive }: Checked): void {
    this.latencyMs = latencyMs ?? this.latencyMs;
    if (rateLimit !== undefined) this.rateLimit.set(rateLimit);
    this.seed = seed ?? this.seed;
    if (faults) this.faults.set(faults, this.ownNow, this.seed);
    if (clock !== undefined) this.clock = clock;
    if (keepAlive !== undefined) this.connections.keepAlive = keepAlive ?? { idleMs: 0 };
  }

  /** What `down` orders, if it does. */
  leave({ down }: Checked): void {
    if (!down) return;
    this.connections.down(down.how, down.forMs).catch((error: unknown) => {
      console.error('The sandbox cannot go away:', error);
    });
  }

  /** Puts data, settings, counts and recorded requests back to how they were at the start. */
  reset(): void {
    const { latencyMs, rateLimit } = this.options;
    this.apply({ latencyMs, rateLimit, faults: [], seed: SEED, clock: null, keepAlive: null } as Checked);
    this.deliveries.clear();
    this.world = this.newWorld();
    this.holders = holders(this.world);
    this.journal.clear();
    this.ledger.clear();
  }

  private newWorld(): World {
    return seed(this.options.tasks, () => this.now, this.options.ownsBoth);
  }
}
