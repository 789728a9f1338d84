import { type Setup, VENDORS } from '#libs/core';

/** Something to copy into a client. */
export interface Snippet extends Setup {
  client: string;
}

/** Ready-made configuration of common clients, with an API key. */
export const snippets = (url: string, key: string): Snippet[] => [
  ...VENDORS.flatMap(({ label, setup }) => (setup ? [{ client: label, ...setup(url, key) }] : [])),
  { client: 'curl', text: curl(url, `Authorization: Bearer ${key}`) },
];

/** The same with a server URL, which needs no key beside it. */
export const serverSnippets = (url: string): Snippet[] => [
  ...VENDORS.flatMap(({ label, server }) => (server ? [{ client: label, ...server(url) }] : [])),
  { client: 'curl', text: curl(url) },
];

const curl = (url: string, ...headers: string[]): string =>
  [
    `curl ${url}`,
    ...[...headers, 'Content-Type: application/json'].map((header) => `-H '${header}'`),
    `-d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`,
  ].join(' \\\n  ');
