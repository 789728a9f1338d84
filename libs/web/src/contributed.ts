import { readdirSync, readFileSync } from 'node:fs';

/** The folder of all libraries, of the sources or of what was built of them. */
const LIBS = new URL('../../', import.meta.url);

/** What libraries contribute to the pages: the files whose name ends so, in every folder of that name below any library. */
export function contributed(folder: string, ending: string): { name: string; url: URL; text: string }[] {
  const inside = new RegExp(`(?:^|/)${folder}/[^/]+$`);
  return (readdirSync(LIBS, { recursive: true }) as string[])
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(ending) && inside.test(path))
    .map((path) => ({ path, url: new URL(path, LIBS) }))
    .map(({ path, url }) => ({
      name: path.slice(path.lastIndexOf('/') + 1, -ending.length),
      url,
      text: readFileSync(url, 'utf8'),
    }));
}
