import { asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';
import { Access } from './world/access.js';
import { seed } from './seed/seed.js';

const CLIENT = { client_id: 'sandbox_client', client_secret: 'sandbox_secret' };
const REQUEST = { client_id: 'sandbox_client', redirect_uri: 'http://localhost:3000/back?a=1', state: 's"<&>' };
const ANNA = { user: 'anna.fischer@acme.example', workspace_61234501: '12345' };

let now = 1_780_000_000_000;
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 30, now: () => now });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const ask = asking(() => sandbox.url);
const choose = (form: Record<string, string>) =>
  fetch(`${sandbox.url}/api`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
const location = async (form: Record<string, string>) => new URL((await choose(form)).headers.get('location') ?? '');
const codeOf = async (form: Record<string, string> = ANNA) =>
  (await location({ ...REQUEST, ...form })).searchParams.get('code') ?? '';
const exchange = (change: object) => ask('POST /v2/oauth/token', { ...CLIENT, ...change }, null);

describe('the page', () => {
  const page = (change: Record<string, string> = {}) =>
    fetch(`${sandbox.url}/api?${new URLSearchParams({ ...REQUEST, ...change }).toString()}`);

  it('lets one choose who one is and which Workspaces the app reaches, and repeats nothing unescaped', async () => {
    const answer = await page();
    const html = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html).toContain('value="anna.fischer@acme.example"');
    expect(html).toContain('name="workspace_61234501" value="12345"');
    expect(html).toContain('Globex');
    expect(html).not.toContain('s"<');
  });

  it.each([
    ['an app that nobody registered', { client_id: 'x' }, 'OAUTH_010'],
    ['no place to come back to', { redirect_uri: '' }, 'OAUTH_017'],
    ['a place that the app did not register', { redirect_uri: 'https://evil.example/' }, 'OAUTH_007'],
  ])('is refused to %s, before and after the choice', async (_, change, ecode) => {
    const before = await page(change);
    expect([before.status, ((await before.json()) as any).ECODE]).toEqual([401, ecode]);
    expect((await choose({ ...REQUEST, ...ANNA, ...change })).status).toBe(401);
  });

  it('sends back with a code and the state, and keeps the query of the redirect', async () => {
    const back = await location({ ...REQUEST, ...ANNA });
    expect([back.origin + back.pathname, Object.fromEntries(back.searchParams)]).toEqual([
      'http://localhost:3000/back',
      { a: '1', code: expect.stringMatching(/^[0-9A-F]{32}$/), state: 's"<&>' },
    ]);
  });

  it.each([
    ['nobody', { workspace_61234501: '12345' }],
    ['no Workspace', { user: ANNA.user }],
    ['a Workspace of other people', { user: ANNA.user, workspace_61234501: '67890' }],
  ])('wants a choice: %s', async (_, form) => {
    expect((await choose({ ...REQUEST, ...(form as Record<string, string>) })).status).toBe(400);
  });
});

describe('the token endpoint', () => {
  it('needs no token, answers the access token alone, and takes each code once', async () => {
    const code = await codeOf();
    const { status, body } = await exchange({ code });
    expect([status, body]).toEqual([200, { access_token: expect.stringMatching(/^61234501_[0-9a-f]{64}$/) }]);
    expect((await exchange({ code })).body.ECODE).toBe('OAUTH_014');
    expect((await ask('GET /v2/user', undefined, `Bearer ${body.access_token}`)).body.user.email).toBe(ANNA.user);
    expect((await ask('GET /v2/user', undefined, body.access_token)).status).toBe(401);
  });

  it('takes forms too', async () => {
    const answer = await fetch(`${sandbox.url}/api/v2/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...CLIENT, code: await codeOf() }),
    });
    expect(await answer.json()).toEqual({ access_token: expect.any(String) });
  });

  it.each([
    ['another app', { client_id: 'x' }, 'OAUTH_010'],
    ['a wrong secret', { client_secret: 'x' }, 'OAUTH_011'],
    ['a code of nobody', { code: 'x' }, 'OAUTH_014'],
  ])('refuses %s', async (_, change, ecode) => {
    const { status, body } = await exchange({ code: await codeOf(), ...change });
    expect([status, body.ECODE]).toEqual([401, ecode]);
  });

  it('refuses a code after ten minutes, but its token never expires', async () => {
    const [late, used] = [await codeOf(), await codeOf()];
    const { access_token } = (await exchange({ code: used })).body;
    now += 10 * 60_000 + 1;
    expect((await exchange({ code: late })).status).toBe(401);
    now += 1000 * 86_400_000;
    expect((await ask('GET /v2/user', undefined, `Bearer ${access_token}`)).status).toBe(200);
  });
});

describe('a granted token', () => {
  it('reaches what the person reaches in the chosen Workspaces', async () => {
    const form = { user: 'hank.scorpio@globex.example', workspace_71000001: '67890' };
    const { access_token } = (await exchange({ code: await codeOf(form) })).body;
    const teams = (await ask('GET /v2/team', undefined, `Bearer ${access_token}`)).body.teams.map(
      ({ id }: { id: string }) => id,
    );
    expect(teams).toEqual(['67890']);
    expect((await ask('GET /v2/team/12345/space', undefined, `Bearer ${access_token}`)).status).toBe(401);
  });

  it('reaches no Workspace that was not chosen, nor anything in it', () => {
    const world = seed(30, () => now);
    const [anna] = world.workspace('12345').members.keys();
    const access = new Access(world, anna!, 'read', new Set(['67890']));
    expect(() => access.workspace('12345')).toThrow('Team not authorized');
    expect(() => access.list('90144360426')).toThrow('Team not authorized');
    expect(() => access.task([...world.tasks.keys()][0])).toThrow('Team not authorized');
  });
});
