import { formTarget } from './page-headers.js';

test.each([
  ['https://chatgpt.com/connector/oauth/abc', 'https://chatgpt.com'],
  ['http://127.0.0.1:6274/callback', 'http://127.0.0.1:6274'],
  ['http://localhost/callback', 'http://localhost'],
  ['http://[::1]:6274/callback', 'http:'],
  ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor:'],
])('a form may end at %s by the source %s', (uri, source) => expect(formTarget(uri)).toBe(source));
