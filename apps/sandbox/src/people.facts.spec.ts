import { GetGuest, SharedHierarchy } from '#libs/clickup';
import { type Asked, asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const DAY = 86_400_000;
const person = (index: number) => 61_234_501 + index * 37;
const [ANNA, DAVID, SARAH, TOM] = [0, 1, 2, 4].map(person) as [number, number, number, number];
const GINA = person(39);
const HANK = 71_000_001;
const SPRINT = '90144360426';
const FEEDBACK = '90144360445';
const BACKEND = '901480202';
const BACKEND_GUILD = '4bfdfcec-6f4f-40a7-b0d6-000000000001';
const [OWNER, ADMIN, MEMBER, GUEST, OTHER] = ['owner', 'admin', 'member', 'guest', 'other'].map(
  (name) => `pk_sandbox_${name}`,
) as [string, string, string, string, string];

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 300, now: () => NOW });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const ask = asking(() => sandbox.url, '/api/');
const read = { permission_level: 'read' };
const acl = (type: string, id: string, body: unknown, token = OWNER) =>
  ask(`PATCH v3/workspaces/12345/${type}/${id}/acls`, body, token);
const audit = (body: unknown = {}, token = OWNER) => ask('POST v3/workspaces/12345/auditlogs', body, token);
const names = (items: { name: string }[]) => items.map(({ name }) => name);
const firstTask = async () => (await ask(`GET v2/list/${SPRINT}/task`)).body.tasks[0].id as string;

describe('what is refused', () => {
  const seen = { name: 'x', members: [] };
  it.each([
    // Refused for the plan: the other Workspace does not have Enterprise.
    ['guests without Enterprise', 'POST v2/team/67890/guest', { email: 'a@b.example' }, OTHER, 403, 'TEAM_110'],
    ['one guest without Enterprise', 'GET v2/team/67890/guest/71000002', undefined, OTHER, 403, 'TEAM_110'],
    [
      'users without Enterprise',
      'POST v2/team/67890/user',
      { email: 'a@b.example', admin: false },
      OTHER,
      403,
      'TEAM_110',
    ],
    ['one user without Enterprise', 'GET v2/team/67890/user/71000002', undefined, OTHER, 403, 'TEAM_110'],
    ['the audit log without Enterprise', 'POST v3/workspaces/67890/auditlogs', {}, OTHER, 403, 'TEAM_110'],
    // Refused for the role of the caller.
    ['inviting as a member', 'POST v2/team/12345/guest', { email: 'a@b.example' }, MEMBER, 403, 'ACCESS_083'],
    [
      'editing people as a member',
      `PUT v2/team/12345/user/${TOM}`,
      { username: 'x', admin: true, custom_role_id: 2_957_195 },
      MEMBER,
      403,
      'ACCESS_083',
    ],
    ['people as a guest', `GET v2/team/12345/user/${ANNA}`, undefined, GUEST, 403, 'ACCESS_083'],
    ['roles as a guest', 'GET v2/team/12345/customroles', undefined, GUEST, 403, 'ACCESS_083'],
    ['making groups as a guest', 'POST v2/team/12345/group', seen, GUEST, 403, 'ACCESS_083'],
    ['sharing as a guest', `POST v2/list/${FEEDBACK}/guest/${GINA}`, read, GUEST, 403, 'ACCESS_083'],
    [
      'an ACL as a guest',
      `PATCH v3/workspaces/12345/list/${FEEDBACK}/acls`,
      { private: true },
      GUEST,
      403,
      'ACCESS_083',
    ],
    ['the audit log as an admin', 'POST v3/workspaces/12345/auditlogs', {}, ADMIN, 403, 'AUDIT_001'],
    // Refused because the object lies in the other Workspace.
    ['guests of others', 'POST v2/team/12345/guest', { email: 'a@b.example' }, OTHER, 401, 'OAUTH_027'],
    ['groups of others', 'GET v2/group?team_id=12345', undefined, OTHER, 401, 'OAUTH_027'],
    ['a group of others', `PUT v2/group/${BACKEND_GUILD}`, { name: 'x' }, OTHER, 401, 'OAUTH_027'],
    ['no Workspace for groups', 'GET v2/group', undefined, OWNER, 401, 'OAUTH_027'],
    ['the plan of others', 'GET v2/team/12345/plan', undefined, OTHER, 401, 'OAUTH_027'],
    [
      'a List of others in an ACL',
      `PATCH v3/workspaces/67890/list/${SPRINT}/acls`,
      { private: true },
      OTHER,
      401,
      'OAUTH_027',
    ],
    // Refused for what the request names: unknown people, levels and kinds.
    ['an unknown guest', 'GET v2/team/12345/guest/1', undefined, OWNER, 404, 'TEAM_042'],
    ['a member as a guest', `GET v2/team/12345/guest/${SARAH}`, undefined, OWNER, 404, 'TEAM_042'],
    ['a List for a member as a guest', `POST v2/list/${SPRINT}/guest/${SARAH}`, read, OWNER, 404, 'TEAM_042'],
    ['a guest as a member', `DELETE v2/team/12345/user/${GINA}`, undefined, OWNER, 404, 'TEAM_041'],
    ['somebody of another Workspace', `GET v2/team/12345/user/${HANK}`, undefined, OWNER, 404, 'TEAM_041'],
    ['removing the owner', `DELETE v2/team/12345/user/${ANNA}`, undefined, ADMIN, 400, 'TEAM_044'],
    ['no address', 'POST v2/team/12345/guest', { email: 'nobody' }, OWNER, 400, 'INPUT_015'],
    ['who is there already', 'POST v2/team/12345/guest', { email: 'Gina.Hart@acme.example' }, OWNER, 400, 'TEAM_043'],
    [
      'a level of nobody',
      `POST v2/list/${SPRINT}/guest/${GINA}`,
      { permission_level: 'full' },
      OWNER,
      400,
      'INPUT_016',
    ],
    [
      'a level of the prototype',
      `POST v2/list/${SPRINT}/guest/${GINA}`,
      { permission_level: 'constructor' },
      OWNER,
      400,
      'INPUT_016',
    ],
    [
      'a role for members given to a guest',
      `PUT v2/team/12345/guest/${GINA}`,
      { custom_role_id: 6_715_664 },
      OWNER,
      400,
      'CUSTOMROLE_001',
    ],
    [
      'a role of nobody',
      'POST v2/team/12345/user',
      { email: 'a@b.example', admin: false, custom_role_id: 1 },
      OWNER,
      400,
      'CUSTOMROLE_001',
    ],
    ['a group without a name', 'POST v2/team/12345/group', { name: ' ', members: [] }, OWNER, 400, 'GROUP_001'],
    [
      'a handle that is taken',
      'POST v2/team/12345/group',
      { name: 'x', handle: 'Backend', members: [] },
      OWNER,
      400,
      'GROUP_002',
    ],
    ['a stranger in a group', 'POST v2/team/12345/group', { name: 'x', members: [HANK] }, OWNER, 404, 'TEAM_041'],
    ['an ACL of an unknown type', 'PATCH v3/workspaces/12345/constructor/1/acls', {}, OWNER, 404, 'ACL_001'],
    [
      'an ACL level between the levels',
      `PATCH v3/workspaces/12345/list/${SPRINT}/acls`,
      { entries: [{ kind: 'user', id: String(SARAH), permission_level: 2 }] },
      OWNER,
      400,
      'INPUT_016',
    ],
    [
      'a Space for a guest',
      'PATCH v3/workspaces/12345/space/90140206/acls',
      { entries: [{ kind: 'user', id: String(GINA), permission_level: 1 }] },
      OWNER,
      403,
      'ACCESS_083',
    ],
  ] as const)('%s', async (_, line, body, token, status, ecode) => {
    const answer = await ask(line, body, token);
    expect([answer.status, answer.body.ECODE]).toEqual([status, ecode]);
  });
});

describe('guests', () => {
  const sees = async (list: string) => (await ask(`GET v2/list/${list}`, undefined, GUEST)).status;

  it('see a List from when it is shared until it is taken away', async () => {
    expect(await sees(SPRINT)).toBe(401);
    const { body } = await ask(`POST v2/list/${SPRINT}/guest/${GINA}`, read);
    expect(body.guest.shared.lists.find(({ id }: { id: string }) => id === SPRINT)).toMatchObject({
      name: 'Sprint 42',
      permission_level: 'read',
    });
    expect(await sees(SPRINT)).toBe(200);
    expect((await ask(`GET v2/list/${SPRINT}/task`, undefined, GUEST)).body.tasks).not.toEqual([]);
    const members = await ask(`GET v2/list/${SPRINT}/member`);
    expect(members.body.members.map(({ id }: { id: number }) => id)).toEqual([GINA]);
    await ask(`DELETE v2/list/${SPRINT}/guest/${GINA}`);
    expect(await sees(SPRINT)).toBe(401);
  });

  it('see a Folder with its Lists, and a task without its List', async () => {
    await ask(`POST v2/folder/${BACKEND}/guest/${GINA}`, read);
    expect(await sees(SPRINT)).toBe(200);
    await ask(`DELETE v2/folder/${BACKEND}/guest/${GINA}`);
    const task = await firstTask();
    expect((await ask(`GET v2/task/${task}`, undefined, GUEST)).status).toBe(401);
    await ask(`POST v2/task/${task}/guest/${GINA}`, read);
    expect([(await ask(`GET v2/task/${task}`, undefined, GUEST)).status, await sees(SPRINT)]).toEqual([200, 401]);
  });

  it('are shared with by custom id too', async () => {
    const { body } = await ask(`POST v2/task/ENG-123/guest/${GINA}?custom_task_ids=true&team_id=12345`, read);
    expect(body.guest.shared.tasks.map(({ custom_id }: { custom_id: string }) => custom_id)).toEqual(['ENG-123']);
    expect((await ask(`POST v2/task/ENG-123/guest/${GINA}`, read)).status).toBe(401);
  });

  it('change their level when shared with again, and lose nothing twice', async () => {
    const levelOf = ({ body }: Asked) =>
      body.guest.shared.lists.find(({ id }: { id: string }) => id === SPRINT)?.permission_level;
    expect(levelOf(await ask(`POST v2/list/${SPRINT}/guest/${GINA}`, read))).toBe('read');
    expect(levelOf(await ask(`POST v2/list/${SPRINT}/guest/${GINA}`, { permission_level: 'edit' }))).toBe('edit');
    for (let times = 0; times < 2; times++) {
      const answer = await ask(`DELETE v2/list/${SPRINT}/guest/${GINA}`);
      expect([answer.status, levelOf(answer)]).toEqual([200, undefined]);
    }
  });

  it('do no more than their level says, and the highest of several counts', async () => {
    const task = await firstTask();
    const statuses = async () => [
      (await ask(`GET v2/task/${task}`, undefined, GUEST)).status,
      (await ask(`POST v2/task/${task}/comment`, { comment_text: 'c', notify_all: false }, GUEST)).status,
      (await ask(`PUT v2/task/${task}`, { name: 'n' }, GUEST)).status,
    ];
    for (const [permission_level, expected] of [
      ['read', [200, 403, 403]],
      ['comment', [200, 200, 403]],
      ['edit', [200, 200, 200]],
      ['create', [200, 200, 200]],
    ] as const) {
      await ask(`POST v2/list/${SPRINT}/guest/${GINA}`, { permission_level });
      expect([permission_level, await statuses()]).toEqual([permission_level, expected]);
    }
    await ask(`POST v2/list/${SPRINT}/guest/${GINA}`, read);
    await ask(`POST v2/task/${task}/guest/${GINA}`, { permission_level: 'edit' });
    expect(await statuses()).toEqual([200, 200, 200]);
    expect((await ask(`POST v2/list/${SPRINT}/task`, { name: 'n' }, GUEST)).status).toBe(403);
  });

  it('come with what was shared unless it is declined', async () => {
    const { body } = await ask(`GET v2/team/12345/guest/${GINA}`);
    expect(GetGuest.response.safeParse(body).error).toBeUndefined();
    expect(names(body.guest.shared.folders)).toEqual(['Frontend']);
    expect(names(body.guest.shared.lists)).toEqual(['Feedback']);
    const short = await ask(`POST v2/list/${FEEDBACK}/guest/${GINA}?include_shared=false`, read);
    expect(short.body.guest).not.toHaveProperty('shared');
  });

  it('see for themselves what was shared with them', async () => {
    const { body } = await ask('GET v2/team/12345/shared', undefined, GUEST);
    expect([names(body.shared.folders), names(body.shared.lists), body.shared.tasks]).toEqual([
      ['Frontend'],
      ['Feedback'],
      [],
    ]);
    expect(SharedHierarchy.response.safeParse(body).error).toBeUndefined();
    expect((await ask('GET v2/team/12345/shared')).body.shared).toEqual({ tasks: [], lists: [], folders: [] });
  });

  it('are there at once when invited, without a name, and see nothing', async () => {
    const { body } = await ask('POST v2/team/12345/guest', { email: 'New.Guest@partner.example', can_edit_tags: true });
    const [{ user, invited_by, ...rights }] = body.team.members;
    expect(user).toMatchObject({
      username: null,
      email: 'new.guest@partner.example',
      role: 4,
      date_joined: null,
      date_invited: String(NOW),
      profilePicture: null,
    });
    expect([invited_by.id, rights.can_edit_tags, rights.can_create_views]).toEqual([ANNA, true, false]);
    expect((await ask(`GET v2/team/12345/guest/${user.id}`)).body.guest.shared).toEqual({
      tasks: [],
      lists: [],
      folders: [],
    });
  });

  it('keep the rights that an edit does not name', async () => {
    await ask(`PUT v2/team/12345/guest/${GINA}`, { can_create_views: true });
    const { body } = await ask(`PUT v2/team/12345/guest/${GINA}`, { can_edit_tags: false, custom_role_id: 4_547_089 });
    expect(body.guest).toMatchObject({
      can_create_views: true,
      can_edit_tags: false,
      can_see_time_estimated: true,
      user: { custom_role: { name: 'Contractor' } },
    });
  });

  it('lose everything when removed, and find none of it when invited again', async () => {
    await ask(`DELETE v2/team/12345/guest/${GINA}`);
    expect([await sees(FEEDBACK), (await ask('GET v2/team', undefined, GUEST)).body.teams]).toEqual([401, []]);
    await ask('POST v2/team/12345/guest', { email: 'gina.hart@acme.example' });
    expect([await sees(FEEDBACK), (await ask('GET v2/team', undefined, GUEST)).body.teams.length]).toEqual([401, 1]);
  });
});

describe('people', () => {
  it('take a seat when invited, and a full Workspace buys one', async () => {
    const seats = async () => (await ask('GET v2/team/12345/seats')).body.members;
    expect(await seats()).toEqual({ filled_members_seats: 39, total_member_seats: 40, empty_member_seats: 1 });
    for (const name of ['a', 'b'])
      await ask('POST v2/team/12345/user', { email: `${name}@acme.example`, admin: false });
    expect(await seats()).toEqual({ filled_members_seats: 41, total_member_seats: 41, empty_member_seats: 0 });
    expect((await ask('GET v2/team/12345/seats')).body.guests).toEqual({
      filled_guest_seats: 1,
      total_guest_seats: 50,
      empty_guest_seats: 49,
    });
    expect((await ask('GET v2/team/67890/seats', undefined, OTHER)).body.guests.total_guest_seats).toBe('Infinity');
  });

  it('have a plan by Workspace', async () => {
    expect((await ask('GET v2/team/12345/plan')).body).toEqual({ plan_name: 'Enterprise', plan_id: 4 });
    expect((await ask('GET v2/team/67890/plan', undefined, OTHER)).body).toEqual({ plan_name: 'Business', plan_id: 3 });
  });

  it('get the role that the custom role narrows, whatever `admin` says', async () => {
    const { body } = await ask(`PUT v2/team/12345/user/${TOM}`, {
      username: 'Thomas Baker',
      admin: false,
      custom_role_id: 2_957_195,
    });
    expect(body.member.user).toMatchObject({
      username: 'Thomas Baker',
      role: 2,
      custom_role: { id: 2_957_195, name: 'Billing admin' },
    });
    const { body: teams } = await ask('GET v2/team');
    expect(teams.teams[0].members.find(({ user }: { user: { id: number } }) => user.id === TOM).user).toMatchObject({
      username: 'Thomas Baker',
      role: 2,
    });
    const { body: roles } = await ask('GET v2/team/12345/customroles?include_members=true');
    expect(roles.custom_roles.find(({ id }: { id: number }) => id === 2_957_195).members).toEqual([person(3), TOM]);
    expect((await ask('GET v2/team/12345/customroles')).body.custom_roles[0]).not.toHaveProperty('members');
  });

  it('are out at once when removed, from groups and Spaces too, and what they made stays', async () => {
    const before = (await ask(`GET v2/list/${SPRINT}/task`)).body.tasks.length;
    const { body } = await ask(`DELETE v2/team/12345/user/${SARAH}`);
    expect(body.team.members.map(({ user }: { user: { id: number } }) => user.id)).not.toContain(SARAH);
    expect((await ask('GET v2/team/12345/space', undefined, MEMBER)).status).toBe(401);
    const { body: groups } = await ask(`GET v2/group?team_id=12345&group_ids=${BACKEND_GUILD}`);
    expect(groups.groups[0].members.map(({ id }: { id: number }) => id)).not.toContain(SARAH);
    expect((await ask(`GET v2/list/${SPRINT}/task`)).body.tasks).toHaveLength(before);
  });
});

describe('groups', () => {
  const members = ({ body }: Asked) => body.members.map(({ id }: { id: number }) => id);

  it('are listed by Workspace, or those that are named; unknown ids are left out', async () => {
    expect(names((await ask('GET v2/group?team_id=12345')).body.groups)).toEqual([
      'Backend Guild',
      'Design',
      'Support Crew',
    ]);
    expect(
      names((await ask(`GET v2/group?team_id=12345&group_ids=${BACKEND_GUILD}&group_ids=nobody`)).body.groups),
    ).toEqual(['Backend Guild']);
    expect((await ask('GET v2/group?team_id=67890', undefined, OTHER)).body.groups).toEqual([]);
  });

  it('make a handle of the name', async () => {
    const { body } = await ask('POST v2/team/12345/group', { name: 'On Call', members: [DAVID] });
    expect(body).toMatchObject({
      name: 'On Call',
      handle: 'oncall',
      initials: 'OC',
      team_id: '12345',
      userid: ANNA,
      date_created: String(NOW),
    });
  });

  it('change members by add and rem; a plain array is ignored', async () => {
    expect(members(await ask(`PUT v2/group/${BACKEND_GUILD}`, { members: { add: [DAVID], rem: [SARAH] } }))).toEqual([
      TOM,
      person(6),
      person(10),
      DAVID,
    ]);
    const ignored = await ask(`PUT v2/group/${BACKEND_GUILD}`, { members: [SARAH] });
    expect([ignored.status, members(ignored)]).toEqual([200, [TOM, person(6), person(10), DAVID]]);
  });

  it('are gone when deleted', async () => {
    expect((await ask(`DELETE v2/group/${BACKEND_GUILD}`)).body).toEqual({});
    expect(names((await ask('GET v2/group?team_id=12345')).body.groups)).toEqual(['Design', 'Support Crew']);
    expect((await ask(`DELETE v2/group/${BACKEND_GUILD}`)).status).toBe(401);
  });
});

describe('an ACL', () => {
  const status = async (line: string, token: string) => (await ask(`GET v2/${line}`, undefined, token)).status;

  it('lets members into a private Space, and out again', async () => {
    const entry = { kind: 'user', id: String(SARAH) };
    expect(await status('space/90140206', MEMBER)).toBe(401);
    await acl('space', '90140206', { entries: [{ ...entry, permission_level: 5 }] });
    expect(await status('space/90140206', MEMBER)).toBe(200);
    await acl('space', '90140206', { entries: [{ ...entry, permission_level: null }] });
    expect(await status('space/90140206', MEMBER)).toBe(401);
  });

  it('hides a Space, a Folder, a List or a task from everybody else, but not from who hid it', async () => {
    const task = await firstTask();
    for (const [type, id] of [
      ['task', task],
      ['list', SPRINT],
      ['folder', BACKEND],
      ['space', '90140201'],
    ] as const) {
      const answer = await acl(type, id, { private: true });
      expect([
        type,
        answer.status,
        await status(`${type}/${id}`, MEMBER),
        await status(`${type}/${id}`, OWNER),
      ]).toEqual([type, 200, 401, 200]);
    }
    const { body } = await ask('GET v2/team/12345/task?page=0', undefined, MEMBER);
    expect(body.tasks.map(({ space }: { space: { id: string } }) => space.id)).not.toContain('90140201');
  });

  it('changes nothing when one of its entries is refused', async () => {
    const answer = await acl('space', '90140201', {
      private: true,
      entries: [{ kind: 'user', id: String(GINA), permission_level: 1 }],
    });
    expect([answer.status, await status('space/90140201', MEMBER)]).toEqual([403, 200]);
  });

  it('opens what is private to a person, or to the people of a group', async () => {
    const group = [{ kind: 'group', id: BACKEND_GUILD, permission_level: 1 }];
    await acl('list', SPRINT, { private: true });
    await acl('list', SPRINT, { entries: group });
    expect(await status(`list/${SPRINT}`, MEMBER)).toBe(200);
    expect(await status(`list/${SPRINT}`, ADMIN)).toBe(401);
    await acl('list', SPRINT, { private: false });
    expect(await status(`list/${SPRINT}`, ADMIN)).toBe(200);
  });

  it('shares a List with a guest as the v2 operations do', async () => {
    await acl('list', SPRINT, { entries: [{ kind: 'user', id: String(GINA), permission_level: 3 }] });
    const { body } = await ask(`GET v2/team/12345/guest/${GINA}`);
    expect(
      body.guest.shared.lists.map(({ permission_level }: { permission_level: string }) => permission_level),
    ).toContain('comment');
    expect(await status(`list/${SPRINT}`, GUEST)).toBe(200);
  });
});

describe('the audit log', () => {
  const types = ({ body }: Asked) => body.data.map(({ eventType }: { eventType: string }) => eventType);

  it('has what was done to people, newest first', async () => {
    const { body: invited } = await ask('POST v2/team/12345/user', { email: 'a@acme.example', admin: true }, ADMIN);
    const { body } = await audit({ applicability: 'auth-and-security', pagination: { pageRows: 1 } });
    expect(body.data).toEqual([
      expect.objectContaining({
        eventType: 'INVITE_TO_WORKSPACE',
        eventStatus: 'success',
        userId: String(DAVID),
        timestamp: NOW,
        details: { userId: invited.team.members[0].user.id, role: 2 },
      }),
    ]);
  });

  it('is filtered by event, status, person and time', async () => {
    expect(new Set(types(await audit({ filter: { eventType: 'USER_LOGIN' } })))).toEqual(new Set(['USER_LOGIN']));
    expect(types(await audit({ filter: { eventType: ['CHANGE_USER_ROLE', 'CHANGE_2FA_POLICY'] } }))).toEqual([
      'CHANGE_2FA_POLICY',
      'CHANGE_USER_ROLE',
    ]);
    expect((await audit({ filter: { eventStatus: 'failed' } })).body.data).toHaveLength(3);
    expect(
      types(
        await audit({
          filter: { userEmail: ['david.miller@acme.example'], startTime: NOW - 10 * DAY, endTime: NOW - 8 * DAY },
        }),
      ),
    ).toContain('CHANGE_2FA_POLICY');
    expect(types(await audit({ applicability: 'custom-fields' }))).toEqual(['FIELD_CREATED']);
    expect(types(await audit({ filter: { workspaceId: '67890' } }))).toEqual([]);
  });

  it('is paged by the time of the last row', async () => {
    const all = (await audit({ pagination: { pageRows: 1000 } })).body.data;
    const collected: unknown[] = [];
    let pageTimestamp = NOW + 1;
    for (
      let page = await audit({ pagination: { pageRows: 20, pageTimestamp, pageDirection: 'before' } });
      page.body.data.length > 0;
    ) {
      collected.push(...page.body.data);
      pageTimestamp = page.body.data.at(-1).timestamp;
      page = await audit({ pagination: { pageRows: 20, pageTimestamp, pageDirection: 'before' } });
    }
    expect(collected).toEqual(all);
    const { body: later } = await audit({
      pagination: { pageRows: 2, pageTimestamp: all[5].timestamp, pageDirection: 'after' },
    });
    expect(later.data).toEqual([all[3], all[4]]);
  });
});
