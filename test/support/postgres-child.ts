import { transformFileSync } from '@swc/core';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = process.cwd();
const SOURCES = ['apps/gateway/src/database', 'libs/core/src'];
const CHILD = `
import { openEmbedded } from './apps/gateway/src/database/embedded/embedded.js';
const log = { info: () => undefined, warn: () => undefined };
const database = await openEmbedded(process.argv[2], log);
process.on('SIGTERM', () => void database.close());
console.log(database.url);
setInterval(() => undefined, 60_000).unref();
`;

/** Another gateway process, as far as the database goes. */
export interface Opener {
  process: ChildProcess;
  url: string;
}

/**
 * Compiles the embedded database to the ES modules that plain Node runs. So a process that holds it can be killed, and
 * what only works under Jest is found. Returns what opens a DATA_DIR in a process of its own; SIGTERM closes it there.
 */
export function compiledOpener(folder: string): (dataDir: string) => Promise<Opener> {
  for (const source of SOURCES.flatMap((path) =>
    readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)),
  )) {
    if (!source.endsWith('.ts') || source.endsWith('.spec.ts')) continue;
    const { code } = transformFileSync(join(ROOT, source), {
      swcrc: false,
      module: { type: 'es6' },
      jsc: { target: 'es2023', parser: { syntax: 'typescript', decorators: true } },
    });
    const target = join(folder, source.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', imports: { '#libs/*': './libs/*/src/index.js' } }),
  );
  writeFileSync(join(folder, 'child.js'), CHILD);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return async (dataDir) => {
    const child = spawn(process.execPath, [join(folder, 'child.js'), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [url] = (await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')])) as unknown[];
    if (typeof url !== 'string') throw new Error(`the opener ended with status ${String(url)}`);
    return { process: child, url };
  };
}
