import { type Admission, Circuit } from './circuit.js';

const failing = (circuit: Circuit, times: number, at = 0) => {
  for (let i = 0; i < times; i += 1) {
    expect(circuit.admits(at)).toBe('normal');
    circuit.failed(at, 'normal');
  }
};

test('opens after five failures in a row within ten seconds', () => {
  const circuit = new Circuit();
  failing(circuit, 4);
  expect(circuit.admits(0)).toBe('normal');
  circuit.failed(0, 'normal');
  expect(circuit.admits(499)).toBeUndefined();
  expect(circuit.isOpen(499)).toBe(true);
});

test('failures spread over more than ten seconds keep it closed', () => {
  const circuit = new Circuit();
  for (let at = 0; at < 100_000; at += 2_600) failing(circuit, 1, at);
  expect(circuit.isOpen(100_000)).toBe(false);
});

test('lets one probe through; its failure makes the pause half as long again, up to five seconds', () => {
  const circuit = new Circuit();
  failing(circuit, 5);
  let at = 0;
  for (const pause of [500, 750, 1_125, 1_687.5, 2_531.25, 3_796.875, 5_000, 5_000]) {
    expect(circuit.admits(at + pause - 1)).toBeUndefined();
    at += pause;
    expect([circuit.admits(at), circuit.admits(at), circuit.isOpen(at)]).toEqual(['probe', undefined, true]);
    circuit.failed(at, 'probe');
  }
});

test('a probe whose caller left frees the place for the next one', () => {
  const circuit = new Circuit();
  failing(circuit, 5);
  expect(circuit.admits(1_000)).toBe('probe');
  circuit.undecided('probe');
  expect(circuit.admits(1_000)).toBe('probe');
});

test('a probe that does not end keeps the place for five seconds', () => {
  const circuit = new Circuit();
  failing(circuit, 5);
  expect(circuit.admits(1_000)).toBe('probe');
  expect([circuit.admits(5_999), circuit.admits(6_000)]).toEqual([undefined, 'probe']);
});

test('stragglers that fail while it is open do not move the probe', () => {
  const circuit = new Circuit();
  for (let i = 0; i < 8; i += 1) expect(circuit.admits(0)).toBe('normal');
  for (let i = 0; i < 8; i += 1) circuit.failed(i < 5 ? 0 : 400, 'normal');
  expect(circuit.admits(500)).toBe('probe');
});

test('carefully, even a closed one lets one through at a time, and the first failure opens it', () => {
  const circuit = new Circuit();
  const two = (at: number): (Admission | undefined)[] => [circuit.admits(at, true), circuit.admits(at, true)];
  expect(two(0)).toEqual(['probe', undefined]);
  circuit.failed(10, 'probe');
  expect([circuit.isOpen(11), circuit.admits(509, true)]).toEqual([true, undefined]);
  expect(two(510)).toEqual(['probe', undefined]);
});
