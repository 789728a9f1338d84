// The last step of `npm run build`: joins the compiled modules and the packages they use into few files, which are what is shipped and
// started. A process reads thousands of modules otherwise, and spends three quarters of its start on that (docs/adr/0011).
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const [COMPILED, SHIPPED] = ['build', 'dist'];
/** What is started, and the list of commands, which says of each whether it is there. */
const ENTRIES = ['cli/src/main', 'cli/src/commands', 'gateway/src/main', 'sandbox/src/main'];

/** Packages that others would use if they were there. Each is loaded where it is used, and nothing of ours leads there. */
const NOT_INSTALLED = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'pg-native',
];
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const packageOf = (specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)[0];
const placeOf = (file) => /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

/** Development tools stay outside, too: the commands that need them are none of a production installation. */
const outside = {
  name: 'outside',
  resolveId: {
    filter: { id: /^[^./\0]/ },
    async handler(id, importer, options) {
      if (NOT_INSTALLED.includes(packageOf(id))) return { id, external: true };
      // One version of a package may be a tool's and another ours.
      const found = await this.resolve(id, importer, { ...options, skipSelf: true });
      const place = found && placeOf(found.id.replaceAll('\\', '/'));
      return place && packages[place]?.dev ? { id, external: true } : found;
    },
  },
};

/** Where a file of ours looks for files beside it, it goes on doing so from where it lay: what is no code lies there still. */
const asWhereItLay = {
  name: 'as-where-it-lay',
  transform: {
    filter: { id: new RegExp(`/${COMPILED}/(?:apps|libs)/`), code: 'import.meta.url' },
    handler(code, id) {
      const file = id.slice(id.lastIndexOf(`/${COMPILED}/`) + COMPILED.length + 2);
      return code.replaceAll('import.meta.url', `new URL(${JSON.stringify(file)}, __shipped).href`);
    },
  },
};

rmSync(SHIPPED, { recursive: true, force: true });
const bundle = await rolldown({
  platform: 'node',
  input: Object.fromEntries(ENTRIES.map((entry) => [`apps/${entry}`, `${COMPILED}/apps/${entry}.js`])),
  plugins: [outside, asWhereItLay],
  onLog: (level, log, next) => {
    // Some old package evaluates text that it has made itself, and says so in its source.
    if (log.code === 'EVAL') return;
    next(level === 'warn' ? 'error' : level, log);
  },
});
await bundle.write({
  dir: SHIPPED,
  format: 'esm',
  // Of two things of one name one gets another, and Nest, TypeORM and OpenAPI ask classes for theirs.
  keepNames: true,
  // Licences stay.
  comments: { annotation: false, jsdoc: false },
  // The sandbox is no part of a production image, and easy to leave out.
  chunkFileNames: ({ moduleIds }) =>
    moduleIds.some((id) => id.includes(`/${COMPILED}/apps/sandbox/`))
      ? 'apps/sandbox/[name]-[hash].js'
      : 'chunks/[name]-[hash].js',
  intro: ({ fileName }) =>
    `const __shipped = new URL('${'../'.repeat(fileName.split('/').length - 1)}', import.meta.url);`,
});
// Pages, styles and texts.
for (const folder of ['apps', 'libs'])
  cpSync(`${COMPILED}/${folder}`, `${SHIPPED}/${folder}`, {
    recursive: true,
    filter: (source) => !/\.js(?:\.map)?$/.test(source) || source.includes('/static'),
  });
