import { Circuits } from './circuits.js';

const fail = (circuits: Circuits, token: string, times = 5, at = 0) => {
  for (let i = 0; i < times; i += 1) circuits.failed(token, at, circuits.admits(token, at) ?? 'normal');
};

test('what fails for one token is closed for that one only', () => {
  const circuits = new Circuits();
  fail(circuits, 'a');
  expect([circuits.isOpen('a', 1), circuits.admits('a', 1), circuits.isOpen('b', 1), circuits.admits('b', 1)]).toEqual([
    true,
    undefined,
    false,
    'normal',
  ]);
});

test('one success among the failures keeps it closed, and the success of a probe closes it', () => {
  const circuits = new Circuits();
  fail(circuits, 'a', 4);
  circuits.succeeded('a', 0);
  fail(circuits, 'a', 4);
  expect(circuits.isOpen('a', 0)).toBe(false);
  fail(circuits, 'a', 1);
  expect(circuits.admits('a', 1_000)).toBe('probe');
  circuits.succeeded('a', 1_000);
  expect([circuits.admits('a', 1_000), circuits.admits('a', 1_000)]).toEqual(['normal', 'normal']);
});

test('while three tokens fail and none succeeds all others are let through one at a time, and never wait for each other', () => {
  const circuits = new Circuits();
  fail(circuits, 'a');
  fail(circuits, 'b');
  expect(circuits.admits('z', 1)).toBe('normal');
  fail(circuits, 'c', 1);
  expect(['x', 'x', 'y', 'y'].map((token) => circuits.admits(token, 2))).toEqual([
    'probe',
    undefined,
    'probe',
    undefined,
  ]);
  circuits.failed('x', 3, 'probe');
  expect([circuits.isOpen('x', 4), circuits.isOpen('y', 4)]).toEqual([true, false]);
  circuits.succeeded('y', 5);
  expect([circuits.admits('y', 6), circuits.admits('new', 6), circuits.isOpen('x', 6)]).toEqual([
    'normal',
    'normal',
    true,
  ]);
});

test('a success in the last ten seconds, or failures that are older, leave nobody in doubt', () => {
  const circuits = new Circuits();
  circuits.succeeded('good', 0);
  for (const token of ['a', 'b', 'c']) fail(circuits, token, 1, 5_000);
  expect(circuits.admits('new', 9_999)).toBe('normal');
  expect(circuits.admits('new', 10_000)).toBe('probe');
  expect(circuits.admits('newer', 15_000)).toBe('normal');
});

test('it remembers 10,000 tokens that fail, those that failed last', () => {
  const circuits = new Circuits();
  for (let i = 0; i < 10_001; i += 1) fail(circuits, `t${i}`, 5, 0);
  expect([circuits.isOpen('t0', 1), circuits.isOpen('t10000', 1)]).toEqual([false, true]);
});
