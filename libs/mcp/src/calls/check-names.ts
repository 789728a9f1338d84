import { OPERATIONS } from '#libs/clickup';
import { ConfigError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { CATALOGUE } from '#libs/tools';

const TOOLS: ReadonlySet<string> = new Set(CATALOGUE.map(({ name }) => name));
const TOOLSETS: ReadonlySet<string> = new Set([...CATALOGUE, ...OPERATIONS].map(({ toolset }) => toolset));

/** Each list of names in a policy: what it holds, which there are, and its name where policies are written. */
const LISTS = [
  { field: 'enabled_tools', of: ({ enabledTools }: Policy) => enabledTools, what: 'tool', all: TOOLS },
  { field: 'disabled_tools', of: ({ disabledTools }: Policy) => disabledTools, what: 'tool', all: TOOLS },
  { field: 'toolsets', of: ({ toolsets }: Policy) => toolsets, what: 'toolset', all: TOOLSETS },
  {
    field: 'disabled_toolsets',
    of: ({ disabledToolsets }: Policy) => disabledToolsets,
    what: 'toolset',
    all: TOOLSETS,
  },
] as const;

/** Names in a policy that nothing has. They must be exact: a wildcard or another case is refused, because a guess could grant too much (SEC-181). */
export const unknownNames = (policy: Policy): { field: (typeof LISTS)[number]['field']; problem: string }[] =>
  LISTS.flatMap(({ field, of, what, all }) =>
    (of(policy) ?? [])
      .filter((name) => !all.has(name))
      .map((name) => ({
        field,
        problem: `there is no ${what} ${JSON.stringify(name)}; there are ${[...all].sort().join(', ')}`,
      })),
  );

/** Whether a tool has this name. */
export const isTool = (name: string): boolean => TOOLS.has(name);

/** @throws ConfigError for names in the operator's layer that nothing has */
export function checkNames(policy: Policy): void {
  const keyOf = (field: string) => (field === 'toolsets' ? 'ENABLED_TOOLSETS' : field.toUpperCase());
  const problems = unknownNames(policy).map(({ field, problem }) => `${keyOf(field)}: ${problem}`);
  if (problems.length) throw new ConfigError(problems);
}
