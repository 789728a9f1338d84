import {
  bare,
  CredentialCache,
  GetSpaces,
  type JudgedCall,
  type Operation,
  OPERATIONS,
  shapeOf,
  type Target,
  targetsOf,
} from '#libs/clickup';
import { isRead } from '#libs/core';
import { Wall, type Whereabouts } from '#libs/permissions';
import { type z } from 'zod';
import { filled } from '../support/filled.js';

const pathOf = ({ path }: Operation) =>
  Object.fromEntries([...(path as string).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, 'x']));
const targetsIn = (row: Operation) => targetsOf(row, { path: pathOf(row) });

/** Whether an answer is one object, itself or in its only property, that says in which Space or Workspace it lies. */
function saysWhere({ response }: Operation): boolean {
  const propertiesOf = (schema: z.ZodType) => {
    const shape = shapeOf(bare(schema));
    return shape.kind === 'object' ? shape.properties : {};
  };
  const whole = propertiesOf(response as z.ZodType);
  const [only, another] = Object.values(whole);
  const object = only && !another ? propertiesOf(only) : whole;
  return 'id' in object && ['space', 'team_id', 'workspace_id'].some((name) => name in object);
}

const READS = OPERATIONS.filter((row) => {
  if (!isRead(row.verb) || row.targets) return false;
  const [target, another] = targetsIn(row);
  return target !== undefined && !another && !['workspace', 'user', 'guest'].includes(target.kind);
});

/** What the wall does before and after the read of something of another Workspace, which nobody has read before. */
async function judged(row: Operation) {
  let looked = 0;
  const whereabouts = (() => ({
    locate: (targets: Target[]) => {
      looked += targets.length;
      return Promise.resolve(targets.map((target) => ({ ...target, workspace: 'this' })));
    },
  })) as unknown as Whereabouts;
  const call = { path: pathOf(row), query: {}, body: undefined, read: { call: nothing } } as unknown as JudgedCall;
  const before = new Wall('this', whereabouts, new CredentialCache(1 << 20), 'c');
  await before.checkTargets(row, targetsIn(row), {
    ...call,
    path: { ...call.path, team_id: 'this', workspace_id: 'this' },
  });
  const after = new Wall('this', whereabouts, new CredentialCache(1 << 20), 'c');
  const answer = filled(row.response as z.ZodType, () => false, 0);
  const code = await Promise.resolve(after.filterAnswer(row, answer, call)).then(
    () => 'shown',
    (error: { code: string }) => error.code,
  );
  return { looked, code };
}
const nothing = (row: Operation) =>
  Promise.resolve(row === GetSpaces ? { spaces: [] } : { shared: { tasks: [], folders: [], lists: [] } });

test.each(READS.map((row) => [row.id, row] as const))(
  '%s is judged by its answer if that says where its object lies, and else looked up before',
  async (_, row) => {
    expect(await judged(row)).toEqual(
      saysWhere(row) ? { looked: 0, code: 'clickup_not_found' } : { looked: 1, code: 'shown' },
    );
  },
);
