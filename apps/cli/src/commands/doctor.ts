import { AppError, ConfigError, loadConfig } from '#libs/core';
import { checkDatabase } from '../doctor/check-database.js';
import { checkClickUp, checkPublicUrl } from '../doctor/check-outside.js';
import { type Finding } from '../doctor/finding.js';
import { checkConfig } from './check-config.js';

/** Prints a line per check as soon as it is known: ok, or what is wrong and what to do. Status 1 when anything is wrong. */
export async function run(): Promise<number> {
  let wrong = 0;
  const print = ({ what, words, fix }: Finding) => {
    if (fix) wrong += 1;
    console.log(
      `${fix ? 'WRONG' : 'ok   '}  ${what.padEnd(13)}  ${words}${fix ? `\n       ${' '.repeat(13)}  → ${fix}` : ''}`,
    );
  };
  try {
    const config = loadConfig();
    await checkConfig(config);
    print({ what: 'configuration', words: 'usable' });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems)
      print({ what: 'configuration', words: problem, fix: 'Correct it, then run doctor again: docs/configuration.md' });
    return 1;
  }
  const config = loadConfig();
  for (const check of [checkDatabase, checkClickUp, checkPublicUrl])
    try {
      for (const finding of await check(config)) print(finding);
    } catch (error) {
      print({ what: 'check', words: AppError.of(error).message, fix: 'Report this: a check must not fail' });
    }
  console.log(wrong ? `\n${wrong} to mend.` : '\nAll is well.');
  return wrong ? 1 : 0;
}
