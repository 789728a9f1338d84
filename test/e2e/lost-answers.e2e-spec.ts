import { vaultOf } from '#libs/connections';
import { afterReload, aftermath } from '../support/aftermath.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Journey } from '../support/journey.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { type Interruption, type PostgresProxy, startPostgresProxy, type Write } from '../support/postgres-proxy.js';

// Fault 4: the connection to the database is cut, at every single write of everything that OAuth and the pages do.
const vault = vaultOf(Buffer.from('5e'.repeat(32), 'hex'));
let database: TestDatabase;
let proxy: PostgresProxy;
let app: TestApp;
let site: string;
beforeAll(async () => {
  database = await testDatabase();
  proxy = await startPostgresProxy(database.url);
  app = await startTestApp({ env: { DATABASE_URL: proxy.url, API_KEY_MODE: 'user_bound' } });
  site = app.url.replace('127.0.0.1', 'localhost');
});
afterAll(async () => {
  await app?.close();
  await proxy?.close();
  await database?.drop();
});

/** All writes of a whole journey, in order. */
async function rehearse(): Promise<Write[]> {
  const writes: Write[] = [];
  proxy.forget();
  proxy.onWrite = (write) => void writes.push(write);
  await new Journey(site, 'rehearsal').go();
  proxy.onWrite = () => undefined;
  return writes;
}

test.each<[Interruption['side'], string, (write: Write) => boolean]>([
  ['after', 'the answer to what lasts is lost', ({ lasts }) => lasts],
  ['before', 'nothing of it arrives', () => true],
])(
  '%s: %s: one session of one approval, one key of one form, no code good twice, and all can be begun anew',
  async (side, _, where) => {
    const points = (await rehearse()).filter(where);
    expect(points.length).toBeGreaterThan(12);
    const wrong: Record<string, string[]> = {};
    const journeys = new Map<string, Journey>();
    for (const [index, { name }] of points.entries()) {
      const journey = new Journey(site, `${side} ${index}`);
      let reached = false;
      proxy.forget();
      proxy.onWrite = (write) => (write.name === name ? { side, act: () => (reached = true) } : undefined);
      // How the journey ends does not matter: some cuts are not even noticed.
      await journey.go().catch(() => undefined);
      proxy.onWrite = () => undefined;
      journeys.set(name, journey);
      wrong[name] = [...(reached ? [] : ['not reached']), ...(await aftermath(journey, database.url, vault))];
    }
    await Promise.all(
      [...journeys].map(async ([name, journey]) => wrong[name]!.push(...(await afterReload(journey, database.url)))),
    );
    expect(Object.fromEntries(Object.entries(wrong).filter(([, found]) => found.length))).toEqual({});
  },
  180_000,
);
