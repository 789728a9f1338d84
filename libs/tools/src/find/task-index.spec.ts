import { type Task } from '#libs/clickup';
import { NOW, task } from '../../../../test/support/tool-context.js';
import { TaskIndex } from './task-index.js';

const indexOf = (...tasks: Partial<Task>[]): TaskIndex => {
  const index = new TaskIndex();
  index.put(tasks.map(task), NOW);
  return index;
};
const found = (index: TaskIndex, text: string) => index.search(text).map(({ task: { id }, fits }) => `${id} ${fits}`);

test('all words come before what resembles, the very name first', () => {
  const index = indexOf(
    { id: 'a', name: 'Refactor the login component of the shop' },
    { id: 'b', name: 'Refactor Login Component' },
    { id: 'c', name: 'Refactor logout component' },
    { id: 'd', name: 'Buy cake' },
  );
  expect(found(index, 'Refactor Login Component')).toEqual(['b all', 'a all']);
  expect(found(index, 'Refactor Login Componnt')).toEqual(['b some', 'a some']);
  expect(found(index, 'Refactor Login Copies')).toEqual(['b some', 'a some']);
  expect(found(index, 'login')).toEqual(['b all', 'a all']);
  expect(found(index, 'refactr login')).toEqual(['b some', 'a some']);
  expect(found(index, 'zebra')).toEqual([]);
});

test('custom ids, tags and people are words, too', () => {
  const index = indexOf(
    { id: 'a', custom_id: 'ENG-7', name: 'One', tags: [{ name: 'q1-review' }] as Task['tags'] },
    { id: 'b', custom_id: 'ENG-77', name: 'Two' },
  );
  expect(found(index, 'eng-7')[0]).toBe('a all');
  expect(found(index, 'q1 review')).toEqual(['a all']);
  expect(index.get('eng-77')?.id).toBe('b');
});

test('a changed task is found by its new name alone, a dropped one and its subtasks not at all', () => {
  const index = indexOf({ id: 'a', name: 'Old name' }, { id: 'b', name: 'Child', parent: 'a' });
  index.put([task({ id: 'a', name: 'New name', custom_id: 'ENG-1' })], NOW + 1);
  expect(found(index, 'old')).toEqual([]);
  expect(found(index, 'new')).toEqual(['a all']);
  // An answer that was asked for earlier and came later.
  index.put([task({ id: 'a', name: 'Old name' })], NOW);
  expect(found(index, 'new')).toEqual(['a all']);
  index.drop('ENG-1');
  expect(index.size).toBe(0);
  expect(found(index, 'child')).toEqual([]);
});
