import { readdirSync, readFileSync } from 'node:fs';

/** The folder of all libraries: among the sources, or in the build. */
const LIBS = new URL('../../', import.meta.url);
const FILES = (readdirSync(LIBS, { recursive: true }) as string[]).map((path) => path.replaceAll('\\', '/'));

/** A file that a library contributes to the pages. */
export interface ContributedFile {
  /** Without folder and ending. */
  name: string;
  url: URL;
  text: string;
}

/** The files `<folder>/<name><ending>` of all libraries, at any depth. */
export function contributed(folder: string, ending: string): ContributedFile[] {
  const inside = new RegExp(`(?:^|/)${folder}/[^/]+$`);
  return FILES.filter((path) => path.endsWith(ending) && inside.test(path)).map((path) => {
    const url = new URL(path, LIBS);
    return { name: path.slice(path.lastIndexOf('/') + 1, -ending.length), url, text: readFileSync(url, 'utf8') };
  });
}
