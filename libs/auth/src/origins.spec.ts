import { loadConfig } from '#libs/core';
import { type IncomingMessage } from 'node:http';
import { Origins } from './origins.js';

const origins = new Origins(loadConfig({ BASE_URL: 'https://clickup.example.com', ALLOWED_HOSTS: 'clickup-mcp', ALLOWED_ORIGINS: 'https://app.example.org' }));
const withHost = (host?: string) => () => origins.checkHost({ headers: { host } } as IncomingMessage);
const withOrigin = (origin?: string) => () => origins.checkOrigin({ headers: { origin } } as IncomingMessage);

test.each(['clickup.example.com', 'CLICKUP.example.com:443', 'localhost:3000', '127.0.0.1', '[::1]:3000', 'clickup-mcp:3000'])('Host %s is served', (host) => {
  expect(withHost(host)).not.toThrow();
});

test.each(['evil.com', 'clickup.example.com.evil.com', 'evil.com:3000', 'localhost.evil.com', '127.0.0.1.nip.io', '', undefined, 'clickup.example.com:80:80', 'a@localhost'])('Host %s is not', (host) => {
  expect(withHost(host)).toThrow(expect.objectContaining({ code: 'forbidden' }));
});

test.each([undefined, 'https://clickup.example.com', 'https://claude.ai', 'https://chatgpt.com', 'http://localhost:6274', 'http://127.0.0.1:80', 'http://[::1]:3000', 'https://app.example.org'])('Origin %s may call', (origin) => {
  expect(withOrigin(origin)).not.toThrow();
});

test.each(['https://evil.com', 'null', '', 'http://localhost.evil.com', 'https://chatgpt.com.evil.com', 'http://claude.ai', 'https://claude.ai:8443', 'file://', 'http://localhost:99999999', 'https://claude.ai/'])('Origin %s may not', (origin) => {
  expect(withOrigin(origin)).toThrow(expect.objectContaining({ code: 'forbidden' }));
});
