import { OPERATIONS } from '#libs/clickup';
import { ConfigError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { CATALOGUE } from '#libs/tools';

const TOOLS: ReadonlySet<string> = new Set(CATALOGUE.map(({ name }) => name));
const TOOLSETS: ReadonlySet<string> = new Set([...CATALOGUE, ...OPERATIONS].map(({ toolset }) => toolset));

/**
 * Names must be exact: a wildcard or another case is refused, because a guess could grant too much (SEC-181).
 * @throws ConfigError for names in the operator's layer that nothing has
 */
export function checkNames({
  enabledTools = [],
  disabledTools = [],
  toolsets = [],
  disabledToolsets = [],
}: Policy): void {
  const unknown = (key: string, what: string, names: readonly string[], all: ReadonlySet<string>) =>
    names
      .filter((name) => !all.has(name))
      .map((name) => `${key}: there is no ${what} ${JSON.stringify(name)}; there are ${[...all].sort().join(', ')}`);
  const problems = [
    ...unknown('ENABLED_TOOLS', 'tool', enabledTools, TOOLS),
    ...unknown('DISABLED_TOOLS', 'tool', disabledTools, TOOLS),
    ...unknown('ENABLED_TOOLSETS', 'toolset', toolsets, TOOLSETS),
    ...unknown('DISABLED_TOOLSETS', 'toolset', disabledToolsets, TOOLSETS),
  ];
  if (problems.length) throw new ConfigError(problems);
}
