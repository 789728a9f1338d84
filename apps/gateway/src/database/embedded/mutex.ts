import { AppError } from '#libs/core';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ListenOptions } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 90_000;
const RETRY_MS = 25;

/**
 * Runs `work` while no other process of this machine runs work of the same name. The lock is a listening socket, which the kernel gives
 * back however the process ends; a lock file can be left over, and to judge whether it is leads to races.
 * @throws AppError `unavailable` when the lock was not free for 90 seconds
 */
export async function withMutex<T>(name: string, work: () => Promise<T>): Promise<T> {
  const release = await lock(address(name), Date.now() + PATIENCE_MS);
  try {
    return await work();
  } finally {
    await release();
  }
}

function address(name: string): ListenOptions {
  const digest = createHash('sha256').update(name).digest();
  const id = `clickup-mcp-${digest.toString('hex', 0, 16)}`;
  if (process.platform === 'linux') return { path: `\0${id}` };
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\${id}` };
  return { host: '127.0.0.1', port: 20_000 + (digest.readUInt16BE() % 10_000) };
}

async function lock(options: ListenOptions, deadline: number): Promise<() => Promise<void>> {
  for (;;) {
    const server = createServer((socket) => socket.destroy()).listen({ ...options, exclusive: true });
    try {
      await once(server, 'listening');
      return () => new Promise((resolve) => server.close(() => resolve()));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (Date.now() > deadline)
        throw new AppError(
          'unavailable',
          'Another process has been starting or stopping the embedded database for too long.',
          { cause: error },
        );
      await sleep(RETRY_MS);
    }
  }
}
