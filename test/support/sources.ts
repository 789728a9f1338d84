import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** All sources under these folders (from the root of the repository), sorted, without specs. */
export const sourcesUnder = (...folders: string[]): string[] =>
  folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.ts') && !/spec\.ts$|\.d\.ts$/.test(file))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
