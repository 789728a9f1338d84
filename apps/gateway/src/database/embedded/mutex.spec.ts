import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash, randomUUID } from 'node:crypto';
import { withMutex } from './mutex.js';

describe('the mutex', () => {
  it('lets one work at a time, and goes on after one that throws', async () => {
    const name = randomUUID();
    let inside = 0;
    const work = async (fails: boolean) => {
      expect((inside += 1)).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      if (fails) throw new Error('on purpose');
    };
    const results = await Promise.allSettled(
      [false, true, false, true, false].map((fails) => withMutex(name, () => work(fails))),
    );
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { message: 'on purpose' } });
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is free again when the process that held it was killed', async () => {
    const name = randomUUID();
    const socket = `clickup-mcp-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
    const holder = spawn(
      process.execPath,
      ['-e', `require('net').createServer().listen({ path: '\\0${socket}' }, () => console.log('held'))`],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    let entered = false;
    const waiting = withMutex(name, () => Promise.resolve((entered = true)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(entered).toBe(false);
    holder.kill('SIGKILL');
    expect(await waiting).toBe(true);
  });
});
