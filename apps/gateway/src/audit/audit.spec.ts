import { type AuditEvent, type AuditTrail } from '#libs/audit';
import { vaultOf, withTenant } from '#libs/connections';
import { type DataSource } from 'typeorm';
import { openPool } from '../../../../test/support/pool.js';
import { query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { auditTrail } from './index.js';

const vault = vaultOf(Buffer.alloc(32, 7));
const warnings: unknown[] = [];
const log = { warn: (...said: unknown[]) => void warnings.push(said) };
let database: TestDatabase;
let pool: DataSource;
let trail: AuditTrail;
beforeAll(async () => {
  database = await testDatabase();
  pool = await openPool(database.url);
  trail = auditTrail(pool, vault, log as never);
});
afterAll(async () => {
  await trail.close();
  await pool.destroy();
  await database.drop();
});

const event = (tenant: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  event: 'call',
  tenant,
  at: 1_764_438_321_123,
  decision: 'allowed',
  ...more,
});
const stored = (tenant: string) =>
  query<{ seq: number; tool: string; actor: string; session: string; targets: string[] }>(
    database.url,
    'SELECT * FROM audit_events WHERE tenant_id = $1 ORDER BY day, seq',
    [tenant],
  );

test('events are stored in the order in which they were told', async () => {
  trail.note(event('1', { tool: 'a', grant: 'g', person: '7', objects: ['task:canary'] }));
  trail.note(event('1', { tool: 'b', grant: 'g', person: '7', objects: ['task:canary'] }));
  await trail.durable(event('1', { tool: "c'\\", person: '8' }));
  const rows = await stored('1');
  expect(warnings).toEqual([]);
  expect(rows.map(({ seq, tool }) => [seq, tool])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, "c'\\"],
  ]);
  expect(rows[0]!.actor).toBe(rows[1]!.actor);
  expect(rows[0]!.actor).not.toBe(rows[2]!.actor);
  expect(rows[0]!.targets).toEqual(rows[1]!.targets);
  expect(JSON.stringify(rows)).not.toContain('canary');
});

test('what is recorded in a transaction is stored with it, or not at all', async () => {
  await withTenant(pool, '2', (manager) => trail.inTransaction(manager, [event('2', { tool: 'kept' })]));
  await expect(
    withTenant(pool, '2', async (manager) => {
      await trail.inTransaction(manager, [event('2', { tool: 'undone' })]);
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  await trail.durable(event('2', { tool: 'next' }));
  expect((await stored('2')).map(({ seq, tool }) => [seq, tool])).toEqual([
    [1, 'kept'],
    [2, 'next'],
  ]);
});
