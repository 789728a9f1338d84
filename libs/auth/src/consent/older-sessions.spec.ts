import { type OwnGrant } from '#libs/connections';
import { olderSessions } from './older-sessions.js';

const grant = (id: string, more: Partial<OwnGrant> = {}): OwnGrant => ({
  id,
  kind: 'session',
  label: 'Claude',
  clientId: 'registered-before',
  address: 'claude.ai',
  asked: null,
  config: null,
  tokenRequired: false,
  madeBy: null,
  workspaceId: '1',
  connectionId: 'c',
  state: 'active',
  policy: { mode: 'read' },
  createdAt: new Date(0),
  lastUsedAt: null,
  expiresAt: null,
  ...more,
});
const CLAUDE = {
  id: 'registered-now',
  name: 'Claude',
  verified: false,
  redirectUri: 'https://claude.ai/api/mcp/auth_callback',
};
const offered = (grants: OwnGrant[], asking = CLAUDE, ticked?: string[]) =>
  olderSessions(grants, asking, ticked).map(({ id, ticked: is }) => [id, is]);

test('a session is of the same client by its id, or by name and address together', () => {
  const grants = [
    grant('both'),
    grant('id', { clientId: CLAUDE.id, label: 'Renamed', address: null }),
    grant('name', { address: 'claude.ai.evil.example' }),
    grant('address', { label: 'Other' }),
    grant('old', { address: null }),
    grant('key', { kind: 'api_key', clientId: null }),
  ];
  expect(offered(grants)).toEqual([
    ['both', true],
    ['id', true],
  ]);
});

test.each([
  ['https://claude.ai/api/mcp/auth_callback', true],
  ['http://127.0.0.1:4711/callback', false],
  ['cursor://anysphere.cursor-mcp/oauth/callback', false],
])(
  'of %s: ticked at first is %s, because an application may run on several computers; then what the form said',
  (redirectUri, first) => {
    const asking = { ...CLAUDE, id: 'registered-before', redirectUri };
    expect(offered([grant('a')], asking)).toEqual([['a', first]]);
    expect(offered([grant('a'), grant('b')], asking, ['b'])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(offered([grant('a')], asking, [])).toEqual([['a', false]]);
  },
);

test('the port of a program on a computer differs each time, and is no part of its address', () => {
  const asking = { ...CLAUDE, name: 'Inspector', redirectUri: 'http://127.0.0.1:4711/callback' };
  expect(offered([grant('a', { label: 'Inspector', address: '127.0.0.1' })], asking)).toEqual([['a', false]]);
});
