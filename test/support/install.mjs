// Installs packages that are no dependencies of the project, because one test needs them and they are large.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes `.cache/<name>` hold exactly the pinned versions, in its `node_modules`; does nothing when it does. Ends the process with 1
 * when they cannot be had (npm has said why on stderr), and, called with `--look`, when they are not there.
 * @param {string} name
 * @param {Record<string, string>} pinned
 * @returns {string} the folder
 */
export function installed(name, pinned) {
  const cache = fileURLToPath(new URL(`../../.cache/${name}`, import.meta.url));
  if (Object.entries(pinned).every(([each, version]) => versionOf(cache, each) === version)) return cache;
  if (process.argv.includes('--look')) process.exit(1);
  install(cache, pinned);
  return cache;
}

function versionOf(cache, name) {
  try {
    return JSON.parse(readFileSync(join(cache, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

/** Into a folder of its own first: one that was interrupted never looks like a finished one. */
function install(cache, pinned) {
  mkdirSync(dirname(cache), { recursive: true });
  const folder = mkdtempSync(`${cache}-`);
  const packages = Object.entries(pinned).map(([name, version]) => `${name}@${version}`);
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
  rmSync(status === 0 ? cache : folder, { recursive: true, force: true });
  if (status !== 0) process.exit(1);
  renameSync(folder, cache);
}
