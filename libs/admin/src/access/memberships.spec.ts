import { type ClickUpTransport, credential } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type Role } from '#libs/web';
import { Memberships, roleOf } from './memberships.service.js';

const OPEN = { ADMIN_EMAILS: [], AUDITOR_EMAILS: [], ALLOWED_PEOPLE: [], ALLOWED_WORKSPACES: [] };
const ADA = credential('pk_ada');
const MINUTE = 60_000;

/** ClickUp, which says that Ada has this role; undefined = it does not answer. */
const clickUp = (role: () => number | undefined) => {
  const call = jest.fn(async () => {
    const now = role();
    if (now === undefined) throw new AppError('clickup_server_error');
    const user = { id: 7, email: 'Ada@acme.com', role: now };
    return Promise.resolve({ teams: [{ id: '1', name: 'Acme', members: [{ user }] }] });
  });
  return { call, transport: { client: () => ({ call }) } as unknown as ClickUpTransport };
};

beforeEach(() => jest.useFakeTimers({ toFake: ['performance'] } as never));
afterEach(() => jest.useRealTimers());

test('a role is at most five minutes old', async () => {
  let role = 2;
  const { call, transport } = clickUp(() => role);
  const memberships = new Memberships(transport, OPEN);
  const now = async () => (await memberships.of(ADA, '7'))[0]?.role;
  expect(await now()).toBe('admin');
  role = 3;
  jest.advanceTimersByTime(5 * MINUTE - 1);
  expect([await now(), call.mock.calls.length]).toEqual(['admin', 1]);
  jest.advanceTimersByTime(1);
  expect(await now()).toBe('member');
});

test('while ClickUp does not answer, what was known before does not count, and it is asked again', async () => {
  let role: number | undefined = 1;
  const { transport } = clickUp(() => role);
  const memberships = new Memberships(transport, OPEN);
  await memberships.of(ADA, '7');
  role = undefined;
  jest.advanceTimersByTime(5 * MINUTE);
  await expect(memberships.of(ADA, '7')).rejects.toMatchObject({ code: 'clickup_server_error' });
  role = 1;
  expect(await memberships.of(ADA, '7')).toMatchObject([{ role: 'owner' }]);
});

test('questions at the same time are one', async () => {
  const { call, transport } = clickUp(() => 1);
  const memberships = new Memberships(transport, OPEN);
  await Promise.all([memberships.of(ADA, '7'), memberships.of(ADA, '7')]);
  expect(call).toHaveBeenCalledTimes(1);
});

test.each([
  ['somebody whom ClickUp does not list there', '8', {}],
  ['a Workspace that is not let in', '7', { ALLOWED_WORKSPACES: ['2'] }],
  ['a person who is not let in', '7', { ALLOWED_PEOPLE: ['other@acme.com'] }],
])('%s is nothing there', async (_, person, settings) => {
  const { transport } = clickUp(() => 1);
  expect(await new Memberships(transport, { ...OPEN, ...settings }).of(ADA, person)).toEqual([]);
});

test.each<[Role, Partial<typeof OPEN>, Role]>([
  ['owner', {}, 'owner'],
  ['admin', { ADMIN_EMAILS: ['ada@acme.com'] as never[] }, 'admin'],
  ['owner', { ADMIN_EMAILS: ['other@acme.com'] as never[] }, 'member'],
  ['owner', { ADMIN_EMAILS: ['other@acme.com'] as never[], AUDITOR_EMAILS: ['ada@acme.com'] as never[] }, 'auditor'],
  ['admin', { AUDITOR_EMAILS: ['ada@acme.com'] as never[] }, 'admin'],
  ['guest', { AUDITOR_EMAILS: ['ada@acme.com'] as never[] }, 'auditor'],
  ['member', { ADMIN_EMAILS: ['ada@acme.com'] as never[] }, 'member'],
  ['guest', {}, 'guest'],
])('%s in ClickUp, with the lists %j, is %s here', (role, lists, here) =>
  expect(roleOf(role, ' Ada@acme.com', { ...OPEN, ...lists })).toBe(here),
);
