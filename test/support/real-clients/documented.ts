import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Code of a page in docs/clients, as it stands there.
 * @param heading the section that it stands in
 * @param nth which of the blocks of that section, from 0
 * @throws Error when there is no such block
 */
export function documented(page: string, heading: string, nth = 0): string {
  const text = readFileSync(resolve('docs/clients', page), 'utf8');
  const [, section = ''] = text.split(new RegExp(`^##? ${heading}\n`, 'm'));
  const [own = ''] = section.split(/^## /m);
  const block = [...own.matchAll(/^```\w+\n(.*?)^```$/gms)][nth]?.[1];
  if (block === undefined) throw new Error(`docs/clients/${page} has no such block under "${heading}"`);
  return block;
}

/** The documents' placeholders replaced by what is really there. */
export const filledIn = (block: string, url: string, key: string): string =>
  block
    .replaceAll('https://clickup.example.com/mcp', url)
    .replaceAll('http://localhost:3000/mcp', url)
    .replaceAll(/\bKEY\b/g, key);
