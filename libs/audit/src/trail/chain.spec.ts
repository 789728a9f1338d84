import { randomBytes } from 'node:crypto';
import { type AuditEvent, Chain, linked, Verifier } from '../index.js';
import { type AuditRow, encodeRow } from './row.js';

const secret = randomBytes(32);
const chain = new Chain('1', secret);
const DAY = '2026-11-29';
const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  event: 'call',
  tenant: '1',
  at: 1_764_438_321_123,
  decision: 'allowed',
  ...more,
});
const [{ mac: _, ...row }] = linked(chain, DAY, undefined, [event({ tool: 'ab', operation: 'c' })], () => null)
  .rows as [AuditRow & { mac: Buffer }];

test.each<[string, Partial<AuditRow>]>([
  ['a letter that moves to the next column', { tool: 'a', operation: 'bc' }],
  ['nothing and an empty text', { operation: '' }],
  ['one target that looks like two', { targets: ['a:b1:c'] }],
  ['two targets', { targets: ['a:b', '1:c'] }],
  ['a text of more bytes than letters', { tool: 'ä' }],
])('no two rows have the same bytes: %s', (_, change) => {
  const others = [{ targets: ['a:b', '1:c'] }, { targets: ['a:b1:c'] }, { tool: 'ab' }, { operation: 'c' }];
  const bytes = encodeRow('1', DAY, { ...row, ...change });
  for (const other of others)
    if (JSON.stringify({ ...row, ...other }) !== JSON.stringify({ ...row, ...change }))
      expect(encodeRow('1', DAY, { ...row, ...other })).not.toBe(bytes);
});

test('every column is under the MAC', () => {
  const mac = chain.link(Buffer.alloc(32), DAY, row);
  for (const column of Object.keys(row) as (keyof AuditRow)[]) {
    const value = column === 'targets' ? ['x:y'] : typeof row[column] === 'number' ? 99 : 'other';
    expect(chain.link(Buffer.alloc(32), DAY, { ...row, [column]: value })).not.toEqual(mac);
  }
  expect(chain.link(Buffer.alloc(32), '2026-11-30', row)).not.toEqual(mac);
  expect(chain.link(Buffer.alloc(32, 1), DAY, row)).not.toEqual(mac);
  expect(new Chain('2', secret).link(Buffer.alloc(32), DAY, row)).not.toEqual(mac);
  expect(new Chain('1', randomBytes(32)).link(Buffer.alloc(32), DAY, row)).not.toEqual(mac);
});

test('an id is hidden, the same within a Workspace and another in each', () => {
  expect(chain.target('task:86a')).toMatch(/^task:[\w-]{22}$/);
  expect(chain.target('task:86a')).toBe(new Chain('1', secret).target('task:86a'));
  expect(chain.target('task:86a')).not.toBe(new Chain('1', randomBytes(32)).target('task:86a'));
  const told = event({
    objects: ['task:86canary'],
    detail: { after: { write: { objects: ['space:90canary'] } }, n: 1 },
  });
  const { rows } = linked(chain, DAY, undefined, [told], () => null);
  expect(JSON.stringify(rows)).not.toContain('canary');
  expect(JSON.parse(rows[0]!.detail!)).toEqual({ after: { write: [expect.stringMatching(/^space:/)] }, n: 1 });
});

test('what a client says of itself can neither break a line nor be of any length', () => {
  const { rows } = linked(chain, DAY, undefined, [event({ client: `a\u0000\n${'x'.repeat(500)}` })], () => null);
  expect(rows[0]!.client).toMatch(/^a\?\?x{1,117}$/);
});

test('a day that was taken out between two others is found', () => {
  const days = ['2026-11-27', '2026-11-28', '2026-11-29'].reduce<ReturnType<typeof linked>[]>(
    (before, day) => [...before, linked(chain, day, before.at(-1)?.head, [event(), event()], () => null)],
    [],
  );
  const found = (some: typeof days) => {
    const verifier = new Verifier(chain);
    for (const { head, rows } of some) {
      verifier.begin({ ...head, mac: chain.seal(head) });
      for (const { mac, ...link } of rows) verifier.row(link, mac);
      verifier.end();
    }
    return verifier.findings;
  };
  expect(found(days)).toEqual([]);
  expect(found([days[0]!, days[2]!])).toEqual([
    { day: '2026-11-29', seq: 1, problem: 'was changed, or a day before it was removed' },
  ]);
});

test('rows that retention has removed are not missed, and those of a later day are', () => {
  const { head } = linked(chain, DAY, undefined, [event()], () => null);
  for (const [expired, findings] of [
    [true, 0],
    [false, 1],
  ] as const) {
    const verifier = new Verifier(chain);
    verifier.begin({ ...head, mac: chain.seal(head) }, { expired });
    verifier.end();
    expect(verifier.findings).toHaveLength(findings);
    expect(verifier.removed).toEqual(expired ? { days: 1, rows: 1 } : { days: 0, rows: 0 });
  }
});

test('of a day of which retention has removed some rows, an edit of those that are left is found', () => {
  const { head, rows } = linked(chain, DAY, undefined, [event(), event(), event(), event()], () => null);
  const found = (left: typeof rows) => {
    const verifier = new Verifier(chain);
    verifier.begin({ ...head, mac: chain.seal(head) }, { expired: true });
    for (const { mac, ...link } of left) verifier.row(link, mac);
    verifier.end();
    return [verifier.findings.map(({ seq }) => seq), verifier.removed.rows];
  };
  expect(found(rows.slice(2))).toEqual([[], 2]);
  expect(found(rows.slice(1, 3))).toEqual([[], 2]);
  expect(found([rows[2]!, { ...rows[3]!, tool: 'other' }])).toEqual([[4], 2]);
});
