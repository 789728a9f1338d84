import { z } from 'zod';
import { Deliveries } from './events/deliveries.js';
import { Fault, Faults } from './faults.js';
import { Journal } from './journal.js';
import { RateLimit } from './rate-limit.js';
import { type Holder, holders } from './tokens.js';
import { seed } from './seed/seed.js';
import { type World } from './world/world.js';

/** What may be changed while it runs; absent keys stay as they are. */
export const Settings = z.strictObject({
  latencyMs: z.int().min(0).optional(),
  /** Requests per minute and token; 0 = no limit. */
  rateLimit: z.int().min(0).optional(),
  /** Faults to come; they replace those that no request has met yet. */
  faults: z.array(Fault).optional(),
});
export type Settings = z.output<typeof Settings>;

export interface SandboxOptions {
  tasks: number;
  latencyMs: number;
  rateLimit: number;
  /** The clock, Unix milliseconds: seeded dates are relative to it. */
  now: () => number;
  /** The owner of the first Workspace owns the second, too: a personal token reaches all Workspaces of its owner. */
  ownsBoth: boolean;
}

/** The state of one sandbox, and how it misbehaves at the moment. */
export class Sandbox {
  readonly journal = new Journal();
  readonly faults = new Faults();
  readonly deliveries = new Deliveries();
  readonly rateLimit: RateLimit;
  latencyMs: number;
  world: World;
  holders: ReadonlyMap<string, Holder>;

  constructor(private readonly options: SandboxOptions) {
    this.rateLimit = new RateLimit(options.rateLimit);
    this.latencyMs = options.latencyMs;
    this.world = seed(options.tasks, options.now, options.ownsBoth);
    this.holders = holders(this.world);
  }

  /** Whose token this header holds: one of the table, or one that an app was granted. */
  holder(header: string): Holder | undefined {
    const token = header.replace(/^Bearer /, '');
    const grant = token === header ? undefined : this.world.oauth.grantOf(token);
    return this.holders.get(header) ?? (grant && { token, ...grant });
  }

  get now(): number {
    return this.options.now();
  }

  configure({ latencyMs, rateLimit, faults }: Settings): void {
    this.latencyMs = latencyMs ?? this.latencyMs;
    if (rateLimit !== undefined) {
      this.rateLimit.limit = rateLimit;
      this.rateLimit.clear();
    }
    if (faults) this.faults.set(faults);
  }

  /** Puts data, settings, counts and recorded requests back to how they were at the start. */
  reset(): void {
    this.deliveries.clear();
    this.world = seed(this.options.tasks, this.options.now, this.options.ownsBoth);
    this.holders = holders(this.world);
    this.journal.clear();
    this.rateLimit.clear();
    this.configure({ latencyMs: this.options.latencyMs, rateLimit: this.options.rateLimit, faults: [] });
  }
}
