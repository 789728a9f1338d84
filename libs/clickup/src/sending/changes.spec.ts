import { AppError } from '#libs/core';
import { type CallStats } from './client.js';
import { noteChanges } from './changes.js';
import { type Operation, type Target } from '../operation.js';

const row = (verb: string, path = '/api/v2/list/{list_id}/task') => ({ verb, path }) as unknown as Operation;
const noted = (operation: Operation, targets: Target[], ended: Parameters<typeof noteChanges>[3]) => {
  const stats: CallStats = { requests: 1, retries: 0, waitedMs: 0, upstreamMs: 0 };
  noteChanges(stats, operation, targets, ended);
  const { wrote, created, doubtful } = stats;
  return { wrote: wrote && [...wrote], created: created && [...created], doubtful: doubtful && [...doubtful] };
};
const LIST: Target = { kind: 'list', id: '901' };

test('a creation notes where it went and what it made, named as its path names it', () => {
  expect(noted(row('create'), [LIST], { answer: { id: '86a' } })).toEqual({
    wrote: ['list:901'],
    created: ['task:86a'],
  });
  expect(noted(row('create', '/api/v3/workspaces/{workspace_id}/docs'), [], { answer: { data: { id: 7 } } })).toEqual({
    created: ['docs:7'],
  });
});

test('what a change answers is nothing new', () => {
  expect(noted(row('update'), [LIST], { answer: { id: '86a' } })).toEqual({ wrote: ['list:901'] });
});

test('a refused write has changed nothing, one without an answer is in doubt', () => {
  expect(noted(row('create'), [LIST], { error: new AppError('clickup_forbidden') })).toEqual({});
  expect(noted(row('create'), [LIST], { error: new AppError('unknown_outcome') })).toEqual({ doubtful: ['list:901'] });
});

test('what is named by words is not noted: they are content', () => {
  const targets: Target[] = [
    { kind: 'tag', id: 'canary' },
    { kind: 'task', id: 'two words' },
    { kind: 'task', id: '86a' },
  ];
  expect(noted(row('update'), targets, { answer: {} })).toEqual({ wrote: ['task:86a'] });
});
