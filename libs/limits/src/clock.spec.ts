import { monotonic } from './clock.js';

test('a wall clock that is put back changes nothing', () => {
  const wall = jest.spyOn(Date, 'now');
  try {
    const before = monotonic.now();
    wall.mockReturnValue(0);
    expect(monotonic.now()).toBeGreaterThanOrEqual(before);
    expect(monotonic.now() - before).toBeLessThan(60_000);
  } finally {
    wall.mockRestore();
  }
});
