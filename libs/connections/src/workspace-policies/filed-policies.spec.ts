import { type Policy } from '#libs/permissions';
import { type DataSource } from 'typeorm';
import { type Invalidations } from '../invalidations.service.js';
import { WorkspacePolicies } from './workspace-policies.service.js';

const OWN: Policy = { layer: 'workspace', mode: 'read' };
const OTHERS: Policy = { layer: 'workspace', mode: 'write', disabledTools: ['delete_task'] };
const asked: unknown[] = [];
const database = { query: (sql: string) => (asked.push(sql), Promise.resolve([])) } as unknown as DataSource;
const invalidations = { subscribe: () => undefined, stillHolds: () => true } as unknown as Invalidations;
const policies = (filed: [string, Policy][]) => new WorkspacePolicies(database, invalidations, new Map(filed));

beforeEach(() => void asked.splice(0));

test('what is in the file holds without a question to the database, for those without a Workspace too', async () => {
  const both = policies([
    ['12345', OWN],
    ['*', OTHERS],
  ]);
  expect(both.remembered('12345')).toBe(OWN);
  expect(both.remembered('67890')).toBe(OTHERS);
  expect(both.remembered(undefined)).toBe(OTHERS);
  expect(await both.of('12345')).toBe(OWN);
  expect(asked).toEqual([]);
});

test('whom the file does not name is looked up once', async () => {
  const one = policies([['12345', OWN]]);
  expect(one.remembered('67890')).toBeUndefined();
  expect(one.remembered(undefined)).toBeNull();
  expect(await Promise.all([one.of('67890'), one.of('67890')])).toEqual([null, null]);
  expect(one.remembered('67890')).toBeNull();
  expect(asked).toHaveLength(1);
});
