import { Form } from '#libs/web';
import { chosenExpiry, offeredExpiry } from './expiry.js';

const DAY = 24 * 3600;
const chosen = (expires_days: string | undefined, cap?: number) =>
  chosenExpiry(new Form({ expires_days }), { API_KEY_MAX_AGE_DAYS: cap });

test.each([
  [undefined, [7, 30, 90, 365], true],
  [1, [1], false],
  [7, [7], false],
  [60, [7, 30, 60], false],
  [365, [7, 30, 90, 365], false],
  [3650, [7, 30, 90, 365, 3650], false],
])('under a cap of %p days a key may hold for %j days, or without end: %p', (cap, days, never) =>
  expect(offeredExpiry({ API_KEY_MAX_AGE_DAYS: cap })).toEqual({ days, never }),
);

test('nothing chosen is the longest life', () => {
  expect(chosen('')).toBeUndefined();
  expect(chosen('', 10)).toBe(10 * DAY);
  expect(chosen('7', 10)).toBe(7 * DAY);
  expect(() => chosen('30', 10)).toThrow('One of the fields holds a value that is not possible there');
});
