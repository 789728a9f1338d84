import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Config, type Key, KEYS } from './keys.js';
import { misspeltKeys, unknownKeys } from './known-keys.js';

/** All that is wrong with the configuration, one line each. Exit with {@link CONFIG_EXIT_CODE}. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** EX_CONFIG of sysexits.h. */
export const CONFIG_EXIT_CODE = 78;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks every key once.
 * @param environment default: `.env` in the working directory, overridden by the real environment
 * @throws ConfigError that names every bad key, never its value when it is a secret
 */
export function loadConfig(environment?: Environment): Config {
  const file = environment ? {} : dotEnv();
  return parsed(environment ?? { ...file, ...process.env }, unknownKeys(Object.keys(file)));
}

/**
 * Reads and checks some keys of the real environment; all others have their defaults, whatever the environment holds. For a program that a
 * client starts wherever it likes: `.env` is not read, because in a folder that was cloned from a stranger it could name another
 * CLICKUP_API_URL, to which the token would then be sent, and other programs' variables are no mistakes of ours.
 * @throws ConfigError as {@link loadConfig}
 */
export const loadKeys = (names: readonly (keyof Config)[]): Config => parsed(process.env, [], new Set(names));

/** A sentence per variable of the real environment that is probably a misspelt key. */
export const misspeltVariables = (): string[] => misspeltKeys(Object.keys(process.env));

function parsed(environment: Environment, problems: string[], names?: ReadonlySet<string>): Config {
  const entries = Object.entries<Key>(KEYS).map(([name, key]) => {
    const raw = names?.has(name) === false ? undefined : rawValue(name, key, environment, problems);
    const value = key.schema.safeParse(raw);
    if (value.success) return [name, value.data];
    for (const issue of value.error.issues)
      problems.push(
        `${name}: ${key.secret ? withoutValue(issue.message) : `${issue.message} (got ${JSON.stringify(raw)})`}`,
      );
    return [name, undefined];
  });
  if (problems.length) throw new ConfigError(problems);
  return Object.freeze(Object.fromEntries(entries)) as Config;
}

const withoutValue = (message: string) => message.replace(/received.*$/i, '').trim();

function rawValue(name: string, key: Key, environment: Environment, problems: string[]): string | undefined {
  const found = [name, ...(key.aliases ?? [])].flatMap((alias) => {
    const value = named(alias, key, environment, problems);
    return value === undefined ? [] : [{ alias, value }];
  });
  found.push(
    ...Object.entries(key.flags ?? {}).flatMap(([alias, meant]) =>
      isOn(alias, environment, problems) ? [{ alias, value: meant }] : [],
    ),
  );
  const [first] = found;
  const other = found.find(({ value }) => value !== first?.value);
  if (other)
    problems.push(`${first?.alias} and ${other.alias} are the same key but have different values: set one of them`);
  return first?.value;
}

/** Whether a variable of `flags` is true. A false one counts as not set. */
function isOn(name: string, environment: Environment, problems: string[]): boolean {
  const value = environment[name] || 'false';
  if (!['true', 'false', '1', '0', 'yes', 'no'].includes(value))
    problems.push(`${name}: must be true or false (got ${JSON.stringify(value)})`);
  return ['true', '1', 'yes'].includes(value);
}

function named(name: string, key: Key, environment: Environment, problems: string[]): string | undefined {
  // An empty variable is an unset one: Compose passes `X: ${X:-}` as an empty string.
  const value = environment[name] || undefined;
  const file = key.secret ? environment[`${name}_FILE`] || undefined : undefined;
  if (!file) return value;
  if (value) problems.push(`${name} and ${name}_FILE are both set: set one of them`);
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    problems.push(`${name}_FILE: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}

function dotEnv(): Environment {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new ConfigError([`.env: cannot be read (${code})`]);
  }
}
