import { type Target } from '#libs/clickup';

/** The parameters by which reads ask for some places, in the order of `Places`, and what they name. */
export const PLACE_FILTERS = [
  ['space_ids', 'space'],
  ['project_ids', 'folder'],
  ['list_ids', 'list'],
  ['space_id', 'space'],
  ['folder_id', 'folder'],
  ['list_id', 'list'],
  ['task_id', 'task'],
] as const;

/** The places that a read asks for; a task is one, too. */
export const filteredPlaces = (query: Readonly<Record<string, unknown>>): Target[] =>
  PLACE_FILTERS.flatMap(([name, kind]) => {
    const value = query[name];
    if (value === undefined || value === null) return [];
    return [value as string | string[]].flat().map((id): Target => ({
      kind,
      id,
      ...(kind === 'task' && query.custom_task_ids === true && { custom: String(query.team_id) }),
    }));
  });
