import { type AuditEvent, type AuditHead, linked } from '#libs/audit';
import { vaultOf, withTenant } from '#libs/connections';
import { type DataSource } from 'typeorm';
import { openPool } from '../../../../test/support/pool.js';
import { execute, query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { AuditKeeper } from './audit-keeper.service.js';
import { AuditKeys } from './audit-keys.js';
import { storing } from './audit-statements.js';
import { verifyTenant } from './verify.js';

const TENANT = '1';
const DAY_MS = 86_400_000;
const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const dayBefore = (days: number) => new Date(today - days * DAY_MS).toISOString().slice(0, 10);
const DAYS = [33, 32, 31, 30].map(dayBefore);
const keys = new AuditKeys(vaultOf(Buffer.alloc(32, 7)));
let database: TestDatabase;
let pool: DataSource;

beforeAll(async () => {
  database = await testDatabase();
  pool = await openPool(database.url);
  for (const month of new Set(DAYS.map((day) => day.slice(0, 7))))
    await execute(
      database.url,
      `CREATE TABLE IF NOT EXISTS audit_months.m${month.replace('-', '')} PARTITION OF audit_events
       FOR VALUES FROM ('${month}-01') TO ('${nextMonth(month)}-01')`,
    );
  await withTenant(pool, TENANT, async (manager) => {
    const chain = await keys.storedOrNew(manager, TENANT);
    let head: AuditHead | undefined;
    for (const day of DAYS) {
      const events = Array.from({ length: 3 }, (): AuditEvent => ({
        ...{ event: 'call', tenant: TENANT, at: Date.parse(day), tool: 'get_task', outcome: 'ok', decision: 'allowed' },
      }));
      const made = linked(chain, day, head, events, () => null);
      head = made.head;
      await manager.query(storing(chain, made).join(';\n'));
    }
  });
});
afterAll(async () => {
  await pool.destroy();
  await database.drop();
});

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
const verified = async (retentionDays: number) => {
  const { rows, removed, findings } = await verifyTenant(pool, keys, TENANT, { retentionDays, anchored: [] });
  return { rows, removed, days: findings.map(({ day }) => day) };
};
const stored = async () =>
  (await query<{ day: string }>(database.url, 'SELECT DISTINCT day::text FROM audit_events ORDER BY day')).map(
    ({ day }) => day,
  );
const end = async (retentionDays: number, most: number) =>
  (await pool.query<[{ ended: number }]>('SELECT end_audit_days($1, $2) AS ended', [retentionDays, most]))[0].ended;

test('days go when retention is over for them, though their month stays; what is left is verified, and what is gone is said', async () => {
  expect(await verified(30)).toEqual({ rows: 12, removed: { days: 0, rows: 0 }, days: [] });
  // However few days are asked for, the last 30 stay; a few at a time, so that a day may be there in part.
  expect(await end(0, 2)).toBe(2);
  expect(await verified(30)).toEqual({ rows: 10, removed: { days: 1, rows: 2 }, days: [] });
  const warn = jest.fn();
  const log = { info: () => undefined, warn };
  await new AuditKeeper(pool, undefined as never, { AUDIT_RETENTION_DAYS: 30 }, log as never).daily();
  expect(warn).not.toHaveBeenCalled();
  expect(await end(30, 4)).toBe(0);
  expect(await stored()).toEqual(DAYS.slice(-1));
  expect(await verified(30)).toEqual({ rows: 3, removed: { days: 3, rows: 9 }, days: [] });
  // By a retention that is not over, somebody has removed them.
  expect((await verified(400)).days).toEqual(DAYS.slice(0, -1));
});

test('a day that is kept is missed when it is gone', async () => {
  await execute(database.url, 'DELETE FROM audit_events');
  expect(await verified(30)).toMatchObject({ removed: { days: 3 }, days: DAYS.slice(-1) });
});
