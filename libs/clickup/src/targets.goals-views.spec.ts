import { CreateKeyResult, EditKeyResult, UpdateView } from './operations/index.js';
import { targetsOf } from './targets.js';

it('names the tasks and Lists that a target of a Goal counts', () => {
  const counted = [
    { kind: 'task', id: 't1' },
    { kind: 'list', id: '9' },
  ];
  const body = {
    name: 'x',
    owners: [],
    type: 'automatic',
    steps_start: 0,
    steps_end: 1,
    unit: '',
    task_ids: ['t1'],
    list_ids: ['9'],
  };
  expect(targetsOf(CreateKeyResult, { path: { goal_id: 'g1' }, body })).toEqual([
    { kind: 'goal', id: 'g1' },
    ...counted,
  ]);
  expect(
    targetsOf(EditKeyResult, {
      path: { key_result_id: 'k1' },
      body: { steps_current: 1, note: '', task_ids: ['t1'], list_ids: ['9'] },
    }),
  ).toEqual([{ kind: 'key_result', id: 'k1' }, ...counted]);
});

it('names the view and where it is moved to, and takes no parent of an unknown kind', () => {
  const to = (type: number) => targetsOf(UpdateView, { path: { view_id: 'v1' }, body: { parent: { id: '9', type } } });
  const view = { kind: 'view', id: 'v1' };
  expect([4, 5, 6].map(to)).toEqual(['space', 'folder', 'list'].map((kind) => [view, { kind, id: '9' }]));
  expect(UpdateView.body?.shape.parent.safeParse({ id: '9', type: 8 }).success).toBe(false);
});
