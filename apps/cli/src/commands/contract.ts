import { DEVIATIONS, OPERATIONS } from '#libs/clickup';
import { AppError } from '#libs/core';
import { readFile } from 'node:fs/promises';
import { type Flags } from '../commands.js';
import { readOperations } from '../contract/documents.js';
import { type Drift, driftOf } from '../contract/drift.js';

const TIMEOUT_MS = 60_000;

const TITLES: Readonly<Record<keyof Drift, string>> = {
  added: 'New operations, without a row',
  gone: 'Operations that are no longer documented',
  changed: 'Changed operations',
  settled: 'Deviations to be removed',
};

/** Prints in words what newer documents say differently; status 1 if there is anything. */
export async function run(_flags: Flags, sources: readonly string[]): Promise<number> {
  const documented = (await Promise.all(sources.map(textOf))).flatMap(readOperations);
  const drift = driftOf(OPERATIONS, documented, DEVIATIONS);
  for (const [part, title] of Object.entries(TITLES) as [keyof Drift, string][]) {
    if (drift[part].length > 0)
      console.log(`${title} (${drift[part].length}):\n${drift[part].map((line) => `  ${line}`).join('\n')}\n`);
  }
  const changes = Object.values(drift).flat().length;
  console.log(
    `${documented.length} documented operations, ${OPERATIONS.length} rows: ${changes === 0 ? 'no difference' : `${changes} differences`}.`,
  );
  return changes === 0 ? 0 : 1;
}

/** @throws AppError `unavailable` when it cannot be read */
async function textOf(source: string): Promise<string> {
  try {
    if (!/^https?:\/\//i.test(source)) return await readFile(source, 'utf8');
    const answer = await fetch(source, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return await answer.text();
  } catch (cause) {
    throw new AppError('unavailable', `${source} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
