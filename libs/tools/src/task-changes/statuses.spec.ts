import { counterpart, statusNamed } from './statuses.js';

const statuses = (...all: [name: string, type: string][]) => all.map(([name, type]) => ({ name, type }));
const DEVELOPMENT = statuses(
  ['to do', 'open'],
  ['in progress', 'custom'],
  ['in review', 'custom'],
  ['blocked', 'custom'],
  ['complete', 'closed'],
);
const BUGS = statuses(['new', 'open'], ['triaged', 'custom'], ['fixed', 'done'], ['closed', 'closed']);
const DESK = statuses(['Open', 'open'], ['Pending', 'custom'], ['In Review', 'custom'], ['Solved', 'done']);

test.each([
  ['to do', BUGS, 'new'],
  ['blocked', BUGS, 'triaged'],
  ['complete', BUGS, 'closed'],
  ['in review', DESK, 'In Review'],
  ['in progress', DESK, 'Pending'],
  ['blocked', DESK, 'In Review'],
  ['complete', DESK, 'Solved'],
])('"%s" becomes', (name, to, expected) => {
  const status = DEVELOPMENT.find((candidate) => candidate.name === name)!;
  expect(counterpart(status, DEVELOPMENT, to)?.name).toBe(expected);
});

test('nothing becomes of nothing', () => expect(counterpart(DEVELOPMENT[0]!, DEVELOPMENT, [])).toBeUndefined());

test.each(['In Progress', ' in progress ', 'in_progress', 'IN-PROGRESS'])('%j is found', (text) =>
  expect(statusNamed('status', text, DEVELOPMENT, 'Sprint').name).toBe('in progress'),
);

test('an unknown one is refused with those there are', () =>
  expect(() => statusNamed('tasks[1].status', 'done', BUGS, 'Bugs')).toThrow(
    'tasks[1].status: the List "Bugs" has no status "done". It has: new, triaged, fixed, closed.',
  ));
