import fc from 'fast-check';
import { LARGE_BODIES } from '../../../test/support/large-bodies.js';
import { beyondShape, type Shape } from './json-shape.js';

const MOST: Shape = { depth: 64, values: 20_000, keys: 1_000 };

function judged(text: string, most: Shape = MOST) {
  const looking = beyondShape(Buffer.from(text), most);
  for (let steps = 0; ; steps += 1) {
    const { done, value } = looking.next();
    if (done) return { beyond: value, steps };
  }
}

/** The same by way of the value. */
function counted(value: unknown, level = 0): Shape {
  if (typeof value !== 'object' || value === null) return { depth: level, values: 0, keys: 0 };
  const members = Object.values(value).map((member) => counted(member, level + 1));
  return {
    depth: Math.max(level + 1, ...members.map(({ depth }) => depth)),
    values: 1 + Math.max(0, members.length - 1) + members.reduce((sum, { values }) => sum + values, 0),
    keys: Math.max(Array.isArray(value) ? 0 : members.length, ...members.map(({ keys }) => keys)),
  };
}

test('it counts in the bytes what is in the value, whatever its texts hold', () =>
  fc.assert(
    fc.property(fc.json({ maxDepth: 5, stringUnit: fc.constantFrom('"', '\\', '{', '[', ',', ':', 'ä') }), (text) => {
      const value: unknown = JSON.parse(text);
      const exact = counted(value);
      expect(judged(text, exact).beyond).toBeUndefined();
      for (const bound of ['depth', 'values', 'keys'] as const)
        if (exact[bound] > 0) expect(judged(text, { ...exact, [bound]: exact[bound] - 1 }).beyond).toBe(bound);
    }),
    { numRuns: 2_000 },
  ));

test('what is long is looked at in steps; what is too much, is refused without looking at the rest', () => {
  const bytes = 4 << 20;
  expect(judged(' '.repeat(bytes)).steps).toBe(63);
  expect(judged(`"${'\\"'.repeat(bytes / 2)}"`).steps).toBe(64);
  expect(judged(`[${'1,'.repeat(bytes / 2)}1]`)).toEqual({ beyond: 'values', steps: 0 });
});

test.each(Object.entries(LARGE_BODIES).filter(([name]) => !/may be$/.test(name)))(
  'of %s, nothing is left that would be slow to walk',
  (_, make) => {
    const body = make();
    if (judged(body).beyond) return;
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      return;
    }
    expect(counted(value).values).toBeLessThan(20_000);
  },
);
