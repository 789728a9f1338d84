import { type Operation, type PlaceKind, type Target } from '#libs/clickup';

/** The parameters by which a read asks for places, each with the kind that it names. */
export const filtersOf = ({ placeFilters }: Operation): [name: string, kind: PlaceKind][] =>
  // The type allows `undefined` only because every name is optional; a row that has a name gives its kind.
  Object.entries((placeFilters ?? {}) as Readonly<Record<string, PlaceKind>>);

/** The places that the query of a read asks for; a task is one, too. */
export const filteredPlaces = (operation: Operation, query: Readonly<Record<string, unknown>>): Target[] =>
  filtersOf(operation).flatMap(([name, kind]) => {
    const value = query[name];
    if (value === undefined || value === null) return [];
    return [value as string | string[]].flat().map((id): Target => ({
      kind,
      id,
      ...(kind === 'task' && query.custom_task_ids === true && { custom: String(query.team_id) }),
    }));
  });
