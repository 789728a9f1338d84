import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMMANDS } from '../../apps/cli/src/commands.js';

/** Packed and unpacked, with the packages that are in the bundle; when something makes it larger, it is worth to know what. */
const MOST_BYTES = { size: 3_000_000, unpackedSize: 14_000_000 };
const { name, dependencies, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  name: string;
  dependencies: Record<string, string>;
  bin: Record<string, string>;
};

interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}

/** A folder in which somebody has installed the package, without what is for development. */
let folder: string;
let packed: Packed;
const installed = () => join(folder, 'node_modules', name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clickup-mcp-package-'));
  const told = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  packed = (JSON.parse(told) as [Packed])[0];
  mkdirSync(installed(), { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', installed(), '--strip-components=1']);
  const link = (path: string, to: string) => {
    mkdirSync(dirname(join(folder, 'node_modules', path)), { recursive: true });
    symlinkSync(to, join(folder, 'node_modules', path));
  };
  for (const each of Object.keys(dependencies)) link(each, resolve('node_modules', each));
  // As npm links commands.
  for (const [command, file] of Object.entries(bin)) {
    chmodSync(join(installed(), file), 0o755);
    link(join('.bin', command), join('..', name, file));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As somebody would start it there: by npx, with nothing but what was installed. */
const npx = (args: readonly string[], env: Record<string, string> = {}, input = '') =>
  spawnSync('npx', ['--no-install', 'clickup-mcp', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, npm_config_update_notifier: 'false', ...env },
    input,
    encoding: 'utf8',
  });

test('the package holds the built program and what everybody expects beside it, nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  const program = /^dist\/(?:apps\/(?:cli|gateway)|chunks|libs\/\w+)\/.*\.(?:js|css|json|eta|svg)$/;
  expect(paths.filter((path) => !program.test(path)).sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  expect(paths.filter((path) => /\.(?:e2e-)?spec\.js$/.test(path))).toEqual([]);
  expect(packed.size).toBeLessThan(MOST_BYTES.size);
  expect(packed.unpackedSize).toBeLessThan(MOST_BYTES.unpackedSize);
});

test('every command can be loaded from it, but those that say that they need a clone', () => {
  const commands = pathToFileURL(join(installed(), 'dist/apps/cli/src/commands.js')).href;
  const { stdout } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { COMMANDS } = await import('${commands}');
       const missing = [];
       for (const [name, { load }] of Object.entries(COMMANDS))
         await load().catch(({ code }) => missing.push([name, code]));
       console.log(JSON.stringify(missing));`,
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  expect(JSON.parse(stdout)).toEqual(
    Object.entries(COMMANDS).flatMap(([command, { inClone }]) =>
      inClone ? [[command, expect.stringMatching(/^(ERR_MODULE_NOT_FOUND|ENOENT)$/)]] : [],
    ),
  );
});

test('a command that needs a clone says so', () => {
  const { status, stderr } = npx(['demo']);
  expect([status, stderr]).toEqual([1, 'clickup-mcp demo runs in a clone of the repository, after npm ci.\n']);
});

test('npx starts it as clients do, over standard input and output', () => {
  const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  const asked = [
    { id: 1, method: 'initialize', params: initialize },
    { id: 2, method: 'tools/list' },
  ];
  const { status, stdout } = npx(
    ['stdio'],
    // Nobody is there: only ClickUp's own answers are missing then.
    { CLICKUP_API_TOKEN: 'pk_1_A', CLICKUP_API_URL: 'http://127.0.0.1:9' },
    asked.map((each) => `${JSON.stringify({ jsonrpc: '2.0', ...each })}\n`).join(''),
  );
  expect(status).toBe(0);
  const [, listed] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(listed.result.tools.map((tool: { name: string }) => tool.name)).toContain('get_task');
});
