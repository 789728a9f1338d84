import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { MANY_REQUESTS } from './many-requests.js';
import { outputOf } from './output.js';

/** Nobody waits for a balancer, where a test does not say so. */
const AT_ONCE = { SHUTDOWN_DELAY_SECONDS: '0' };
const MAIN = resolve('dist/apps/gateway/src/main.js');
const CLI = resolve('dist/apps/cli/src/main.js');

/** The built gateway as a process of its own: for signals, kills and exit codes. */
export interface Program {
  child: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** Where it listens; rejects with its output when it ends first. */
  url: Promise<string>;
  /** Its exit code, or the signal that ended it. */
  exit: Promise<number | string>;
}

/** @param cwd where it looks for `.env` */
export function startProgram(env: Record<string, string>, cwd?: string): Program {
  if (!existsSync(MAIN)) throw new Error('dist/ is missing: run `npm run build` first (npm test does)');
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, PORT: '0', NODE_ENV: 'test', ...MANY_REQUESTS, ...AT_ONCE, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const url = new Promise<string>((found, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output += String(chunk);
        const port = /"port":(\d+),"msg":"listening"/.exec(output)?.[1];
        if (port) found(`http://127.0.0.1:${port}`);
      });
    }
    void exit.then((code) => failed(new Error(`ended with ${code}:\n${output}`)));
  });
  url.catch(() => undefined);
  return { child, output: () => output, url, exit };
}

/** The built `clickup-mcp` as a process of its own. */
export function startCli(args: readonly string[], env: Record<string, string>, cwd?: string): Omit<Program, 'url'> {
  if (!existsSync(CLI)) throw new Error('dist/ is missing: run `npm run build` first (npm test does)');
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', ...MANY_REQUESTS, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = outputOf(child);
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, output, exit };
}
