import { type AuditQuestion, type EventPosition, searchEvents, usageOf } from '#libs/admin';
import { type AuditEvent, type AuditTrail } from '#libs/audit';
import { vaultOf } from '#libs/connections';
import { type DataSource } from 'typeorm';
import { openPool } from '../../../../test/support/pool.js';
import { query, type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { eraseActor } from './erase.js';
import { auditTrail } from './index.js';

const AT = Date.parse('2026-11-30T12:00:00Z');
let database: TestDatabase;
let pool: DataSource;
let trail: AuditTrail;
beforeAll(async () => {
  database = await testDatabase();
  pool = await openPool(database.url);
  trail = auditTrail(pool, vaultOf(Buffer.alloc(32, 7)), { warn: console.error });
  for (const event of EVENTS) trail.note(event);
  await trail.durable(event('2', { tool: 'get_task', person: '7', client: 'claude-ai 1.2' }));
  await trail.close();
});
afterAll(async () => {
  await pool.destroy();
  await database.drop();
});

const event = (tenant: string, more: Partial<AuditEvent>): AuditEvent => ({
  event: 'call',
  tenant,
  at: AT,
  decision: 'allowed',
  outcome: 'ok',
  requests: 2,
  ...more,
});
const EVENTS: readonly AuditEvent[] = [
  event('1', { tool: 'get_task', person: '7', client: 'claude-ai 1.2', at: AT }),
  event('1', { tool: 'get_task', person: '8', client: 'claude-ai 1.3', at: AT + 1 }),
  event('1', { tool: 'delete_task', person: '7', client: '100%_x', at: AT + 2, outcome: 'preview' }),
  event('1', {
    tool: 'delete_task',
    person: '7',
    at: AT + 3,
    decision: 'refused',
    layer: 'grant',
    outcome: 'forbidden',
  }),
  event('1', { tool: 'get_task', person: '7', client: 'claude-ai 1.2', at: AT + 4, outcome: 'clickup_not_found' }),
  event('1', { event: 'grant_made', person: '8', at: AT + 5, outcome: undefined, requests: undefined }),
];

/** Everything that is found, a page of two at a time, as the numbers of the events. */
async function found(question: AuditQuestion, order: 'newest' | 'oldest' = 'oldest'): Promise<number[]> {
  const all: number[] = [];
  let after: EventPosition | undefined;
  for (;;) {
    const page = await searchEvents(pool, '1', question, { order, limit: 2, after });
    all.push(...page.map(({ seq }) => seq));
    if (page.length < 2) return all;
    after = page.at(-1);
  }
}

test.each<[AuditQuestion, number[]]>([
  [{}, [1, 2, 3, 4, 5, 6]],
  [{ tool: 'delete_task' }, [3, 4]],
  [{ person: '7' }, [1, 3, 4, 5]],
  [{ person: '7', tool: 'get_task' }, [1, 5]],
  [{ person: 'nobody' }, []],
  [{ client: 'claude-ai' }, [1, 2, 5]],
  [{ client: 'claude-ai 1.3' }, [2]],
  [{ client: '100%' }, [3]],
  [{ client: '%' }, []],
  [{ client: 'claude-ai', tool: 'get_task', person: '7' }, [1, 5]],
  [{ client: 'nobody' }, []],
  [{ client: '100\u0000' }, []],
  [{ event: 'grant_made' }, [6]],
  [{ outcome: 'forbidden' }, [4]],
  [{ decision: 'refused' }, [4]],
  [{ from: new Date(AT + 1), to: new Date(AT + 4) }, [2, 3, 4]],
])('%j finds %j', async (question, numbers) => {
  expect(await found(question)).toEqual(numbers);
  expect(await found(question, 'newest')).toEqual([...numbers].reverse());
});

test('a beginning that very many names have finds the same', async () => {
  for (let n = 0; n < 60; n += 1) trail.note(event('3', { client: `many ${n}` }));
  await trail.durable(event('3', { client: 'few' }));
  const page = { order: 'newest', limit: 100 } as const;
  expect(await searchEvents(pool, '3', { client: 'many' }, page)).toHaveLength(60);
  expect((await searchEvents(pool, '3', { client: 'many 1' }, page)).map(({ seq }) => seq)).toEqual([
    20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 2,
  ]);
});

test('each filter has an index', async () => {
  const rows = await query<{ indexdef: string }>(
    database.url,
    `SELECT indexdef FROM pg_indexes WHERE tablename = 'audit_events'`,
  );
  for (const column of ['actor', 'tool', 'client', 'event', 'outcome', 'decision'])
    expect(rows.filter(({ indexdef }) => indexdef.includes(column))).not.toEqual([]);
});

const [FROM, TO] = ['2000-01-01', '2100-01-01'];
test('usage is counted by tool, with what was refused and what failed', async () => {
  expect(await usageOf(pool, '1', { from: FROM, to: TO, by: ['tool'] })).toEqual([
    { tool: 'get_task', calls: 3, refused: {}, failed: { clickup_not_found: 1 }, upstream_requests: 6 },
    { tool: 'delete_task', calls: 2, refused: { grant: 1 }, failed: {}, upstream_requests: 4 },
  ]);
});

test('usage is counted of one person, by client without its version and by day; none is counted of another Workspace', async () => {
  const rows = await usageOf(pool, '1', { from: FROM, to: TO, by: ['day', 'client'], person: '7' });
  expect(rows.map(({ client, calls }) => [client, calls])).toEqual([
    ['claude-ai', 2],
    ['', 1],
    ['100%_x', 1],
  ]);
  expect(rows[0]!.day).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(await usageOf(pool, '1', { from: FROM, to: TO, by: [], person: 'nobody' })).toEqual([]);
  expect(await usageOf(pool, '2', { from: FROM, to: TO, by: [] })).toMatchObject([{ calls: 1 }]);
});

test('who was erased is not found by their id any more, and what they did stays', async () => {
  expect(await eraseActor(pool, trail, '1', '8')).toBe(1);
  expect(await found({ person: '8' })).toEqual([]);
  expect((await found({})).slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
});
