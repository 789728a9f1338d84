import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fromSource } from './source-process.js';

const CHILD = `
import { openEmbedded } from './apps/gateway/src/database/embedded/embedded.js';
const log = { info: () => undefined, warn: () => undefined };
const database = await openEmbedded(process.argv[1], log);
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
 * Opens a DATA_DIR in a process of its own, which plain Node runs from our sources. So a process that holds it can be killed, and
 * what only works under Jest is found. SIGTERM closes it there.
 */
export async function openElsewhere(dataDir: string): Promise<Opener> {
  const child = spawn(process.execPath, fromSource(CHILD, dataDir), { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')])) as unknown[];
  if (typeof url !== 'string') throw new Error(`the opener ended with status ${String(url)}`);
  return { process: child, url };
}
