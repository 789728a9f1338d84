import { loadConfig } from '#libs/core';
import fc from 'fast-check';
import { RedirectUris } from './redirect-uris.js';

const RUNS = 100_000;
const GOOD = [
  'https://chatgpt.com/connector/oauth/39Y8nOAX3K',
  'https://chatgpt.com/connector_platform_oauth_redirect',
  'https://chat.openai.com/aip/g-0123/oauth/callback',
  'https://claude.ai/api/mcp/auth_callback',
  'https://claude.com/api/mcp/auth_callback',
  'http://localhost:33418/callback',
  'http://127.0.0.1:8080/',
  'http://[::1]:6274/oauth/callback/debug',
  'https://oauth.pstmn.io/v1/callback',
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'https://www.cursor.com/agents/mcp/oauth/callback',
  'https://vscode.dev/redirect',
  'https://insiders.vscode.dev/redirect',
  'https://app.example.com/oauth/callback',
];
const TRICKS = [
  '@',
  '\\',
  '//',
  '..',
  '../',
  '/..;/',
  '%2e',
  '%2f',
  '%5c',
  '%00',
  '%',
  '#',
  '?',
  ';',
  ':',
  ':443',
  '.',
  '.evil.com',
  'evil.com',
  'https://',
  'http://',
  '@evil.com',
  '\t',
  '\n',
  ' ',
  '\0',
  'A',
  'x',
  '/',
  '-',
  '_',
  '%41',
  '\u00e9',
  '\u2025',
  '\uff0f',
  '[',
  ']',
  '127.0.0.1',
  'localhost',
  '&code=1',
];

interface Mutation {
  at: number;
  cut: number;
  put: string;
  upper: boolean;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(80),
  cut: fc.nat(6),
  put: fc.oneof(fc.constantFrom('', ...TRICKS), fc.string({ maxLength: 4 })),
  upper: fc.boolean(),
});

function mutated(uri: string, mutations: Mutation[]): string {
  return mutations.reduce((text, { at, cut, put, upper }) => {
    const position = at % (text.length + 1);
    const removed = text.slice(position, position + cut);
    return text.slice(0, position) + (upper && !put ? removed.toUpperCase() : put) + text.slice(position + cut);
  }, uri);
}

/** Knows the hosts and the number of path segments, and nothing of how the list is matched. */
const PATHS: Record<string, (segments: string[]) => boolean> = {
  'https://chatgpt.com': (path) =>
    (path.length === 3 && path[0] === 'connector' && path[1] === 'oauth' && path[2] !== '') ||
    (path.length === 1 && path[0] === 'connector_platform_oauth_redirect'),
  'https://chat.openai.com': (path) =>
    path.length === 4 && path[0] === 'aip' && path[1] !== '' && path[2] === 'oauth' && path[3] === 'callback',
  'https://claude.ai': (path) => path.join() === 'api,mcp,auth_callback',
  'https://claude.com': (path) => path.join() === 'api,mcp,auth_callback',
  'https://oauth.pstmn.io': (path) => path.join() === 'v1,callback',
  'cursor://anysphere.cursor-mcp': (path) => path.join() === 'oauth,callback',
  'https://www.cursor.com': (path) => path.join() === 'agents,mcp,oauth,callback',
  'https://vscode.dev': (path) => path.join() === 'redirect',
  'https://insiders.vscode.dev': (path) => path.join() === 'redirect',
  'https://callback.mistral.ai': (path) => path.join() === 'v1,integrations_auth,oauth2_callback',
  'https://www.perplexity.ai': (path) => path.join() === 'rest,connections,oauth_callback',
  'https://app.example.com': (path) => path.length >= 2 && path[0] === 'oauth',
};

function mayPass(uri: string): boolean {
  const url = new URL(uri);
  if (url.href !== uri || url.username || url.password || url.search || url.hash || /[\\%;]|[^\x21-\x7e]/.test(uri))
    return false;
  if (url.protocol === 'http:') return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return PATHS[`${url.protocol}//${url.host}`]?.(url.pathname.slice(1).split('/')) ?? false;
}

test.each([
  ['exact', 'https://app.example.com/oauth/callback'],
  ['prefix', 'https://app.example.com/oauth/'],
])('SEC-67: %s: of 100,000 mutations of good URIs none passes that the oracle refuses', (mode, entry) => {
  const uris = new RedirectUris(loadConfig({ REDIRECT_URI_ALLOWLIST: entry, REDIRECT_URI_ALLOWLIST_MODE: mode }));
  const seed = Date.now() % 2 ** 31;
  let accepted = 0;
  console.info(`seed ${seed}`);
  fc.assert(
    fc.property(fc.constantFrom(...GOOD), fc.array(mutation, { maxLength: 4 }), (good, mutations) => {
      const uri = mutated(good, mutations);
      if (!uris.allows(uri)) return true;
      accepted += 1;
      return mayPass(uri);
    }),
    { numRuns: RUNS, seed },
  );
  // The test would prove nothing if every mutation were nonsense.
  expect(accepted).toBeGreaterThan(RUNS / 100);
});
