import fc from 'fast-check';
import { jsonInSteps } from './json-in-steps.js';

function inSteps(text: string, pieceBytes?: number): { value: unknown; steps: number } {
  const parsing = jsonInSteps(Buffer.from(text), pieceBytes);
  for (let steps = 0; ; steps += 1) {
    const { done, value } = parsing.next();
    if (done) return { value, steps };
  }
}
const outcome = (parse: () => unknown) => {
  try {
    return { value: parse() };
  } catch (error) {
    return (error as Error).name;
  }
};
/** Keys in their order, which `toEqual` does not look at. */
const printed = (value: unknown) => JSON.stringify(value);

test('whatever is valid is the same as by JSON.parse, with the same order of keys', () =>
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 6 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat({ max: 3 }),
      (text, piece, spaces) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, spaces);
        const { value } = inSteps(spaced, piece);
        expect(printed(value)).toBe(printed(JSON.parse(spaced)));
        expect(value).toEqual(JSON.parse(spaced));
      },
    ),
    { numRuns: 1_000 },
  ));

test('whatever is broken is refused exactly where JSON.parse refuses it', () => {
  const token = fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '"a"',
    '"__proto__"',
    '"',
    '\\',
    '1',
    '-',
    'null',
    'x',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 14 }), fc.integer({ min: 1, max: 8 }), (tokens, piece) => {
      const text = tokens.join('');
      expect(outcome(() => inSteps(text, piece).value)).toEqual(outcome(() => JSON.parse(text)));
    }),
    { numRuns: 20_000 },
  );
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom(...'[]{},:"1 '),
      fc.integer({ min: 1, max: 8 }),
      (json, at, char, piece) => {
        const cut = at % (json.length + 1);
        for (const text of [json.slice(0, cut) + char + json.slice(cut), json.slice(0, cut) + json.slice(cut + 1)])
          expect(outcome(() => inSteps(text, piece).value)).toEqual(outcome(() => JSON.parse(text)));
      },
    ),
    { numRuns: 5_000 },
  );
});

test.each([
  '{"a":[1,2,],"b":1}',
  '{"a":[1]"b":2}',
  '[[1][2]]',
  '{"a" 1}',
  '{"a"[1,2]}',
  '[1,2]]',
  '[1] 2',
  '{"a":"b":[1]}',
])('%s is refused', (text) => expect(outcome(() => inSteps(text, 1).value)).toBe('SyntaxError'));

test('a name of the prototype is a property like any other, and the last of two equal names counts', () => {
  const text = '{"__proto__":[1,2,3],"a":[1,2],"a":{"__proto__":{"x":[1]}}}';
  const { value } = inSteps(text, 1);
  expect(printed(value)).toBe(printed(JSON.parse(text)));
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test('a page of many tasks takes many steps, and what is nested too deeply is refused', () => {
  const tasks = Array.from({ length: 100 }, (_, index) => ({
    id: String(index),
    text: 'ä'.repeat(5_000),
    tags: [1, 2],
  }));
  const { value, steps } = inSteps(JSON.stringify({ tasks, last_page: true }));
  expect(value).toEqual({ tasks, last_page: true });
  expect(steps).toBeGreaterThanOrEqual(10);
  expect(outcome(() => inSteps(`${'['.repeat(100_000)}`).value)).toBe('SyntaxError');
});
