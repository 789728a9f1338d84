import { loadConfig } from '#libs/core';
import { type IncomingMessage } from 'node:http';
import { Origins } from './origins.js';

const origins = new Origins(
  loadConfig({
    BASE_URL: 'https://clickup.example.com',
    ALLOWED_HOSTS: 'clickup-mcp',
    ALLOWED_ORIGINS: 'https://app.example.org',
  }),
);
const withHost = (host?: string) => () =>
  origins.checkHost({
    headers: { host },
    rawHeaders: host === undefined ? [] : ['Host', host],
  } as unknown as IncomingMessage);
const withOrigin = (origin?: string) => () => origins.checkOrigin({ headers: { origin } } as IncomingMessage);

test.each([
  'clickup.example.com',
  'CLICKUP.example.com:443',
  'localhost:3000',
  '127.0.0.1',
  '[::1]:3000',
  'clickup-mcp:3000',
])('Host %s is served', (host) => {
  expect(withHost(host)).not.toThrow();
});

test.each([
  'evil.com',
  'clickup.example.com.evil.com',
  'evil.com:3000',
  'localhost.evil.com',
  '127.0.0.1.nip.io',
  '',
  undefined,
  'clickup.example.com:80:80',
  'a@localhost',
])('Host %s is not', (host) => {
  expect(withHost(host)).toThrow(expect.objectContaining({ code: 'forbidden' }));
});

test.each([
  undefined,
  'https://clickup.example.com',
  'https://claude.ai',
  'https://chatgpt.com',
  'http://localhost:6274',
  'http://127.0.0.1:80',
  'http://[::1]:3000',
  'https://app.example.org',
])('Origin %s may call', (origin) => {
  expect(withOrigin(origin)).not.toThrow();
});

test.each([
  'https://evil.com',
  'null',
  '',
  'http://localhost.evil.com',
  'https://chatgpt.com.evil.com',
  'http://claude.ai',
  'https://claude.ai:8443',
  'file://',
  'http://localhost:99999999',
  'https://claude.ai/',
])('Origin %s may not', (origin) => {
  expect(withOrigin(origin)).toThrow(expect.objectContaining({ code: 'forbidden' }));
});

const own =
  (headers: Record<string, string | undefined>, baseUrl = 'https://clickup.example.com') =>
  () =>
    origins.checkOwn({ headers } as unknown as IncomingMessage, baseUrl);

test.each([
  {},
  { origin: 'https://clickup.example.com' },
  { origin: 'https://clickup.example.com', 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
])('%j comes from our own pages', (headers) => {
  expect(own(headers)).not.toThrow();
});

test.each([
  { origin: 'https://evil.com' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'https://claude.ai' },
  { origin: 'http://clickup.example.com' },
  { origin: 'https://clickup.example.com:8443' },
  { origin: 'https://clickup.example.com.evil.com' },
  { 'sec-fetch-site': 'cross-site' },
  { origin: 'https://clickup.example.com', 'sec-fetch-site': 'cross-site' },
])('SEC-41: %j does not', (headers) => expect(own(headers)).toThrow(expect.objectContaining({ code: 'forbidden' })));

test('on loopback the name that was typed is ours, another port is not', () => {
  expect(own({ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }, 'http://localhost:3000')).not.toThrow();
  expect(own({ origin: 'http://localhost:9999', host: 'localhost:3000' }, 'http://localhost:3000')).toThrow();
  expect(own({ origin: 'http://evil.com', host: 'evil.com' }, 'http://localhost:3000')).toThrow();
});
