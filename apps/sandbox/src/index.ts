import { type AddressInfo } from 'node:net';
import { type Down } from './connections.js';
import { type Struck } from './faults/faults.js';
import { type Recorded, type Stats } from './records/journal.js';
import { type Effect, type Writes } from './records/ledger.js';
import { type TokenBudget } from './records/rate-limit.js';
import { Sandbox, type SandboxOptions } from './sandbox.js';
import { server } from './server.js';
import { type Settings, settingsOf } from './settings.js';
import { type World } from './world/world.js';

export { type Fault } from './faults/fault.js';
export { type Recorded, type Stats } from './records/journal.js';
export { type Settings } from './settings.js';
export { TOKENS } from './tokens.js';
export { CLIENT } from './world/oauth.js';

/** A running sandbox. */
export interface RunningSandbox {
  /** `http://127.0.0.1:<port>`: what CLICKUP_API_URL is set to. */
  url: string;
  port: number;
  /** Ends open requests, also hanging ones. */
  close(): Promise<void>;
  /** The newest 100,000 requests, oldest first. */
  requests(): Recorded[];
  stats(): Stats;
  /** Writes that took effect, by the markers in their content (`#m:<id>`). */
  writes(): Writes;
  /** The writes with one marker, in their order. */
  effectsOf(marker: string): Effect[];
  /** What each token has used of its limit, and how often it was answered 429. */
  budget(): Record<string, TokenBudget>;
  /** The faults that were ordered, and how often each has struck. */
  faults(): Struck[];
  /** Away from the time that this resolves: cuts every connection, and does this to new ones. */
  down(how?: Down['how']): Promise<void>;
  /** There again from the time that this resolves. */
  up(): Promise<void>;
  /** Its state, to compare answers with the truth. */
  world: World;
  /** Puts everything back to how it was at the start, settings included. */
  reset(): void;
  /** @throws SettingsError */
  configure(settings: Settings): void;
}

/**
 * Starts a stateful ClickUp stand-in on 127.0.0.1, with the same data for the same options.
 * @param options by default a free port (`port: 0`), 400 tasks, no latency, no rate limit, the system's clock, and nobody who owns both Workspaces
 */
export async function startSandbox({
  port = 0,
  tasks = 400,
  latencyMs = 0,
  rateLimit = 0,
  now = Date.now,
  ownsBoth = false,
}: { port?: number } & Partial<SandboxOptions> = {}): Promise<RunningSandbox> {
  const sandbox = new Sandbox({ tasks, latencyMs, rateLimit, now, ownsBoth });
  const app = server(sandbox);
  await app.listen({ port, host: '127.0.0.1' });
  const address = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () => app.close(),
    requests: () => sandbox.journal.requests(),
    stats: () => sandbox.journal.stats(),
    writes: () => sandbox.ledger.writes(),
    effectsOf: (marker) => sandbox.ledger.effectsOf(marker),
    budget: () => sandbox.rateLimit.budget(),
    faults: () => sandbox.faults.report(),
    down: (how) => sandbox.connections.down(how),
    up: () => sandbox.connections.up(),
    get world() {
      // A reset makes a new one.
      return sandbox.world;
    },
    reset: () => sandbox.reset(),
    configure: (given) => {
      const settings = settingsOf(given);
      sandbox.apply(settings);
      sandbox.leave(settings);
    },
  };
}
