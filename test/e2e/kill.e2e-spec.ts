import { vaultOf } from '#libs/connections';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { afterReload, aftermath } from '../support/aftermath.js';
import { type Sandbox } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { Journey } from '../support/journey.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { type Interruption, type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.js';
import { type Program, startProgram } from '../support/program.js';

/**
 * Fault 10: kill -9 of the built program at the write points of everything that OAuth and the pages do. The ordinary run
 * takes what that fault names, each when it is done and nobody has heard of it: grant and vault row, code, its consumption,
 * tokens, rotation, revocation. KILL_POINTS=all kills before and after every single write (some ten minutes); the same points
 * without the kill are in lost-answers.e2e-spec.ts.
 */
const ALL = process.env.KILL_POINTS === 'all';
const SIDES: readonly Interruption['side'][] = ALL ? ['before', 'after'] : ['after'];
const NAMED = /^COMMIT|consumed_at|^WITH live/;
/** Databases, ports and programs that work side by side. */
const LANES = 2;
const MASTER_KEY = '5e'.repeat(32);
const vault = vaultOf(Buffer.from(MASTER_KEY, 'hex'));

let sandbox: Sandbox;
const lanes: Lane[] = [];
beforeAll(async () => {
  sandbox = await startSandbox();
  for (let lane = 0; lane < LANES; lane += 1) lanes.push(await Lane.open());
});
afterAll(async () => {
  for (const lane of lanes) await lane.close();
  await sandbox.close();
});

class Lane {
  private program?: Program;

  private constructor(
    readonly database: TestDatabase,
    readonly proxy: PostgresProxy,
    private readonly port: number,
  ) {}

  static async open(): Promise<Lane> {
    const database = await testDatabase();
    return new Lane(database, await startPostgresProxy(database.url), await freePort());
  }

  get site(): string {
    return `http://localhost:${this.port}`;
  }

  async start(): Promise<void> {
    this.program = startProgram({
      PORT: String(this.port),
      DATABASE_URL: this.proxy.url,
      MASTER_KEY,
      CLICKUP_API_URL: sandbox.url,
      API_KEY_MODE: 'user_bound',
      LOG_LEVEL: 'warn',
    });
    for (;;) {
      // With LOG_LEVEL=warn nothing says that it listens; when it ends early, its output does.
      if (
        await fetch(`${this.site}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
      if (this.program.child.exitCode !== null) throw new Error(this.program.output());
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Kills it at the write of this name. @returns what is wrong afterwards, and with a program that was started anew */
  async killAt(name: string, side: Interruption['side'], journey: Journey): Promise<string[]> {
    const { child, exit } = this.program!;
    this.proxy.forget();
    this.proxy.onWrite = (write) => (write.name === name ? { side, act: () => child.kill('SIGKILL') } : undefined);
    const ended = await journey.go().then(
      () => 'nobody noticed',
      () => 'interrupted',
    );
    this.proxy.onWrite = () => undefined;
    if (!child.killed) return [`not reached: ${ended}`];
    if ((await exit) !== 'SIGKILL') return [`ended by itself: ${String(await exit)}`];
    await this.start();
    return aftermath(journey, this.database.url, vault);
  }

  async rehearse(): Promise<string[]> {
    const names: string[] = [];
    this.proxy.forget();
    this.proxy.onWrite = ({ name, lasts }) => void ((ALL || (lasts && NAMED.test(name))) && names.push(name));
    await new Journey(this.site, 'rehearsal').go();
    this.proxy.onWrite = () => undefined;
    return names;
  }

  async close(): Promise<void> {
    this.program?.child.kill('SIGKILL');
    await this.program?.exit;
    await this.proxy.close();
    await this.database.drop();
  }
}

test(
  'killed anywhere: one session of one approval, one key of one form, no code good twice, every connection opens, and all can be begun anew',
  async () => {
    await Promise.all(lanes.map((lane) => lane.start()));
    // What is written when a person comes for the first time is not written again: such a point needs a database that knows nobody.
    const [first, names] = [await lanes[0]!.rehearse(), await lanes[0]!.rehearse()];
    // An approval is one of them (proof, connection, grants and answer are one transaction), and so is a rotation (use, successor and access token).
    expect(names.length).toBeGreaterThanOrEqual(7);
    const pointsOf = (some: readonly string[]) => some.flatMap((name) => SIDES.map((side) => ({ name, side })));
    const points = pointsOf(names);
    const wrong: Record<string, string[]> = {};
    for (const { name, side } of pointsOf(first.filter((each) => !names.includes(each)))) {
      const lane = await Lane.open();
      await lane.start();
      const journey = new Journey(lane.site, 'killed at first');
      wrong[`${side} ${name}`] = await lane.killAt(name, side, journey);
      wrong[`${side} ${name}`]!.push(...(await afterReload(journey, lane.database.url)));
      await lane.close();
    }
    const work = points.entries();
    await Promise.all(
      lanes.map(async (lane) => {
        const journeys = new Map<string, Journey>();
        for (const [index, { name, side }] of work) {
          const journey = new Journey(lane.site, `killed ${index}`);
          journeys.set(`${side} ${name}`, journey);
          wrong[`${side} ${name}`] = await lane.killAt(name, side, journey);
        }
        await Promise.all(
          [...journeys].map(async ([point, journey]) =>
            wrong[point]!.push(...(await afterReload(journey, lane.database.url))),
          ),
        );
      }),
    );
    expect(Object.fromEntries(Object.entries(wrong).filter(([, found]) => found.length))).toEqual({});
  },
  ALL ? 900_000 : 240_000,
);
