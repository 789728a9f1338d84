import { z } from 'zod';
import { Down, KeepAlive } from './connections.js';
import { Fault } from './faults/fault.js';
import { RateLimits } from './records/rate-limit.js';

/** ClickUp's clock, beside the sandbox's own. */
const Clock = z.strictObject({
  /** By how much it is ahead: dates of objects, resets and the header `Date` follow it. */
  offsetMs: z.int().min(-1e12).max(1e12).default(0),
  /** By how much the header `Date` is ahead of that clock. */
  dateOffsetMs: z.int().min(-1e12).max(1e12).default(0),
  date: z.enum(['sent', 'missing']).default('sent'),
});

/** What may be changed while it runs; absent keys stay as they are. */
const Settings = z.strictObject({
  latencyMs: z.int().min(0).optional(),
  rateLimit: RateLimits.optional(),
  /** Faults to come; they replace those that were ordered before. */
  faults: z.array(Fault).optional(),
  /** For the faults with a `rate`: the same seed and the same requests are hit alike. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  /** `null`: as at the start. */
  clock: Clock.nullable().optional(),
  keepAlive: KeepAlive.nullable().optional(),
  down: Down.optional(),
});

/** As they are given. */
export type Settings = Omit<z.input<typeof Settings>, 'faults'> & { faults?: readonly Fault[] };
export type Checked = z.output<typeof Settings>;
export type Clock = z.output<typeof Clock>;

/** Settings that make no sense; the message names each key and what it takes. */
export class SettingsError extends Error {}

/** @throws SettingsError */
export function settingsOf(given: unknown): Checked {
  const { data, error } = Settings.safeParse(given);
  if (data) return data;
  throw new SettingsError(
    error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`).join('; '),
  );
}
