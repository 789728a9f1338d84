import { Leaving, type LeavingSignal } from './leaving.js';

const MADE: Readonly<Record<string, () => { signal: LeavingSignal; abort: () => void }>> = {
  Leaving: () => {
    const leaving = new Leaving();
    return { signal: leaving, abort: () => leaving.abort() };
  },
  'its AbortSignal': () => {
    const leaving = new Leaving();
    return { signal: leaving.toAbortSignal(), abort: () => leaving.abort() };
  },
  AbortController: () => new AbortController(),
};

describe.each(Object.entries(MADE))('%s', (_, make) => {
  test('tells each listener once, and no one who was taken away, by another listener too', () => {
    const made = make();
    const told: string[] = [];
    const gone = () => told.push('gone');
    const object = { handleEvent: () => told.push('object') };
    made.signal.addEventListener('abort', () => {
      told.push('function');
      made.signal.removeEventListener('abort', gone);
    });
    made.signal.addEventListener('abort', object);
    made.signal.addEventListener('abort', object);
    made.signal.addEventListener('abort', gone);
    expect(made.signal.aborted).toBe(false);
    made.abort();
    made.abort();
    expect(made.signal.aborted).toBe(true);
    expect(told).toEqual(['function', 'object']);
    made.signal.addEventListener('abort', () => told.push('late'));
    made.abort();
    expect(told).toEqual(['function', 'object']);
  });
});

test('an AbortSignal that is made late has fired already', () => {
  const leaving = new Leaving();
  leaving.abort();
  expect(leaving.toAbortSignal().aborted).toBe(true);
});
