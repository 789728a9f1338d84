import { type JudgedCall, type Operation, operation, type Target } from '#libs/clickup';
import { z } from 'zod';
import { lacksWrite, type Located, ofToken, Permissions, type Policy } from './index.js';

const row = (
  id: string,
  verb: Operation['verb'],
  more: Partial<Pick<Operation, 'toolset' | 'risk' | 'workspaceWide'>> = {},
) =>
  operation({
    id,
    method: 'POST',
    path: '/api/v2/task/{task_id}',
    verb: verb as 'update',
    toolset: 'tasks',
    summary: 'x',
    response: z.object({}),
    ...more,
  }) as Operation;
const TASK: Target = { kind: 'task', id: 't' };
type Resolve = (targets: readonly Target[]) => Promise<Located[]>;
const found: Resolve = jest.fn((targets) =>
  Promise.resolve(targets.map(({ kind, id }) => ({ kind, id, list: 'l1', space: 's1' }))),
);
const OPERATOR: Policy = { mode: 'write' };
const judge = (policies: Policy[], resolve?: Resolve, operator = OPERATOR) => {
  const permissions = new Permissions(operator);
  const authorize = permissions.authorizer(
    permissions.granted(policies),
    resolve &&
      (() => ({
        locate: (targets) => resolve(targets),
        climb: (located) => Promise.resolve([...located]),
        subfolders: () => Promise.resolve([]),
        subtasks: () => Promise.resolve([]),
        seen: () => undefined,
        forget: () => undefined,
      })),
  );
  return async (operation: Operation, targets: readonly Target[]) => authorize(operation, targets, {} as JudgedCall);
};
const ONLY: Policy = { mode: 'selective', write: { spaces: [], folders: [], lists: ['l1'] } };

beforeEach(() => jest.clearAllMocks());

test('names the operation it refused, and why', async () => {
  await expect(judge([{ mode: 'read' }])(row('DeleteTask', 'delete'), [TASK])).rejects.toMatchObject({
    code: 'forbidden',
    message: 'Not allowed: this connection is read-only.',
    details: { operation: 'DeleteTask', reason: 'this connection is read-only' },
  });
  await expect(judge([{ mode: 'write' }])(row('DeleteTask', 'delete'), [])).resolves.toMatchObject({ targets: [] });
});

test('asks where things lie only when that decides', async () => {
  await judge([{ mode: 'write' }], found)(row('UpdateTask', 'update'), [TASK]);
  await expect(judge([{ mode: 'read' }], found)(row('UpdateTask', 'update'), [TASK])).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(
    judge([ONLY], found)(row('EditSpaceTag', 'update', { workspaceWide: true }), [TASK]),
  ).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(found).not.toHaveBeenCalled();
  await judge([ONLY], found)(row('UpdateTask', 'update'), [TASK]);
  expect(found).toHaveBeenCalledTimes(1);
});

test('a read is judged by its risk, whatever tool sends it, and by nothing that would cost a look-up', async () => {
  const risky = judge([{ mode: 'write', risks: ['normal'] }, ONLY], found);
  await expect(risky(row('queryAuditLog', 'search', { risk: 'admin', toolset: 'audit' }), [])).rejects.toMatchObject({
    code: 'forbidden',
    details: { operation: 'queryAuditLog', reason: 'operations of the risk admin were not granted' },
  });
  await risky(row('GetTask', 'get'), [TASK]);
  expect(found).not.toHaveBeenCalled();
});

test('without somebody who knows where things lie nothing is inside', async () => {
  await expect(judge([ONLY])(row('UpdateTask', 'update'), [TASK])).rejects.toMatchObject({
    details: { reason: 'it is not known where this lies' },
  });
});

test('nothing below widens what the operator allows', async () => {
  for (const operator of [
    { mode: 'read' },
    { mode: 'selective', write: { spaces: ['s2'], folders: [], lists: [] } },
  ] satisfies Policy[]) {
    await expect(
      judge([{ mode: 'write' }], found, operator)(row('UpdateTask', 'update'), [TASK]),
    ).rejects.toMatchObject({ code: 'forbidden' });
  }
});

test('the layers of a grant are made once', () => {
  const permissions = new Permissions(OPERATOR);
  const granted = [ONLY];
  expect(permissions.granted(granted)).toBe(permissions.granted(granted));
  expect(permissions.granted(granted)).toEqual([OPERATOR, ONLY]);
});

test.each<[string[] | undefined, boolean]>([
  [undefined, false],
  [['read', 'write'], false],
  [['write'], false],
  [['read'], true],
  [[], true],
])('a token with the scopes %j lacks writing: %s', (scopes, lacks) => {
  const token = scopes ? { scopes } : {};
  expect(lacksWrite(token)).toBe(lacks);
  expect(ofToken([OPERATOR], token)).toEqual(lacks ? [OPERATOR, { layer: 'token', mode: 'read' }] : [OPERATOR]);
});
