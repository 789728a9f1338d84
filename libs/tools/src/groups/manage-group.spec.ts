import { AppError } from '#libs/core';
import {
  type Call,
  type FakeContext,
  fakeContext,
  input,
  PEOPLE,
  userOf,
} from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { manageGroup } from './manage-group.js';

const group = (name: string, members: readonly number[]) => ({
  id: 'g1',
  team_id: '9',
  userid: 1,
  name,
  handle: name.toLowerCase(),
  date_created: '1',
  initials: 'G',
  members: PEOPLE.filter(({ id }) => members.includes(id)).map(userOf),
  avatar: { attachment_id: null, color: null, source: null, icon: null },
});
type Body = { name?: string; members: { add: number[]; rem: number[] } };

function context(answers: object = {}): FakeContext {
  const made = fakeContext({
    GetTeams1: { groups: [group('Writers', [1, 2])] },
    CreateUserGroup: ({ body }: Call) => group(body!.name as string, body!.members as number[]),
    UpdateTeam: ({ body }: Call) => {
      const { name = 'Writers', members } = body as unknown as Body;
      return group(
        name,
        [1, 2, ...members.add].filter((id) => !members.rem.includes(id)),
      );
    },
    DeleteTeam: {},
    ...answers,
  });
  made.directory = {
    ...made.directory,
    object: (_, ref) =>
      ref === 'Writers'
        ? Promise.resolve({ kind: 'group', id: 'g1', name: 'Writers' })
        : Promise.reject(new AppError('invalid_parameters', 'There is no group')),
  };
  return made;
}
const manage = (args: Record<string, unknown>, made = context()) => manageGroup.handler(input(manageGroup, args), made);
const writes = ({ calls }: FakeContext) => calls.filter(({ operation }) => operation !== 'GetTeams1');

test('an unknown name with people makes a group', async () =>
  expect(await manage({ group: 'Readers', add: ['Sarah Lee', 'me'] })).toEqual({
    outcome: 'created',
    group: 'Readers',
    group_id: 'g1',
    members: 'Ada Lovelace, Sarah Lee',
  }));

test('a group is changed, was → is', async () =>
  expect(await manage({ group: 'Writers', name: 'Authors', add: ['David Kim'], remove: ['me'] })).toMatchObject({
    outcome: 'changed',
    applied: ['name: Writers → Authors', 'members: Ada Lovelace, Sarah Lee → Sarah Lee, David Kim'],
  }));

test('who is in it already is not added, and nothing is sent', async () => {
  const made = context();
  expect(await manage({ group: 'Writers', add: ['Sarah Lee'] }, made)).toMatchObject({ outcome: 'unchanged' });
  expect(writes(made)).toEqual([]);
  expect(await manageGroup.preview!(input(manageGroup, { group: 'Writers', add: ['me'] }), made)).toBeUndefined();
});

test('what ClickUp ignored is not applied', async () =>
  expect(
    await manage({ group: 'Writers', name: 'Authors' }, context({ UpdateTeam: group('Writers', [1, 2]) })),
  ).toMatchObject({ outcome: 'unchanged', not_applied: [{ field: 'name', wanted: 'Authors', is: 'Writers' }] }));

test('a group is deleted, after a preview with its people', async () => {
  const args = input(manageGroup, { group: 'Writers', delete: true });
  expect(await manageGroup.preview!(args, context())).toMatchObject({
    summary: 'Group "Writers": delete the group "Writers"; its people stay.',
    current: { members: 'Ada Lovelace, Sarah Lee' },
  });
  const made = context();
  expect(await manageGroup.handler(args, made)).toMatchObject({ outcome: 'deleted' });
  expect(writes(made)).toEqual([{ operation: 'DeleteTeam', path: { group_id: 'g1' } }]);
});

test('an unknown name is made only where people are given', async () =>
  expect(manage({ group: 'Wrters', delete: true })).rejects.toThrow(/^group: There is no group/));

test('an unknown person is refused', async () =>
  expect(manage({ group: 'Readers', add: ['Nobody'] })).rejects.toThrow(/^add: /));

example(manageGroup, { group: 'Readers', add: ['me'] });
