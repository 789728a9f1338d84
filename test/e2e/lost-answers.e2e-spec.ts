import { vaultOf } from '#libs/connections';
import { afterReload, aftermath } from '../support/aftermath.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Journey } from '../support/journey.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { type Interruption, type PostgresProxy, startPostgresProxy, type Write } from '../support/postgres-proxy.js';

// Fault 4: the connection to the database is cut, at every single write of everything that OAuth and the pages do.
const vault = vaultOf(Buffer.from('5e'.repeat(32), 'hex'));

/** A gateway whose connections to its database can be cut. */
class Site {
  private constructor(
    readonly database: TestDatabase,
    private readonly proxy: PostgresProxy,
    private readonly app: TestApp,
  ) {}

  static async open(): Promise<Site> {
    const database = await testDatabase();
    const proxy = await startPostgresProxy(database.url);
    return new Site(
      database,
      proxy,
      await startTestApp({ env: { DATABASE_URL: proxy.url, API_KEY_MODE: 'user_bound' } }),
    );
  }

  journey(name: string): Journey {
    return new Journey(this.app.url.replace('127.0.0.1', 'localhost'), name);
  }

  /** All writes of a whole journey, in order. */
  async rehearse(): Promise<Write[]> {
    const writes: Write[] = [];
    this.proxy.forget();
    this.proxy.onWrite = (write) => void writes.push(write);
    await this.journey('rehearsal').go();
    this.proxy.onWrite = () => undefined;
    return writes;
  }

  /** Cuts the connection at the write of this name. @returns what is wrong afterwards */
  async cutAt(name: string, side: Interruption['side'], journey: Journey): Promise<string[]> {
    let reached = false;
    this.proxy.forget();
    this.proxy.onWrite = (write) => (write.name === name ? { side, act: () => (reached = true) } : undefined);
    // How the journey ends does not matter: some cuts are not even noticed.
    await journey.go().catch(() => undefined);
    this.proxy.onWrite = () => undefined;
    return [...(reached ? [] : ['not reached']), ...(await aftermath(journey, this.database.url, vault))];
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.proxy.close();
    await this.database.drop();
  }
}

let site: Site;
/** What is written the first time only that somebody comes, and what whenever somebody does. */
let [once, always]: Write[][] = [];
beforeAll(async () => {
  site = await Site.open();
  const [first, again] = [await site.rehearse(), await site.rehearse()];
  const among = (writes: Write[]) => (write: Write) => writes.some(({ name }) => name === write.name);
  always = again.filter(among(first));
  // That a grant was used is noted at a time of its own.
  once = first.filter((write) => !among(again)(write) && !write.name.includes('SET last_used_at'));
}, 60_000);
afterAll(() => site?.close());

test.each<[Interruption['side'], string, (write: Write) => boolean]>([
  ['after', 'the answer to what lasts is lost', ({ lasts }) => lasts],
  ['before', 'nothing of it arrives', () => true],
])(
  '%s: %s: one session of one approval, one key of one form, no code good twice, and all can be begun anew',
  async (side, _, where) => {
    const [points, atFirst] = [always!.filter(where), once!.filter(where)];
    expect(points.length + atFirst.length).toBeGreaterThan(12);
    const wrong: Record<string, string[]> = {};
    const journeys = new Map<string, Journey>();
    for (const [index, { name }] of points.entries()) {
      const journey = site.journey(`${side} ${index}`);
      wrong[name] = await site.cutAt(name, side, journey);
      journeys.set(name, journey);
    }
    await Promise.all(
      [...journeys].map(async ([name, journey]) =>
        wrong[name]!.push(...(await afterReload(journey, site.database.url))),
      ),
    );
    for (const { name } of atFirst) wrong[name] = await cutAtFirst(name, side);
    expect(Object.fromEntries(Object.entries(wrong).filter(([, found]) => found.length))).toEqual({});
  },
  180_000,
);

/** Where nobody has come before. */
async function cutAtFirst(name: string, side: Interruption['side']): Promise<string[]> {
  const fresh = await Site.open();
  const journey = fresh.journey(`${side} at first`);
  const wrong = await fresh.cutAt(name, side, journey);
  wrong.push(...(await afterReload(journey, fresh.database.url)));
  await fresh.close();
  return wrong;
}
