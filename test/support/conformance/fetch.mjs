// Installs the official conformance suite, and a Node.js for it where ours is too old, into .cache/conformance; does nothing
// when both are there. Prints their paths as JSON. They are no dependencies of the project: 240 MB that one test needs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../../.cache/conformance', import.meta.url));
const PLATFORM = process.platform === 'win32' ? 'win' : process.platform;
const SUITE = '@modelcontextprotocol/conformance';
const NODE = `node-${PLATFORM}-${process.arch}`;
// The suite calls fs.globSync.
const OWN_NODE_WILL_DO = Number(process.versions.node.split('.')[0]) >= 22;
const PINNED = { [SUITE]: '0.2.0-alpha.12', ...(OWN_NODE_WILL_DO ? {} : { [NODE]: '22.23.3' }) };

if (!Object.entries(PINNED).every(([name, version]) => versionOf(name) === version)) install();
console.log(
  JSON.stringify({
    node: OWN_NODE_WILL_DO
      ? process.execPath
      : join(CACHE, 'node_modules', NODE, 'bin', PLATFORM === 'win' ? 'node.exe' : 'node'),
    suite: join(CACHE, 'node_modules', SUITE, 'dist', 'index.js'),
  }),
);

function versionOf(name) {
  try {
    return JSON.parse(readFileSync(join(CACHE, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

/** Into a folder of its own first: one that was interrupted never looks like a finished one. */
function install() {
  mkdirSync(dirname(CACHE), { recursive: true });
  const folder = mkdtempSync(`${CACHE}-`);
  const packages = Object.entries(PINNED).map(([name, version]) => `${name}@${version}`);
  const options = [
    '--prefix',
    folder,
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--fetch-retries=1',
  ];
  const { status } = spawnSync('npm', ['install', '--loglevel=error', ...options, ...packages], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  rmSync(status === 0 ? CACHE : folder, { recursive: true, force: true });
  if (status !== 0) process.exit(1);
  renameSync(folder, CACHE);
}
