import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Nobody listens there: what a gateway on a copy would go on with (jobs, say) reaches no ClickUp. */
const NOWHERE = 'http://127.0.0.1:1';
const PATIENCE_MS = 120_000;

/**
 * Starts a gateway of this installation on a copy, waits until it is ready, and ends it. It gets none of this process's variables: neither
 * the sinks of the audit nor Stripe nor ClickUp are to hear of a copy.
 * @param keys MASTER_KEY and MASTER_KEY_PREVIOUS
 * @param folder where no `.env` lies
 * @returns what is wrong; undefined when it was ready, and ended as told
 */
export async function startOn(url: string, keys: Record<string, string>, folder: string): Promise<string | undefined> {
  const child = spawn(process.execPath, [process.argv[1]!, 'serve'], {
    cwd: folder,
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      SHUTDOWN_DELAY_SECONDS: '0',
      DATABASE_URL: url,
      CLICKUP_API_URL: NOWHERE,
      ...keys,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  for (const deadline = performance.now() + PATIENCE_MS; child.exitCode === null; await sleep(100)) {
    if (await isReady(/"port":(\d+),"msg":"listening"/.exec(output)?.[1])) {
      child.kill('SIGTERM');
      const [code] = await exit;
      return code === 0 ? undefined : `it ended with status ${code}`;
    }
    if (performance.now() > deadline) child.kill('SIGKILL');
  }
  return `it was never ready: ${output.trim().split('\n').slice(-3).join(' ')}`;
}

const isReady = async (port: string | undefined): Promise<boolean> =>
  port !== undefined &&
  (await fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  ));
