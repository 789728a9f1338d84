import { Creations } from './creations.js';

const begin = (all: Creations, { token = 'a', trace = 'task 1 x', work = 'same' } = {}) =>
  all.begin(token, trace, () => work);

test('what was answered belongs to somebody, whoever asks', () => {
  const all = new Creations();
  begin(all).answered('t1');
  const other = begin(all, { token: 'b', trace: 'task 2 y' });
  expect([other.owns('t1'), other.owns('t2')]).toEqual([true, false]);
});

test('counts those that may have made the same: not while one is under way, not when they differ, not those that are over', () => {
  const all = new Creations();
  const [one, two, three, elsewhere] = [
    begin(all),
    begin(all),
    begin(all),
    begin(all, { trace: 'task 2 x', work: 'other' }),
  ];
  expect([one.contenders(), elsewhere.contenders()]).toEqual([undefined, 1]);
  two.answered('t2');
  three.undone();
  expect(one.contenders()).toBe(1);
  const lost = begin(all);
  lost.lost();
  expect(one.contenders()).toBe(2);
  begin(all, { work: 'other' }).lost();
  expect(one.contenders()).toBeUndefined();
});

test('one that is asked about does not count as under way, one that is sent again does', () => {
  const all = new Creations();
  const [one, two] = [begin(all), begin(all)];
  two.unanswered();
  expect(one.contenders()).toBe(2);
  two.again();
  expect(one.contenders()).toBeUndefined();
});

test('an answer without an id stays a contender, unless what it made was claimed', () => {
  const all = new Creations();
  const [one, two, three] = [begin(all), begin(all), begin(all)];
  two.answered(undefined);
  three.claim('t3');
  three.answered(undefined);
  expect([one.contenders(), one.owns('t3')]).toEqual([2, true]);
});

test('a token that creates more than is written down finds nothing again, others do', () => {
  const all = new Creations();
  for (let i = 0; i <= 20_000; i += 1) begin(all, { trace: `task ${i}` }).answered(`t${i}`);
  expect([begin(all).contenders(), begin(all, { token: 'b', trace: 'task 2 y' }).contenders()]).toEqual([undefined, 1]);
});

test('is forgotten after a while', () => {
  const now = jest.spyOn(performance, 'now').mockReturnValue(0);
  try {
    const all = new Creations();
    begin(all).answered('t1');
    begin(all).lost();
    now.mockReturnValue(16 * 60_000);
    const later = begin(all);
    expect([later.contenders(), later.owns('t1')]).toEqual([1, false]);
  } finally {
    now.mockRestore();
  }
});
