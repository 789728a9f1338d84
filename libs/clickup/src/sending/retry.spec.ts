import { VERBS } from '#libs/core';
import fc from 'fast-check';
import { backoffMs, ruleOf } from './retry.js';

test('every verb has a rule; nothing sent means repeat, 429 means wait, whatever the verb', () => {
  for (const verb of VERBS) expect(ruleOf(verb).after).toMatchObject({ not_sent: 'repeat', throttled: 'wait' });
});

test('only reads and what sets a state is blindly repeated after it was sent', () => {
  const blind = VERBS.filter((verb) => ruleOf(verb).after.sent === 'repeat');
  expect(blind).toEqual(['get', 'list', 'search', 'delete', 'add', 'remove']);
  expect(VERBS.filter((verb) => ruleOf(verb).after.sent === 'ask')).toEqual(['create']);
});

test('full jitter from 0.5 s to 8 s', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.double({ min: 0, max: 0.999, noNaN: true }), (retry, random) => {
      const ceiling = Math.min(8_000, 500 * 2 ** retry);
      expect(backoffMs(retry, 500, () => random)).toBeCloseTo(random * ceiling);
    }),
  );
});
