import { Circuit } from './circuit.js';

const failing = (circuit: Circuit, times: number, at = 0) => {
  for (let i = 0; i < times; i += 1) {
    expect(circuit.admits(at)).toBe(true);
    circuit.failed(at);
  }
};

test('opens after five failures in a row within ten seconds', () => {
  const circuit = new Circuit();
  failing(circuit, 4);
  expect(circuit.admits(0)).toBe(true);
  circuit.failed(0);
  expect(circuit.admits(999)).toBe(false);
  expect(circuit.isOpen(999)).toBe(true);
});

test('one success among them keeps it closed', () => {
  const circuit = new Circuit();
  failing(circuit, 4);
  circuit.succeeded();
  failing(circuit, 4);
  expect(circuit.isOpen(0)).toBe(false);
});

test('failures spread over more than ten seconds keep it closed', () => {
  const circuit = new Circuit();
  for (let at = 0; at < 100_000; at += 2_600) failing(circuit, 1, at);
  expect(circuit.isOpen(100_000)).toBe(false);
});

test('lets one probe through; its success closes, its failure doubles the pause up to five seconds', () => {
  const circuit = new Circuit();
  failing(circuit, 5);
  let at = 0;
  for (const pause of [1_000, 2_000, 4_000, 5_000, 5_000]) {
    expect(circuit.admits(at + pause - 1)).toBe(false);
    at += pause;
    expect([circuit.admits(at), circuit.admits(at), circuit.isOpen(at)]).toEqual([true, false, true]);
    circuit.failed(at);
  }
  at += 5_000;
  expect(circuit.admits(at)).toBe(true);
  circuit.succeeded();
  expect([circuit.admits(at), circuit.admits(at)]).toEqual([true, true]);
});

test('a probe whose caller left frees the place for the next one', () => {
  const circuit = new Circuit();
  failing(circuit, 5);
  expect(circuit.admits(1_000)).toBe(true);
  circuit.undecided();
  expect(circuit.admits(1_000)).toBe(true);
});

test('stragglers that fail while it is open do not move the probe', () => {
  const circuit = new Circuit();
  for (let i = 0; i < 8; i += 1) expect(circuit.admits(0)).toBe(true);
  for (let i = 0; i < 8; i += 1) circuit.failed(i < 5 ? 0 : 900);
  expect(circuit.admits(1_000)).toBe(true);
});
