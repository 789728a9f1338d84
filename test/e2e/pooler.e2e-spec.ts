import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../../apps/gateway/src/database/migrate.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { describeIf } from '../support/needs.js';
import { poolerIsHere, type Pooler, startPooler } from '../support/pooler.js';
import { query, testDatabase, type TestDatabase } from '../support/postgres.js';

const quiet = { info: () => undefined, warn: () => undefined };
describeIf(poolerIsHere, 'pgbouncer is not installed (apt-get install pgbouncer)')(
  'behind a pooler in transaction mode',
  () => {
    let database: TestDatabase;
    let pooler: Pooler;
    const apps: TestApp[] = [];
    beforeAll(async () => {
      database = await testDatabase();
      pooler = await startPooler([database.url, await migrate({ url: database.url }, quiet)]);
    });
    afterAll(async () => {
      for (const app of apps) await app.close();
      await pooler.close();
      await database.drop();
    });

    /** Resolves to the log, once it says whether messages arrive. */
    const started = async (direct: string) => {
      const app = await startTestApp({
        env: { DATABASE_URL: pooler.through(database.url), DATABASE_URL_DIRECT: direct },
      });
      apps.push(app);
      while (!/messages of the database (arrive|do not arrive)/.test(app.log())) await sleep(20);
      return app.log();
    };

    test('the log says that revocations take their time, and which key mends it', async () => {
      const log = await started('');
      expect(log).toContain('messages of the database do not arrive: revocations take up to 30 seconds');
      expect(log).toContain('set DATABASE_URL_DIRECT');
    });

    test('with DATABASE_URL_DIRECT they arrive, at the login that the gateway works as', async () => {
      expect(await started(database.url)).toContain('messages of the database arrive');
      const logins = await query<{ usename: string }>(
        database.url,
        `SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name LIKE 'clickup-mcp listen %' AND datname = current_database()
       AND client_port IN (SELECT client_port FROM pg_stat_activity WHERE query ~ '^(LISTEN|SELECT 1$)')`,
      );
      expect(logins).toEqual([{ usename: expect.stringMatching(/^gateway_app_/) }]);
    });

    test('no lock of a migration stays behind on a connection of the pooler', async () => {
      const [held] = await query<{ count: number }>(
        database.url,
        `SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      expect(held).toEqual({ count: 0 });
    });
  },
);
