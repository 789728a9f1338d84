import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file that pages refer to. */
export interface Asset {
  /** Holds a hash of the content, so browsers may keep the file for ever. */
  url: string;
  type: string;
  body: Buffer;
}

const FILES = {
  'app.css': 'text/css; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

function load(name: string, type: string): Asset {
  const body = readFileSync(new URL(`static/${name}`, import.meta.url));
  const [stem, extension] = name.split('.');
  return {
    url: `/static/${stem}.${createHash('sha256').update(body).digest('hex').slice(0, 12)}.${extension}`,
    type,
    body,
  };
}

/** Style, script and icon of the pages, read once. */
export const ASSETS = Object.fromEntries(
  Object.entries(FILES).map(([name, type]) => [name, load(name, type)]),
) as Record<keyof typeof FILES, Asset>;
