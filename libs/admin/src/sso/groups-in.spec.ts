import { groupsIn } from './groups-in.js';

test.each<[unknown, string[]]>([
  [
    ['a', 1, null, 'b'],
    ['a', 'b'],
  ],
  ['a', ['a']],
  [undefined, []],
  [{ a: true }, []],
])('a claim %j says %j', (claim, groups) => expect(groupsIn(claim)).toEqual(groups));
