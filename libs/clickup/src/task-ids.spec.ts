import { canonicalTaskId, isCustomTaskId, withTaskIds } from './task-ids.js';

it.each([
  ['86ABC', '86abc'],
  ['CU-86abc', '86abc'],
  ['cu-86ABC', '86abc'],
  ['ENG-123', 'ENG-123'],
  ['a/b', 'a/b'],
])('%s is one task, spelled %s', (given, one) => {
  expect(canonicalTaskId(given)).toBe(one);
});

it('tells custom ids by their form', () => {
  expect(['ENG-1', 'eng_x-12', '86abc', 'CU-86abc'].map(isCustomTaskId)).toEqual([true, true, false, false]);
});

const from = [
  { kind: 'task', id: 'ENG-1', custom: '9' },
  { kind: 'task', id: 'ENG-2', custom: '9' },
] as const;
const to = [
  { kind: 'task', id: 't1' },
  { kind: 'task', id: 't2' },
] as const;

it('puts the judged ids where tasks are named, nowhere else, and takes the flag away', () => {
  const call = {
    path: { task_id: 'ENG-1', tag_name: 'ENG-1' },
    query: { custom_task_ids: true, team_id: '9', depends_on: 'ENG-2' },
    body: { name: 'ENG-1', parent: 'ENG-2', custom_fields: [{ id: 'f', value: { add: ['ENG-2'], rem: [] } }] },
  };
  expect(withTaskIds(call, from, to)).toEqual({
    path: { task_id: 't1', tag_name: 'ENG-1' },
    query: { depends_on: 't2' },
    body: { name: 'ENG-1', parent: 't2', custom_fields: [{ id: 'f', value: { add: ['t2'], rem: [] } }] },
  });
});

it('leaves the flag while an id is still a custom one', () => {
  const query = { custom_task_ids: true, team_id: '9' };
  expect(withTaskIds({ path: { task_id: 'ENG-1' }, query }, from, from)).toMatchObject({
    path: { task_id: 'ENG-1' },
    query,
  });
});

it('leaves files alone', () => {
  const content = Buffer.from('t1');
  expect(withTaskIds({ body: { attachment: [{ content }] } }, from, to)).toMatchObject({
    body: { attachment: [{ content }] },
  });
});
