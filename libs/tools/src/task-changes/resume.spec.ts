import { dayMs, fakeContext, NOW, PEOPLE, task, userOf } from '../../../../test/support/tool-context.js';
import { type LedgerEntry } from '../tool/tool.js';
import { type PreparedTask } from './new-task.js';
import { known } from './resume.js';

const MINUTE = 60_000;
const prepared = (name: string): PreparedTask => ({ list_id: '301', list: 'Sprint 42', body: { name }, wants: [] });
const twin = (id: string, name: string, creator = PEOPLE[0]!) =>
  task({ id, name, creator: userOf(creator), date_created: String(dayMs('2026-11-21')) });

/** What is known of tasks `a`, `b`, … whose entries are given. */
async function ask(entries: Partial<LedgerEntry>[], tasks: object[] = [], names = 'aab') {
  const context = fakeContext({ GetTasks: { tasks, last_page: true } });
  const noted: unknown[] = [];
  context.ledger = {
    ...context.ledger,
    read: () =>
      Promise.resolve(new Map(entries.map((entry, item) => [item, { digest: 'd', ageMs: 3 * MINUTE, ...entry }]))),
    made: (_, item, made) => Promise.resolve(void noted.push([item, made.id])),
    forget: (_, item) => Promise.resolve(void noted.push([item, 'again'])),
  };
  const found = await known(
    'key',
    [...names].map(prepared),
    [...names].map(() => 'd'),
    { ...context, now: NOW },
  );
  const said = [...found].map(([item, one]) => [
    item,
    'ref' in one ? one.ref : 'later' in one ? 'later' : one.error.message,
  ]);
  return { said, noted, asked: context.calls.length };
}

test('what was made is known without asking', async () => {
  expect(await ask([{ made: { id: 'x', ref: 'ENG-1' } }])).toEqual({ said: [[0, 'ENG-1']], noted: [], asked: 0 });
});

test('what another call may still be sending is left alone', async () => {
  const { said, asked } = await ask([{ busy: true, ageMs: MINUTE }], [twin('t1', 'a')]);
  expect([said, asked]).toEqual([[[0, 'later']], 0]);
});

test('one lost creation and one task of its name are a pair', async () => {
  expect(await ask([{ ageMs: 10 }], [twin('t1', 'a'), twin('t2', 'b')])).toMatchObject({
    said: [[0, 't1']],
    noted: [[0, 't1']],
  });
});

test('so are two and two, and those of other people or other items do not count', async () => {
  const there = [twin('t1', 'a'), twin('t2', 'a'), twin('t3', 'a', PEOPLE[1]), twin('t4', 'b')];
  const { said } = await ask([{}, {}, { made: { id: 't4', ref: 't4' } }], there);
  expect(said).toEqual([
    [2, 't4'],
    [0, 't1'],
    [1, 't2'],
  ]);
});

test('one task for two lost creations is nobody knows whose', async () => {
  const { said, noted } = await ask([{}, {}], [twin('t1', 'a')]);
  expect(said.map(([, text]) => text)).toEqual([
    expect.stringContaining('nobody knows'),
    expect.stringContaining('nobody knows'),
  ]);
  expect(noted).toEqual([]);
});

test('what is not there is sent again, but only when it cannot come any more', async () => {
  expect(await ask([{}])).toMatchObject({ said: [], noted: [[0, 'again']] });
  expect(await ask([{ ageMs: 100 }])).toMatchObject({
    said: [[0, 'later']],
    noted: [],
  });
});
