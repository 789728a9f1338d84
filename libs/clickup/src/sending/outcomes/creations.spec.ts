import { type Creation, Creations } from './creations.js';

const begin = (all: Creations, { token = 'a', trace = 'task 1 x', work = 'same' } = {}) =>
  all.begin(token, trace, () => work);
const owns = async (creation: Creation, id: string) => (await creation.about([id])).owned.has(id);
const contenders = async (creation: Creation) => (await creation.about([])).contenders;

test('what was answered belongs to somebody, whoever asks', async () => {
  const all = new Creations();
  begin(all).answered('t1');
  const other = begin(all, { token: 'b', trace: 'task 2 y' });
  expect([await owns(other, 't1'), await owns(other, 't2')]).toEqual([true, false]);
});

test('counts those that may have made the same: not while one is under way, not when they differ, not those that are over', async () => {
  const all = new Creations();
  const [one, two, three, elsewhere] = [
    begin(all),
    begin(all),
    begin(all),
    begin(all, { trace: 'task 2 x', work: 'other' }),
  ];
  expect([await contenders(one), await contenders(elsewhere)]).toEqual([undefined, 1]);
  two.answered('t2');
  three.undone();
  expect(await contenders(one)).toBe(1);
  const lost = begin(all);
  lost.lost();
  expect(await contenders(one)).toBe(2);
  begin(all, { work: 'other' }).lost();
  expect(await contenders(one)).toBeUndefined();
});

test('one that is asked about does not count as under way, one that is sent again does', async () => {
  const all = new Creations();
  const [one, two] = [begin(all), begin(all)];
  two.unanswered();
  expect(await contenders(one)).toBe(2);
  await two.leaves();
  expect(await contenders(one)).toBeUndefined();
});

test('an answer without an id stays a contender, unless what it made was claimed', async () => {
  const all = new Creations();
  const [one, two, three] = [begin(all), begin(all), begin(all)];
  two.answered(undefined);
  await three.claim('t3');
  three.answered(undefined);
  expect([await contenders(one), await owns(one, 't3')]).toEqual([2, true]);
});

test('a token that creates more than is written down finds nothing again, others do', async () => {
  const all = new Creations();
  for (let i = 0; i <= 20_000; i += 1) begin(all, { trace: `task ${i}` }).answered(`t${i}`);
  expect([await contenders(begin(all)), await contenders(begin(all, { token: 'b', trace: 'task 2 y' }))]).toEqual([
    undefined,
    1,
  ]);
});

test('is forgotten after a while', async () => {
  const now = jest.spyOn(performance, 'now').mockReturnValue(0);
  try {
    const all = new Creations();
    begin(all).answered('t1');
    begin(all).lost();
    now.mockReturnValue(16 * 60_000);
    const later = begin(all);
    expect([await contenders(later), await owns(later, 't1')]).toEqual([1, false]);
  } finally {
    now.mockRestore();
  }
});
