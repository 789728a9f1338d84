import { RetryBudget } from './retry-budget.js';

const repetitions = (budget: RetryBudget, requests: number, token = 'a') => {
  let granted = 0;
  for (let i = 0; i < requests; i += 1) {
    budget.deposit(token, 0);
    while (budget.withdraw(token, 0)) granted += 1;
  }
  return granted;
};

test('beyond the first 50, one repetition per five requests', () => {
  expect(repetitions(new RetryBudget(), 1_000)).toBeLessThanOrEqual(250);
  expect(repetitions(new RetryBudget(), 1_000)).toBeGreaterThanOrEqual(248);
});

test('two per second come back without any request', () => {
  const budget = new RetryBudget();
  repetitions(budget, 1);
  expect([budget.withdraw('a', 400), budget.withdraw('a', 900), budget.withdraw('a', 900)]).toEqual([
    false,
    true,
    false,
  ]);
});

test('tokens do not share', () => {
  const budget = new RetryBudget();
  repetitions(budget, 100, 'a');
  expect(budget.withdraw('b', 0)).toBe(true);
});
