import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MANY_REQUESTS } from '../test/support/many-requests.js';

export interface Usage {
  /** Microseconds of CPU since the process began. */
  cpu: number;
  /** Bytes. */
  rss: number;
  /** Bytes of objects and buffers, garbage too unless it was collected. */
  heap: number;
}

/** The probe's first look after it began anew only begins an interval, so what comes within its resolution (2 ms) would not be seen. */
const LOOKS_MS = 20;

/** How late the event loop was, in milliseconds. */
export interface Late {
  p99: number;
  longest: number;
}

/** A server in a process of its own, so that its CPU time is its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** @param script path relative to the root of the repository */
  static async start(script: string, port: number, ready: string, env: Record<string, string>): Promise<ServerProcess> {
    const child = fork(new URL(`../../${script}`, import.meta.url), {
      execArgv: ['--import', new URL('./cpu-probe.js', import.meta.url).href],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        LOG_LEVEL: 'info',
        PORT: String(port),
        ...MANY_REQUESTS,
        ...env,
      },
    });
    const url = `http://127.0.0.1:${port}`;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await fetch(`${url}${ready}`).catch(() => undefined);
      if (answer?.ok) return new ServerProcess(child, url);
      if (child.exitCode !== null || attempt > 300) throw new Error(`${script} did not start`);
      await sleep(100);
    }
  }

  usage(): Promise<Usage> {
    return this.ask('usage');
  }

  /** What the probe answers (cpu-probe.ts). */
  async ask<T>(wanted: 'usage' | 'collect' | 'profile' | 'profiled'): Promise<T> {
    this.child.send(wanted);
    const [answer] = (await once(this.child, 'message')) as [T];
    return answer;
  }

  /** Since this was asked last. */
  async late(): Promise<Late> {
    await sleep(LOOKS_MS);
    this.child.send('late');
    const [{ late }] = (await once(this.child, 'message')) as [{ late: Late }];
    await sleep(LOOKS_MS);
    return late;
  }

  /** The usage without garbage; CPU time is from before it was collected. */
  collected(): Promise<Usage> {
    return this.ask('collect');
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    // The probe's channel would keep a process alive that has nothing else to do.
    this.child.disconnect();
    await exited;
  }
}
