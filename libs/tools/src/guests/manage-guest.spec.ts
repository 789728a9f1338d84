import { AppError } from '#libs/core';
import { type NamedObject } from '#libs/clickup';
import { type FakeContext, fakeContext, input, PEOPLE, userOf } from '../../../../test/support/tool-context.js';
import { example } from '../../../../test/support/tool-example.js';
import { manageGuest } from './manage-guest.js';

const GINA: NamedObject = { kind: 'guest', id: '7', name: 'Gina', about: 'gina@client.example' };
const person = (id: number, email: string) => ({
  ...userOf({ id, username: 'Gina', email }),
  role: 4,
  last_active: null,
  date_joined: null,
  date_invited: '1',
});
const RIGHTS = { can_edit_tags: false, can_see_time_spent: false, can_see_time_estimated: false };
const team = (email: string) => ({
  id: '9',
  name: 'Acme',
  color: null,
  avatar: null,
  members: [{ ...RIGHTS, user: person(8, email) }],
  roles: [],
});
const guest = (lists: object[] = []) => ({
  guest: { ...RIGHTS, user: person(7, 'gina@client.example'), shared: { tasks: [], lists, folders: [] } },
});
const LIST = { id: '303', name: 'Campaigns', orderindex: 0, permission_level: 'comment' };

function context(answers: object = {}): FakeContext {
  const made = fakeContext({
    InviteGuestToWorkspace: (call: { body?: Record<string, unknown> }) => ({ team: team(call.body!.email as string) }),
    AddGuestToList: guest(),
    AddGuestToFolder: guest(),
    GetGuest: guest([LIST]),
    ...answers,
  });
  made.directory = {
    ...made.directory,
    objects: (kind) => Promise.resolve(kind === 'guest' ? [GINA] : []),
    object: (kind, ref) =>
      ref === 'Gina'
        ? Promise.resolve(GINA)
        : Promise.reject(new AppError('invalid_parameters', `There is no ${kind}`)),
  };
  return made;
}
const manage = (args: Record<string, unknown>, made = context()) => manageGuest.handler(input(manageGuest, args), made);
const operations = ({ calls }: FakeContext) => calls.map(({ operation }) => operation);

test('an unknown address is invited, and what it is for is shared', async () => {
  const made = context();
  expect(await manage({ guest: 'New@client.example', share: ['Campaigns'], level: 'comment' }, made)).toEqual({
    guest: 'new@client.example',
    guest_id: '8',
    applied: ['invited new@client.example', 'Marketing / Campaigns: comment'],
  });
  expect(operations(made)).toEqual(['InviteGuestToWorkspace', 'AddGuestToList', 'GetGuest']);
});

test('what ClickUp ignored is not applied', async () => {
  const made = context({ GetGuest: guest([{ ...LIST, permission_level: 'read' }]) });
  expect(await manage({ guest: 'Gina', share: ['Campaigns'], level: 'comment' }, made)).toMatchObject({
    not_applied: [{ field: 'share', wanted: 'Marketing / Campaigns: comment', is: 'read' }],
  });
});

test('what fails after something was done is told, not thrown', async () => {
  const made = context({
    AddGuestToFolder: () => Promise.reject(new AppError('clickup_forbidden', 'No')),
  });
  expect(await manage({ guest: 'Gina', share: ['Campaigns', 'Backend'], level: 'comment' }, made)).toMatchObject({
    applied: ['Marketing / Campaigns: comment'],
    not_applied: [{ field: 'share', wanted: 'Engineering / Backend: comment', is: 'not done', why: 'No' }],
  });
});

test('a preview says what would be done, and nothing to do needs none', async () => {
  const made = context();
  const { summary } = (await manageGuest.preview!(
    input(manageGuest, { guest: 'Gina', share: ['Campaigns'], level: 'read', can_edit_tags: true }),
    made,
  ))!;
  expect(summary).toBe('Guest Gina: can edit tags: yes; share Marketing / Campaigns: read.');
  expect(await manageGuest.preview!(input(manageGuest, { guest: 'Gina' }), made)).toBeUndefined();
});

test.each([
  [{ guest: 'Nobody', can_edit_tags: true }, /^guest: There is no guest "Nobody" here\. The guests: Gina\./],
  [{ guest: 'new@client.example', remove: true }, /^guest: nobody with the address/],
  [{ guest: PEOPLE[1]!.email, share: ['Campaigns'], level: 'read' }, /^guest: Sarah Lee is a member/],
  [{ guest: 'Gina', share: ['Campaigns'] }, /^level: /],
  [{ guest: 'Gina', share: ['Engineering'], level: 'read' }, /^share: "Engineering" is a Space/],
])('%j is refused before anything is sent', async (args, message) => {
  const made = context();
  await expect(manage(args, made)).rejects.toThrow(message);
  expect(made.calls).toEqual([]);
});

example(manageGuest, { guest: 'new@client.example' });
