import { countedStatus, tierOf } from './statuses.js';

test.each([
  ['active', 'premium'],
  ['trialing', 'premium'],
  ['past_due', 'free'],
  ['unpaid', 'free'],
  ['canceled', 'free'],
  ['incomplete', 'free'],
  ['incomplete_expired', 'free'],
  ['paused', 'free'],
  ['none', 'free'],
  ['a word of tomorrow', 'free'],
  [undefined, 'free'],
])('contract item 28: %s is %s', (status, tier) => {
  expect(tierOf(status)).toBe(tier);
});

test.each([
  [[], 'none'],
  [['canceled', 'active', 'past_due'], 'active'],
  [['canceled', 'past_due'], 'past_due'],
  [['incomplete_expired', 'canceled'], 'incomplete_expired'],
])('of %j it is %s that counts', (statuses, counted) => {
  expect(countedStatus(statuses)).toBe(counted);
});
