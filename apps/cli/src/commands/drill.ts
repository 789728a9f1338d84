import { ConfigError, loadConfig, masterKeys } from '#libs/core';
import { type Flags } from '../commands.js';
import { drill } from '../drill/drill.js';

/** Prints a line per thing that was tried. Status 1 when anything differs. */
export async function run(_flags: Flags, databases: readonly string[]): Promise<number> {
  const keys = masterKeys(loadConfig());
  if (keys?.current() === undefined)
    throw new ConfigError(['MASTER_KEY: is not set, so nothing tells whether a backup can be opened with it']);
  const began = performance.now();
  let wrong = 0;
  for (const database of databases)
    await drill(database, keys, ({ what, words, wrong: is }) => {
      if (is) wrong += 1;
      console.log(`${is ? 'WRONG' : 'ok   '}  ${what.padEnd(7)}  ${words}`);
    });
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(wrong ? `\n${wrong} to mend.` : `\nNothing differs. It took ${seconds} seconds.`);
  return wrong ? 1 : 0;
}
