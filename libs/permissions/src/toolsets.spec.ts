import { toolsetsOf } from './toolsets.js';

test.each([
  [
    ['tasks', 'spaces', 'docs'],
    ['tasks', 'workspace', 'docs'],
  ],
  [['folders', 'lists'], ['workspace']],
  [['users'], ['users', 'members', 'guests', 'groups']],
  [
    ['time_tracking', 'key_results'],
    ['time', 'goals'],
  ],
  [['billing'], []],
  [['constructor'], ['constructor']],
])('%j stands for %j', (names, toolsets) => expect(toolsetsOf(names)).toEqual(toolsets));
