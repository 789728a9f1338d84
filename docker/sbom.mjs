// Prints a CycloneDX bill of materials of what the image installs: npm run --silent sbom
// `npm sbom --omit dev` also leaves out packages that are needed at run time and by a tool. So npm is shown a project without tools.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, root), 'utf8'));
/** What the image is installed from: npm ci --omit=dev --omit=optional. */
const shippedOnly = ({ devDependencies: _, optionalDependencies: __, overrides: ___, ...rest }) => rest;

const manifest = shippedOnly(read('package.json'));
const lockfile = read('package-lock.json');
const installed = Object.entries(lockfile.packages).filter(([path, { dev, optional }]) => path && !dev && !optional);
lockfile.packages = { '': shippedOnly(lockfile.packages['']), ...Object.fromEntries(installed) };

const parent = mkdtempSync(join(tmpdir(), 'clickup-mcp-sbom-'));
try {
  // npm names the product after its folder.
  const folder = join(parent, manifest.name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lockfile));
  const { status } = spawnSync(
    'npm',
    ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'],
    { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(parent, { recursive: true });
}
