import { checkSsoConfig } from '#libs/admin';
import { checkAuthConfig } from '#libs/auth';
import { billingSettings } from '#libs/billing';
import { type Config, ConfigError, KEYS, loadConfig, masterKeys, misspeltVariables } from '#libs/core';
import { checkDatabaseConfig } from '../../../gateway/src/database/database.js';
import { readOperatorPolicy } from '../../../gateway/src/operator.js';
import { readPolicyFile } from '../../../gateway/src/policy-file.js';

/** Prints what is in force, and whatever the start would refuse before it opens anything. */
export async function run(): Promise<number> {
  const config = loadConfig();
  for (const line of effective(config)) console.log(line);
  for (const hint of misspeltVariables()) console.error(`Warning: ${hint}`);
  await checkConfig(config);
  console.log(
    masterKeys(config)
      ? 'The configuration is usable.'
      : 'Usable, but UNCONFIGURED: set MASTER_KEY, until then nobody gets in.',
  );
  return 0;
}

/** @throws ConfigError that names every problem */
export async function checkConfig(config: Config): Promise<void> {
  const problems: string[] = [];
  const checks: ((config: Config) => unknown)[] = [
    checkAuthConfig,
    billingSettings,
    checkSsoConfig,
    masterKeys,
    checkDatabaseConfig,
    readOperatorPolicy,
    readPolicyFile,
  ];
  for (const check of checks) {
    try {
      await check(config);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length) throw new ConfigError(problems);
}

function effective(config: Config): string[] {
  return Object.entries(KEYS).map(([name, key]) => {
    const values = [config[name as keyof Config] ?? []].flat() as (string | number | boolean)[];
    const value = values.join(',');
    const secret = 'secret' in key;
    return `${name}=${value === '' ? '' : secret ? 'set' : value}`;
  });
}
