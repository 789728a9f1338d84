import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join, resolve } from 'node:path';
import { outputOf } from '../output.js';

const FETCH = resolve('test/support/cloudflare/fetch.mjs');
/** Nothing is told to anybody, and no question is asked. */
const ENV = { PATH: process.env.PATH, CI: '1', WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' };

/** Where wrangler is, if fetch.mjs has been run; else undefined. */
export function installedWrangler(): string | undefined {
  const { status, stdout } = spawnSync(process.execPath, [FETCH, '--look'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const nodeIn = (folder: string) =>
  join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');

/** Runs `wrangler` in the root, with a home of its own. */
export async function wrangler(
  folder: string,
  home: string,
  ...args: string[]
): Promise<{ status: number; output: string }> {
  const program = join(folder, 'node_modules/wrangler/bin/wrangler.js');
  const child = spawn(nodeIn(folder), [program, ...args], {
    env: { ...ENV, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = outputOf(child);
  const [status] = (await once(child, 'close')) as [number];
  return { status, output: output() };
}

/** A Worker in workerd. */
export interface RunningWorker {
  url: string;
  close(): Promise<void>;
}

/**
 * Runs a bundle of the Worker in workerd. Its instances are there without containers, which want an engine: each passes what it gets
 * to one gateway, and writes its name into the answer's `x-instance`.
 */
export async function startWorker(folder: string, bundle: string, gateway: string): Promise<RunningWorker> {
  const child = spawn(nodeIn(folder), [resolve('test/support/cloudflare/workerd.mjs'), folder, bundle, gateway], {
    env: ENV,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [url] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as unknown[];
  if (typeof url !== 'string') throw new Error(`workerd ended with ${String(url)}`);
  return {
    url,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
