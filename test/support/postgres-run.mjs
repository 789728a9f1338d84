// Shared by the Jest global files, which see neither #libs nor our sources: node's own modules only.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratchFolder } from './memory-folder.mjs';

const PREFIX = 'clickup-mcp-test-';

/** The folder of this run's cluster; nothing is made before the first spec asks for a database. */
export const runFolder = () => join(scratchFolder(), `${PREFIX}${process.pid}`);

/** Stops the cluster of a run at once and removes it. */
export async function removeRun(folder) {
  const pid = postmasterPid(folder);
  if (pid) {
    process.kill(pid, 'SIGQUIT');
    // Not a blocking wait: with one worker the server is a child of this process, and its end is only noticed by the event loop.
    while (isAlive(pid)) await sleep(10);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Removes what runs that were killed have left. */
export async function removeAbandonedRuns() {
  const scratch = scratchFolder();
  const folders = readdirSync(scratch).filter(
    (name) => name.startsWith(PREFIX) && !isAlive(Number(name.slice(PREFIX.length))),
  );
  for (const name of folders) await removeRun(join(scratch, name));
}

function postmasterPid(folder) {
  const data = join(folder, 'postgres', 'data');
  try {
    const [pid, directory] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return directory === data && isAlive(Number(pid)) ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
