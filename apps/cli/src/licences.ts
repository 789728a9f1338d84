import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of the lockfile that comes with the product. */
export interface Shipped {
  name: string;
  version: string;
  /** As its author says it: an SPDX expression, or undefined. */
  licence: string | undefined;
  /** Whether it works without: the image does not have it. */
  optional: boolean;
}

/** What an installation without development tools brings along, each version once, by name. Read from package-lock.json in `root`. */
export function shipped(root: string): Shipped[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; license?: string; dev?: boolean; optional?: boolean }>;
  };
  const all = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version, license, optional = false }]) => ({
      name: path.replace(/^.*node_modules\//, ''),
      version,
      licence: license,
      optional,
    }));
  const once = new Map(all.map((each) => [`${each.name}@${each.version}`, each]));
  return [...once.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** docs/licences.md */
export function renderLicences(): string {
  const all = shipped('.');
  const counts = new Map<string, number>();
  for (const { licence = 'none' } of all) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const most = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  return [
    '# Licences',
    '',
    'Generated from `package-lock.json` by `npm run docs`: what comes with the gateway, under which licence. Development tools are not part of it. Optional packages (the binaries of the embedded PostgreSQL) are in the list; the image leaves them out.',
    '',
    'The gateway itself is under the [MIT licence](../LICENSE). A law (`test/laws/supply-chain.spec.ts`) names the licences that go with it, and fails for any other.',
    '',
    '| licence | packages |',
    '|---|---|',
    ...most.map(([licence, count]) => `| ${licence} | ${count} |`),
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...all.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence ?? 'none'} |`),
    '',
  ].join('\n');
}
