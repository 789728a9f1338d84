// Builds the site of the documents into .cache/site, with a VitePress that is no dependency of the project; what is given goes to it:
// npm run site -- --base /below/
import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installed } from '../../test/support/install.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const modules = join(installed('vitepress', { vitepress: '1.6.4' }), 'node_modules');
// VitePress loads what it has built from the folder of its configuration, and looks for Vue from there.
const link = fileURLToPath(new URL('node_modules', import.meta.url));
rmSync(link, { force: true, recursive: true });
symlinkSync(modules, link, 'junction');
const command = [join(modules, 'vitepress/bin/vitepress.js'), 'build', 'docs', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
rmSync(link, { force: true, recursive: true });
process.exit(status ?? 1);
