import { ConfigError, loadConfig, VENDOR_REDIRECTS } from '#libs/core';
import { isLoopbackOnly, redirectTarget, RedirectUris } from './redirect-uris.js';

const CURSOR = 'cursor://anysphere.cursor-mcp/oauth/callback';
const list = (env: Record<string, string> = {}) => new RedirectUris(loadConfig(env));
const exact = list({
  REDIRECT_URI_ALLOWLIST: `https://app.example.com/oauth/callback,https://app.example.com/oauth/done?tenant=1`,
});
const prefix = list({
  REDIRECT_URI_ALLOWLIST: 'https://app.example.com/oauth/',
  REDIRECT_URI_ALLOWLIST_MODE: 'prefix',
});

const LEGITIMATE = [
  'https://chatgpt.com/connector/oauth/39Y8nOAX3K_-z',
  'https://chatgpt.com/connector_platform_oauth_redirect',
  'https://chat.openai.com/aip/g-0123456789abcdef/oauth/callback',
  'https://claude.ai/api/mcp/auth_callback',
  'https://claude.com/api/mcp/auth_callback',
  'http://localhost/callback',
  'http://127.0.0.1:33418/',
  'http://[::1]:6274/oauth/callback/debug',
  'https://oauth.pstmn.io/v1/callback',
  CURSOR,
  'https://www.cursor.com/agents/mcp/oauth/callback',
  'https://vscode.dev/redirect',
  'https://insiders.vscode.dev/redirect',
  'https://callback.mistral.ai/v1/integrations_auth/oauth2_callback',
  'https://www.perplexity.ai/rest/connections/oauth_callback',
];

const HOSTILE: Record<string, string[]> = {
  '45 another host that begins like a good one': [
    'https://chat.openai.com.evil.com/aip/',
    'https://chat.openai.com.evil.com/aip/x/oauth/callback',
    'https://chatgpt.com.evil.com/connector/oauth/x',
    'https://chatgpt.comevil.com/connector/oauth/x',
    'https://claude.ai.evil.com/api/mcp/auth_callback',
    'https://evil-claude.ai/api/mcp/auth_callback',
    'https://sub.claude.ai/api/mcp/auth_callback',
    'https://www.chatgpt.com/connector/oauth/x',
    'https://app.example.com.evil.com/oauth/callback',
    'https://app.example.community/oauth/callback',
    'https://evil.com/https://claude.ai/api/mcp/auth_callback',
    'https://evil.com/?https://claude.ai/api/mcp/auth_callback',
  ],
  '46 user info': [
    'https://claude.ai@evil.com/api/mcp/auth_callback',
    'https://evil.com@claude.ai/api/mcp/auth_callback',
    'https://claude.ai:x@evil.com/api/mcp/auth_callback',
    'https://@claude.ai/api/mcp/auth_callback',
    'https://:@claude.ai/api/mcp/auth_callback',
    'https://a@b@claude.ai/api/mcp/auth_callback',
    'https://claude.ai%40evil.com/api/mcp/auth_callback',
    'http://user@localhost:3000/callback',
    'cursor://x@anysphere.cursor-mcp/oauth/callback',
  ],
  '47 backslash': [
    'https://evil.com\\@chat.openai.com/',
    'https://chat.openai.com\\@evil.com/',
    'https:\\\\claude.ai\\api\\mcp\\auth_callback',
    'https://claude.ai\\api/mcp/auth_callback',
    'https://chatgpt.com/connector/oauth/\\evil.com',
    'http://localhost\\@evil.com/',
  ],
  '48 dot segments': [
    'https://chatgpt.com/connector/oauth/../../redirect',
    'https://chatgpt.com/connector/oauth/..',
    'https://chatgpt.com/connector/oauth/.',
    'https://chatgpt.com/connector/oauth/%2e%2e',
    'https://chatgpt.com/connector/oauth/.%2e/x',
    'https://chat.openai.com/aip/../oauth/callback',
    'https://chat.openai.com/aip/..;/oauth/callback',
    'https://app.example.com/oauth/../evil',
    'https://app.example.com/oauth/..;/evil',
    'https://app.example.com/oauth/%252e%252e/evil',
  ],
  '49 hidden slashes': [
    'https://chat.openai.com/aip//evil.com',
    'https://chat.openai.com/aip/%2fevil/oauth/callback',
    'https://chat.openai.com/aip/%5cevil/oauth/callback',
    'https://chat.openai.com/aip/a/b/oauth/callback',
    'https://chat.openai.com/aip//oauth/callback',
    'https://chatgpt.com/connector/oauth/a/b',
    'https://chatgpt.com/connector/oauth//evil.com',
    'https://chatgpt.com/connector/oauth/a%2Fb',
    'https://app.example.com/oauth//evil.com',
    'https://app.example.com/oauth/%2f%2fevil.com',
    'https://app.example.com//oauth/callback',
    'http://localhost:3000//evil.com/x',
  ],
  '51 another spelling': [
    'HTTPS://CHAT.OPENAI.COM/aip/x/oauth/callback',
    'HTTPS://claude.ai/api/mcp/auth_callback',
    'https://CLAUDE.ai/api/mcp/auth_callback',
    'https://claude.ai/API/mcp/auth_callback',
    'https://claude.ai./api/mcp/auth_callback',
    'https://claude.ai:443/api/mcp/auth_callback',
    'https://claude.ai:8443/api/mcp/auth_callback',
    'https://claude.ai:/api/mcp/auth_callback',
    'https:/claude.ai/api/mcp/auth_callback',
    'https:claude.ai/api/mcp/auth_callback',
    '//claude.ai/api/mcp/auth_callback',
    '/api/mcp/auth_callback',
    'http://localhost:3000',
    'https://claude.ai/api/mcp/%61uth_callback',
    'https://clаude.ai/api/mcp/auth_callback',
    'https://xn--clude-7ve.ai/api/mcp/auth_callback',
    'https://ⓒlaude.ai/api/mcp/auth_callback',
  ],
  '53 fragment': [
    'https://claude.ai/api/mcp/auth_callback#frag',
    'https://claude.ai/api/mcp/auth_callback#',
    'https://evil.com#@chat.openai.com/',
    'https://chatgpt.com/connector/oauth/x#y',
    'http://localhost:3000/callback#',
    `${CURSOR}#x`,
  ],
  '55 longer or shorter than the entry': [
    'https://claude.ai/api/mcp/auth_callback/39Y8nOAX3K',
    'https://claude.ai/api/mcp/auth_callbackevil',
    'https://claude.ai/api/mcp/auth_callback/',
    'https://claude.ai/api/mcp/auth_callback?',
    'https://claude.ai/api/mcp/auth_callback?code=1',
    'https://claude.ai/api/mcp/',
    'https://claude.ai/',
    'https://chatgpt.com/connector/oauth/',
    'https://chatgpt.com/connector/oauth',
    'https://chatgpt.com/connector/oauth/x/',
    'https://chatgpt.com/connector/oauth/x?code=stolen&state=1',
    'https://chatgpt.com/',
    'https://chat.openai.com/aip/x/oauth/callback/y',
    'https://oauth.pstmn.io/v1/callback2',
    'https://app.example.com/oauthevil/callback',
    'https://app.example.com/oauth',
    'https://app.example.com/oauth/x?code=1',
    'https://app.example.com/',
    'http://localhost:3000/callback?code=1',
  ],
  '59 control characters and spaces': [
    'https://claude.ai/api/mcp/auth_callback\n',
    'https://claude.ai/api/mcp/auth_callback\r\nX: y',
    '\thttps://claude.ai/api/mcp/auth_callback',
    ' https://claude.ai/api/mcp/auth_callback',
    'https://claude.ai/api/mcp/auth_callback ',
    'https://cla\tude.ai/api/mcp/auth_callback',
    'https://claude.ai/api/mcp/auth_callback\0',
    'https://chatgpt.com/connector/oauth/%00',
    'https://chatgpt.com/connector/oauth/a%0d%0aSet-Cookie:x',
    'https://claude%2eai/api/mcp/auth_callback',
    'http://localhost:3000/a\u2028b',
    'http://localhost:3000/%0d%0aX',
    'https://claude.ai/api/mcp/auth_callback\ufeff',
    'https://cla\u00adude.ai/api/mcp/auth_callback',
  ],
  '61 other schemes': [
    'cursor://evil/oauth/callback',
    'cursor://anysphere.cursor-mcp/oauth/callback/x',
    'cursor://anysphere.cursor-mcp/oauth',
    'CURSOR://anysphere.cursor-mcp/oauth/callback',
    'vscode://x',
    'javascript:alert(1)',
    'javascript://claude.ai/%0aalert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://claude.ai/api/mcp/auth_callback',
    'blob:https://claude.ai/x',
    'view-source:https://claude.ai/api/mcp/auth_callback',
    'ws://localhost:3000/',
    'urn:ietf:wg:oauth:2.0:oob',
    'com.evil.app:/callback',
  ],
  '63 numbers and names that are not loopback': [
    'http://127.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0/',
    'http://0.0.0.0/',
    'http://0177.0.0.1/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://127.0.0.2/',
    'http://localhost.evil.com/',
    'http://localhost./',
    'http://evil.localhost/',
    'http://192.168.1.1/',
    'http://169.254.169.254/',
    'http://[::]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::1%25lo]/',
    'http://127.0.0.1.nip.io/',
    'http://localhost:99999/',
    'http://localhost:3000:80/',
    'https://localhost:3000/callback',
    'http://LOCALHOST:3000/callback',
  ],
  '64 plain http to a public host': [
    'http://claude.ai/api/mcp/auth_callback',
    'http://chatgpt.com/connector/oauth/x',
    'http://app.example.com/oauth/callback',
  ],
  '66 no text, no end': [
    '',
    ' ',
    `https://chatgpt.com/connector/oauth/${'x'.repeat(300)}`,
    `http://localhost:3000/${'x'.repeat(2000)}`,
    'https://',
    'https:///',
    'null',
    'undefined',
    'System.Object[]',
  ],
};
const hostile = Object.entries(HOSTILE).flatMap(([row, uris]) => uris.map((uri) => [row, uri] as const));

test('SEC-D6: the corpus of hostile and good URIs has not shrunk', () => {
  expect(new Set(hostile.map(([, uri]) => uri)).size).toBeGreaterThanOrEqual(90);
  expect(LEGITIMATE).toHaveLength(15);
});

describe.each([
  ['exact', exact],
  ['prefix', prefix],
] as const)('mode %s', (_, uris) => {
  test.each(LEGITIMATE)('allows %s', (uri) => expect(uris.allows(uri)).toBe(true));
  test.each(hostile)('%s: refuses %j', (_row, uri) => expect(uris.allows(uri)).toBe(false));
  test.each([
    undefined,
    null,
    1,
    {},
    [],
    ['https://claude.ai/api/mcp/auth_callback'],
    { toString: () => LEGITIMATE[0] },
  ])('refuses %j, which is no text', (uri) => expect(uris.allows(uri)).toBe(false));
});

test('SEC-55: in exact mode only the entry itself passes', () => {
  expect(exact.allows('https://app.example.com/oauth/callback')).toBe(true);
  expect(exact.allows('https://app.example.com/oauth/done?tenant=1')).toBe(true);
  expect(exact.allows('https://app.example.com/oauth/callback/39Y8nOAX3K')).toBe(false);
  expect(exact.allows('https://app.example.com/oauth/')).toBe(false);
});

test('SEC-61: a private scheme passes where its whole URI is listed', () => {
  const [uri, other] = ['com.example.app:/oauth/callback', 'com.example.app:/oauth/other'];
  for (const REDIRECT_URI_ALLOWLIST_MODE of ['exact', 'prefix']) {
    const uris = list({ REDIRECT_URI_ALLOWLIST: uri, REDIRECT_URI_ALLOWLIST_MODE });
    expect([uri, other].map((each) => uris.allows(each))).toEqual([true, false]);
  }
});

test('in prefix mode whole path segments below the entry pass', () => {
  expect(prefix.allows('https://app.example.com/oauth/')).toBe(true);
  expect(prefix.allows('https://app.example.com/oauth/callback')).toBe(true);
  expect(prefix.allows('https://app.example.com/oauth/v1/callback')).toBe(true);
});

test('in prefix mode every entry that is no folder is exact, and stops nothing', () => {
  const entries = [
    'https://a.example/cb',
    'https://a.example/x/?y=/',
    'http://localhost:3000/x/',
    'com.example.app:/cb/',
  ];
  const uris = list({
    REDIRECT_URI_ALLOWLIST: ['https://app.example.com/oauth/', ...entries].join(),
    REDIRECT_URI_ALLOWLIST_MODE: 'prefix',
    REDIRECT_URI_DEFAULTS: 'false',
  });
  for (const entry of entries) {
    expect(uris.allows(entry)).toBe(true);
    expect(uris.allows(`${entry}/x`)).toBe(false);
    expect(uris.allows(`${entry}x`)).toBe(false);
  }
  expect(uris.allows('https://app.example.com/oauth/x')).toBe(true);
  expect(uris.exactEntries()).toEqual(entries);
});

test.each(['exact', 'prefix'])('in mode %s a listed loopback URI matches any port, and nothing else', (mode) => {
  const uris = list({
    REDIRECT_URI_ALLOWLIST: 'http://127.0.0.1:3000/cb,http://localhost/x/',
    REDIRECT_URI_ALLOWLIST_MODE: mode,
    REDIRECT_URI_DEFAULTS: 'false',
  });
  const good = [
    'http://127.0.0.1:3000/cb',
    'http://127.0.0.1:51234/cb',
    'http://127.0.0.1/cb',
    'http://localhost:8080/x/',
  ];
  const bad = [
    'http://127.0.0.1:3000/other',
    'http://127.0.0.1:3000/cb/',
    'http://127.0.0.1:3000/cb?x=1',
    'http://localhost:3000/cb',
    'http://[::1]:3000/cb',
    'http://localhost/x/y',
    'https://127.0.0.1:3000/cb',
    'http://127.0.0.1:0/cb#x',
    'http://127.0.0.1.evil.example:3000/cb',
  ];
  expect(good.filter((uri) => !uris.allows(uri))).toEqual([]);
  expect(bad.filter((uri) => uris.allows(uri))).toEqual([]);
});

test.each([
  'https://chatgpt.com',
  'https://chatgpt.com/',
  'https://chatgpt.com/?x=/',
  'https://a.example//',
  'https://a.example/x//',
  'https://a.example/x/*',
  'https://a.example/x/../',
  'http://a.example/x/',
  'javascript:x/',
  '*',
])('SEC-57: prefix entry %s stops the start and is named', (entry) => {
  const start = () => list({ REDIRECT_URI_ALLOWLIST: entry, REDIRECT_URI_ALLOWLIST_MODE: 'prefix' });
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(entry);
});

test.each([
  '*',
  'https://*.example.com/cb',
  'https://a.example/cb#x',
  'https://a.example/cb#',
  'https://u:p@a.example/cb',
  'http://a.example/cb',
  'HTTPS://a.example/cb',
  'https://a.example',
  'https://a.example:443/cb',
  'https://a.example/x/../cb',
  'javascript:alert(1)',
  'javascript://x/y',
  'data:text/html',
  'file:///x',
  'a.example/cb',
  '/cb',
  'cursor:',
  'urn:x:y',
  'https://a.example/%2e%2e/cb',
  'https://a.example/x%2fcb',
  'https://a.example/x%5Ccb',
  'https://a.example/x%0acb',
  'https://a.example/x%252e',
  'https://a.example/x%zz',
])('exact entry %s stops the start and is named', (entry) => {
  const start = () => list({ REDIRECT_URI_ALLOWLIST: entry });
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(entry);
});

test.each([
  'code=1',
  'tenant=1&state=x',
  'iss=a.example',
  'error=access_denied',
  'error_description=x',
  'error_uri=x',
  'access_token=x',
  'id_token=x',
  'response=x',
  'session_state=x',
  '%63ode=1',
  'co%64e',
  'CODE=1',
])('an entry with ?%s stops the start and is named: the answer would have it twice', (query) => {
  const entry = `https://a.example/cb?${query}`;
  const start = () => list({ REDIRECT_URI_ALLOWLIST: entry });
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(`${JSON.stringify(entry)} has a parameter of the answer in its query`);
});

test('what a client registered may be answered as long as it is listed; the port of a loopback redirect may be another one', () => {
  const [callback, loopback] = ['https://claude.ai/api/mcp/auth_callback', 'http://127.0.0.1/callback'];
  const own = list({ REDIRECT_URI_DEFAULTS: 'false', REDIRECT_URI_ALLOWLIST: loopback });
  for (const port of ['', ':1', ':65535'])
    expect(own.mayReceive(`http://127.0.0.1${port}/callback`, [callback, loopback])).toBe(true);
  for (const uri of [
    callback,
    'http://127.0.0.1/other',
    'http://localhost/callback',
    'http://[::1]/callback',
    'http://127.0.0.1:99999/callback',
    'http://127.0.0.1:/callback',
    'http://127.0.0.1/callback?x',
    'http://127.0.0.1@evil.com/callback',
    `${loopback}#`,
    '',
    undefined,
  ])
    expect(own.mayReceive(uri, [callback, loopback])).toBe(false);
  expect(own.mayReceive(loopback, [])).toBe(false);
  expect(list().mayReceive(callback, [callback])).toBe(true);
  expect(list().mayReceive('https://claude.com/api/mcp/auth_callback', [callback])).toBe(false);
  expect(list().mayReceive('https://claude.ai:8443/api/mcp/auth_callback', [callback])).toBe(false);
});

test('every bad entry is named at once', () => {
  expect(() => list({ REDIRECT_URI_ALLOWLIST: '*,https://good.example/cb,http://bad.example/' })).toThrow(
    /"\*"[^]*http:\/\/bad\.example\//,
  );
});

test("REDIRECT_URI_DEFAULTS=false leaves the operator's entries; an empty list allows nothing", () => {
  const entry = 'https://app.example.com/cb';
  const own = list({ REDIRECT_URI_DEFAULTS: 'false', REDIRECT_URI_ALLOWLIST: entry });
  expect(LEGITIMATE.filter((uri) => own.allows(uri))).toEqual([]);
  expect(own.allows(entry)).toBe(true);
  expect(LEGITIMATE.filter((uri) => list({ REDIRECT_URI_DEFAULTS: 'false' }).allows(uri))).toEqual([]);
});

test('/connect without a client takes exact entries only', () => {
  expect(exact.exactEntries()).toEqual([
    ...VENDOR_REDIRECTS.filter((uri) => LEGITIMATE.includes(uri)),
    'https://app.example.com/oauth/callback',
    'https://app.example.com/oauth/done?tenant=1',
  ]);
  expect(exact.isExactEntry(CURSOR)).toBe(true);
  expect(exact.isExactEntry('http://localhost:3000/callback')).toBe(false);
  expect(exact.isExactEntry('https://chatgpt.com/connector/oauth/x')).toBe(false);
  expect(prefix.isExactEntry('https://app.example.com/oauth/')).toBe(false);
  expect(exact.isExactEntry(undefined)).toBe(false);
});

test('a person is shown the host, and that it is their own computer', () => {
  expect(redirectTarget('https://claude.ai/api/mcp/auth_callback')).toEqual({ host: 'claude.ai', loopback: false });
  expect(redirectTarget('http://[::1]:6274/x')).toEqual({ host: '[::1]:6274', loopback: true });
  expect(redirectTarget(CURSOR)).toEqual({ host: 'cursor://anysphere.cursor-mcp', loopback: false });
  expect(isLoopbackOnly(['http://localhost/callback', 'http://127.0.0.1/callback'])).toBe(true);
  expect(isLoopbackOnly(['http://localhost/callback', 'https://claude.ai/api/mcp/auth_callback'])).toBe(false);
  expect(isLoopbackOnly([])).toBe(false);
});
