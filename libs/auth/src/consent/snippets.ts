import { type Setup, VENDORS } from '#libs/core';

/** Something to copy into a client. */
export interface Snippet extends Setup {
  client: string;
}

/** Ready-made configuration of common clients. */
export function snippets(url: string, key: string): Snippet[] {
  return [
    ...VENDORS.flatMap(({ label, setup }) => (setup ? [{ client: label, ...setup(url, key) }] : [])),
    {
      client: 'curl',
      text: [
        `curl ${url}`,
        `-H 'Authorization: Bearer ${key}'`,
        `-H 'Content-Type: application/json'`,
        `-d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`,
      ].join(' \\\n  '),
    },
  ];
}
