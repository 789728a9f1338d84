/**
 * Other names under which toolsets are asked for (contract item 20), and what they stand for here. `billing` is known and holds nothing,
 * because ClickUp's API has no operation for it.
 */
export const TOOLSET_ALIASES: Readonly<Record<string, readonly string[]>> = {
  spaces: ['workspace'],
  folders: ['workspace'],
  lists: ['workspace'],
  users: ['users', 'members', 'guests', 'groups'],
  time_tracking: ['time'],
  key_results: ['goals'],
  billing: [],
};

/** The toolsets that these names stand for, each once. Names that are no alias stand for themselves. */
export const toolsetsOf = (names: readonly string[]): string[] => [
  ...new Set(names.flatMap((name) => (Object.hasOwn(TOOLSET_ALIASES, name) ? TOOLSET_ALIASES[name]! : [name]))),
];
