// Builds the bundle by which Claude Desktop installs `clickup-mcp stdio`, with the tool that checks such bundles:
// npm run mcpb [-- <file>]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOOL = '@anthropic-ai/mcpb@2.1.2';
const root = fileURLToPath(new URL('../../', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const target = resolve(process.argv[2] ?? join('dist', `clickup-mcp-gateway-${version}.mcpb`));
/** Of a package or of ours: what is read by people and tools, not by Node. */
const UNREAD = /\.(map|md|[cm]?ts)$/;

const bundle = mkdtempSync(join(tmpdir(), 'clickup-mcp-bundle-'));
try {
  const take = (path) =>
    cpSync(join(root, path), join(bundle, path), { recursive: true, filter: (source) => !UNREAD.test(source) });
  for (const { path } of packed()) take(path);
  // What `npm ci --omit=dev --omit=optional` would install: no tools, and no database.
  for (const [path, { dev, optional, devOptional }] of Object.entries(packages))
    if (path !== '' && !dev && !optional && !devOptional) take(path);
  for (const name of ['manifest.json', 'icon.png']) cpSync(join(root, 'scripts/mcpb', name), join(bundle, name));
  mkdirSync(dirname(target), { recursive: true });
  // Checks the manifest first.
  process.exitCode = mcpb(['pack', bundle, target]).status ?? 1;
} finally {
  rmSync(bundle, { recursive: true });
}

/** What the package for npm holds. */
function packed() {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 24,
    shell: process.platform === 'win32',
  });
  return JSON.parse(stdout)[0].files;
}

/** MCPB names an installation of the tool; unset, npx fetches it. */
function mcpb(args) {
  const [command, ...before] = process.env.MCPB ? [process.env.MCPB] : ['npx', '--yes', TOOL];
  return spawnSync(command, [...before, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
}
