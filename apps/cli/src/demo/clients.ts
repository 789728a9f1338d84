import { VENDORS } from '#libs/core';
import { type Door } from './stage.js';

type Connection = Pick<Door, 'url' | 'key'>;

/** How to connect a client, ready to paste: the vendors that take a key, and curl. */
export function clients({ url, key }: Connection): { name: string; text: string }[] {
  return [
    ...VENDORS.flatMap(({ label, setup }) => {
      if (!setup) return [];
      const { file, text } = setup(url, key);
      return [{ name: file === undefined ? label : `${label} (${file})`, text }];
    }),
    {
      name: 'curl',
      text: `curl ${url} -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`,
    },
  ];
}
