import { type Policy } from '#libs/permissions';
import { type DataSource } from 'typeorm';
import { type Caller } from '../caller.js';
import { type Invalidations } from '../invalidations.service.js';
import { type KillSwitch, KillSwitches } from '../kill-switches/kill-switches.service.js';
import { WorkspacePolicies } from '../workspace-policies/workspace-policies.service.js';
import { Bounds } from './bounds.service.js';

const CALLER: Caller = { kind: 'session', id: 'g', policies: [{ mode: 'write' }], workspaceId: '1', clientId: 'c' };
const invalidations = { subscribe: () => undefined, stillHolds: () => true } as unknown as Invalidations;

/** What holds, with a database that answers with these switches. */
async function bounds(policy: Policy | undefined, off: readonly Partial<KillSwitch>[] = []) {
  const database = { query: () => Promise.resolve(off) } as unknown as DataSource;
  const switches = new KillSwitches(database, invalidations);
  await switches.ready();
  return new Bounds(new WorkspacePolicies(database, invalidations, new Map(policy ? [['*', policy]] : [])), switches);
}
const of = async (policy: Policy | undefined, off: readonly Partial<KillSwitch>[], caller = CALLER) =>
  (await bounds(policy, off)).of(caller);

test('without a policy and switches a caller stays the very same, and is made no promise', async () => {
  const free = await bounds(undefined);
  const unbound: Caller = { kind: 'global_key', id: 'k', policies: [] };
  expect(free.of(unbound)).toBe(unbound);
});

test('the layers of the Workspace come before those of the grant, in one object as long as nothing changes', async () => {
  const policy: Policy = { layer: 'workspace', mode: 'read' };
  const bound = await bounds(policy, [{ kind: 'tool', target: 'delete_task', workspaceId: null }]);
  const caller = await bound.of(CALLER);
  expect(caller.policies).toEqual([
    policy,
    { layer: 'kill switch', mode: 'write', disabledTools: ['delete_task'] },
    { mode: 'write' },
  ]);
  expect(bound.of(CALLER)).toBe(caller);
});

test.each<[string, Partial<KillSwitch>, boolean]>([
  ['its Workspace', { kind: 'workspace', target: '1', workspaceId: '1' }, true],
  ['another Workspace', { kind: 'workspace', target: '2', workspaceId: '2' }, false],
  ['its client here', { kind: 'client', target: 'c', workspaceId: '1' }, true],
  ['its client elsewhere', { kind: 'client', target: 'c', workspaceId: '2' }, false],
  ['its client everywhere', { kind: 'client', target: 'c', workspaceId: null }, true],
  ['its kind of credential', { kind: 'client', target: 'session', workspaceId: '1' }, true],
  ['another client', { kind: 'client', target: 'd', workspaceId: null }, false],
  ['a tool', { kind: 'tool', target: 'c', workspaceId: '1' }, false],
])('%s is switched off', async (_, off, out) => {
  const caller = of({ layer: 'workspace', mode: 'write' }, [{ reason: 'incident', ...off }]);
  if (out) await expect(caller).rejects.toMatchObject({ code: 'forbidden', details: { layer: 'kill switch' } });
  else expect(await caller).toMatchObject({ id: 'g' });
});

test.each<[readonly string[], boolean]>([
  [['c'], true],
  [['session'], true],
  [['api_key', 'd'], false],
  [[], false],
])('of the clients %j: let in %s', async (clients, letIn) => {
  const caller = of({ layer: 'workspace', mode: 'write', clients }, []);
  if (letIn) expect(await caller).toMatchObject({ id: 'g' });
  else await expect(caller).rejects.toMatchObject({ code: 'forbidden', details: { layer: 'client list' } });
});
