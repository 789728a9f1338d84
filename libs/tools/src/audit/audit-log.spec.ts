import { type Call, fakeContext, input, NOW } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { auditLog } from './audit-log.js';

const event = (index: number, overrides: object = {}) => ({
  id: `e${index}`,
  userId: '2',
  eventType: 'USER_LOGIN',
  eventStatus: 'success',
  timestamp: NOW - Math.floor(index / 3) * 1000,
  details: { method: 'password' },
  ...overrides,
});
/** Newest first; several of one millisecond, so that a page can end among them. */
const EVENTS = Array.from({ length: 250 }, (_, index) => event(index));
interface Body {
  pagination: { pageRows: number; pageTimestamp?: number };
  filter: object;
}
const asked: Body[] = [];
const context = () =>
  fakeContext({
    queryAuditLog: ({ body }: Call) => {
      const { pagination, filter } = body as unknown as Body;
      asked.push({ pagination, filter });
      const { pageRows, pageTimestamp = Infinity } = pagination;
      return { data: EVENTS.filter(({ timestamp }) => timestamp < pageTimestamp).slice(0, pageRows) };
    },
  });
const read = (args: Record<string, unknown> = {}) => auditLog.handler(input(auditLog, args), context());

test('who did what, when', async () => {
  const { columns, rows, scope } = await read();
  expect([columns, rows[0], scope]).toEqual([
    ['time', 'person', 'event', 'about'],
    ['2026-11-21T13:00+01:00', 'Sarah Lee', 'USER_LOGIN', '{"method":"password"}'],
    'audit log; not complete',
  ]);
});

test('pages lose and repeat nothing, even among events of one millisecond', async () => {
  let shown = 0;
  let cursor: string | undefined;
  do {
    const page = await read(cursor ? { cursor } : {});
    shown += page.rows.length;
    cursor = page.next_cursor;
  } while (cursor);
  expect(shown).toBe(EVENTS.length);
});

test('a period of whole days, people and events by name', async () => {
  const { scope } = await read({ range: '2026-11-20..2026-11-20', people: ['me'], events: ['user login'] });
  expect(asked.at(-1)!.filter).toEqual({
    startTime: Date.parse('2026-11-20T00:00:00+01:00'),
    endTime: Date.parse('2026-11-21T00:00:00+01:00') - 1,
    userId: ['1'],
    eventType: ['USER_LOGIN'],
  });
  expect(scope).toMatch(/2026-11-20 .*; people: me; events: USER_LOGIN/);
});

test.each([
  [{ events: ['bananas'] }, /^events: there is no event "bananas"\. Some there are: USER_LOGIN/],
  [{ range: 'none' }, /^range: /],
  [{ people: ['Nobody'] }, /^people: /],
])('%j is refused', async (args, message) => expect(read(args)).rejects.toThrow(message));

example(auditLog, { range: 'today' });
