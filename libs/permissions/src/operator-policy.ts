import { type Directory } from '#libs/clickup';
import { AppError, type Config, ConfigError } from '#libs/core';
import { type Policy } from './policy.js';
import { toolsetsOf } from './toolsets.js';

/** Injection token of the operator's own layer, which bounds every caller's. */
export const OPERATOR_POLICY = Symbol('OPERATOR_POLICY');

type Settings = Pick<
  Config,
  | 'WRITE_MODE'
  | 'WRITE_ALLOWED_SPACES'
  | 'WRITE_ALLOWED_LISTS'
  | 'ENABLED_TOOLS'
  | 'DISABLED_TOOLS'
  | 'ENABLED_TOOLSETS'
  | 'DISABLED_TOOLSETS'
  | 'ALLOWED_RISKS'
  | 'CONFIRM_DESTRUCTIVE'
  | 'APPROVE'
  | 'TOOL_PROFILE'
>;

const DIGITS = /^\d+$/;

/**
 * The operator's layer. Ids of places are taken as they are; names are looked up once, now.
 * @param directory of CLICKUP_API_TOKEN; undefined when that is not set
 * @throws ConfigError for a name that means no place or more than one, or that cannot be looked up
 */
export async function operatorPolicy(config: Settings, directory?: Directory): Promise<Policy> {
  const { WRITE_MODE: mode, WRITE_ALLOWED_SPACES, WRITE_ALLOWED_LISTS } = config;
  const problems: string[] = [];
  if (mode !== 'selective' && WRITE_ALLOWED_SPACES.length + WRITE_ALLOWED_LISTS.length > 0) {
    throw new ConfigError([
      `WRITE_ALLOWED_SPACES and WRITE_ALLOWED_LISTS are for WRITE_MODE=selective, but it is ${mode}`,
    ]);
  }
  const idsOf = async (key: string, kind: 'space' | 'list', refs: readonly string[]) => {
    const ids = [];
    for (const ref of refs) ids.push(await idOf(key, kind, ref, directory, problems));
    return ids;
  };
  const write = {
    spaces: await idsOf('WRITE_ALLOWED_SPACES', 'space', WRITE_ALLOWED_SPACES),
    folders: [],
    lists: await idsOf('WRITE_ALLOWED_LISTS', 'list', WRITE_ALLOWED_LISTS),
  };
  if (problems.length) throw new ConfigError(problems);
  return Object.freeze({
    layer: 'operator',
    mode,
    confirm: config.CONFIRM_DESTRUCTIVE,
    ...(config.APPROVE !== 'never' && { approve: config.APPROVE }),
    ...(mode === 'selective' && { write }),
    ...given('enabledTools', config.ENABLED_TOOLS),
    ...given('disabledTools', config.DISABLED_TOOLS),
    // An alias can stand for nothing: then nothing is what was asked for.
    ...(config.ENABLED_TOOLSETS.length && { toolsets: toolsetsOf(config.ENABLED_TOOLSETS) }),
    ...given('disabledToolsets', toolsetsOf(config.DISABLED_TOOLSETS)),
    ...(config.TOOL_PROFILE && { profile: config.TOOL_PROFILE }),
    ...(config.ALLOWED_RISKS && { risks: config.ALLOWED_RISKS }),
  });
}

/** A variable that is empty or not set limits nothing. In a stored policy an empty list would allow nothing, so the field is left out. */
const given = (key: string, values: readonly string[]) => (values.length ? { [key]: values } : {});

async function idOf(
  key: string,
  kind: 'space' | 'list',
  ref: string,
  directory: Directory | undefined,
  problems: string[],
): Promise<string> {
  if (DIGITS.test(ref)) return ref;
  if (!directory) {
    problems.push(
      `${key}: ${JSON.stringify(ref)} is a name, and names can be looked up only with CLICKUP_API_TOKEN: write the id`,
    );
    return ref;
  }
  try {
    return (await directory.place(ref, [kind])).id;
  } catch (thrown) {
    const error = AppError.of(thrown);
    if (error.code === 'internal_error') throw thrown;
    problems.push(`${key}: ${JSON.stringify(ref)}: ${error.message}`);
    return ref;
  }
}
