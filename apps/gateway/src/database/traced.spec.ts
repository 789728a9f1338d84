import { summaryOf } from './traced.js';
import '../app.module.js';

test.each([
  ['SELECT * FROM find_grant($1)', { operation: 'SELECT', procedure: 'find_grant' }],
  ['UPDATE access_grants SET used_at = now()', { operation: 'UPDATE', table: 'access_grants' }],
  [`INSERT INTO "jobs" (a) VALUES ('FROM clients')`, { operation: 'INSERT', table: 'jobs' }],
  [
    'WITH changed AS (UPDATE upstream_budgets SET version = 1 RETURNING 1) SELECT 1 FROM changed',
    { operation: 'UPDATE', table: 'upstream_budgets' },
  ],
  ["START TRANSACTION; SELECT set_config('app.tenant_id', '12345', true)", { operation: 'START' }],
  ['COMMIT', { operation: 'COMMIT' }],
  // Only names of ours are told: anything else may be a value.
  ["SELECT 1 FROM secret_of_somebody WHERE x = 'y'", { operation: 'SELECT' }],
  ['DO $$ begin end $$', { operation: 'STATEMENT' }],
  [undefined, { operation: 'STATEMENT' }],
])('%s', (statement, summary) => {
  expect(summaryOf(statement)).toEqual(summary);
});
