import { GetFilteredTeamTasks, type JudgedCall, type Operation, type Sight, type Target } from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { type Located } from '../located.js';
import { isLocal } from '../workspace-wide.js';
import { type Places } from '../policy.js';
import { filteredPlaces, PLACE_FILTERS } from './place-filters.js';
import { type Whereabouts } from './resolver.js';
import { SIEVES, WITHOUT_PLACE } from './sieves.js';
import { NOT_SHOWN, type Where } from './where.js';

/** As many values as one parameter takes. */
const MAX_FILTER = 100;

type Scopes = readonly Places[];

/** What lies in the granted places of every layer, and the way to it: nothing else is there. */
export class ReadScope implements Sight {
  readonly key: string;

  constructor(
    private readonly granted: Scopes,
    private readonly whereabouts: Whereabouts,
  ) {
    this.key = sha256(JSON.stringify(granted)).toString('base64url');
  }

  async narrow({ id }: Operation, query: Readonly<Record<string, unknown>>, call: JudgedCall): Promise<Readonly<Record<string, unknown>>> {
    if (id !== GetFilteredTeamTasks.id || filteredPlaces(query).length > 0) return query;
    const [{ spaces, folders, lists } = { spaces: [], folders: [], lists: [] }] = await this.scopes(call);
    // ClickUp does not say how several of these filters work together, so only one is ever added, and only to none.
    const filters = [spaces, folders, lists].flatMap((ids, index) => (ids.length > 0 ? [[PLACE_FILTERS[index]?.[0] ?? '', ids] as const] : []));
    const [only] = filters.length === 1 ? filters : [];
    return only && only[1].length <= MAX_FILTER ? { ...query, [only[0]]: only[1] } : query;
  }

  async admit({ id }: Operation, targets: readonly Target[], call: JudgedCall): Promise<void> {
    if (WITHOUT_PLACE.has(id)) return;
    const sieve = SIEVES[id];
    const local = targets.filter(({ kind }) => isLocal(kind));
    // A sieve takes care of the Workspace as a whole; nothing else does.
    if (local.length < targets.length && !(sieve && targets.every(({ kind }) => isLocal(kind) || kind === 'workspace'))) throw unlimited(id);
    if (targets.length === 0 && !sieve) throw unlimited(id);
    const scopes = await this.scopes(call);
    // What was granted itself needs no look-up.
    const filtered = filteredPlaces(call.query).filter((place) => !shows({ [place.kind]: place.id }, scopes));
    const located = await this.whereabouts(call).locate([...local, ...filtered]);
    const ways = sieve?.leads || filtered.length > 0 ? await this.ways(scopes, call) : undefined;
    if (!located.every((each) => each.unresolved === undefined && (shows(each, scopes) || ways?.(each) === true))) throw new AppError('clickup_not_found');
  }

  async sift({ id }: Operation, answer: unknown, call: JudgedCall): Promise<unknown> {
    const sieve = SIEVES[id];
    if (!sieve) return answer;
    const scopes = await this.scopes(call);
    const ways = sieve.leads ? await this.ways(scopes, call) : () => false;
    const locate = (targets: readonly Target[]) => this.whereabouts(call).locate(targets);
    return sieve.sift(answer as never, { call, shows: (where) => shows(where, scopes), leadsOn: ways, locate });
  }

  /** Whether a caller must not learn that one of these exists. */
  hides(located: readonly Located[]): boolean {
    return located.some((each) => !each.none && isLocal(each.kind) && (each.unresolved === undefined ? !shows(each, this.granted) : each.unresolved === NOT_SHOWN));
  }

  /** What was granted, each Folder with its subfolders. */
  private scopes(call: JudgedCall): Promise<Scopes> {
    const whole = async (places: Places): Promise<Places> => {
      if (places.folders.length === 0) return places;
      return { ...places, folders: [...new Set([...places.folders, ...(await this.whereabouts(call).subfolders(places.folders))])] };
    };
    return Promise.all(this.granted.map(whole));
  }

  /** Whether a Space or Folder holds something that may be seen: then its name is shown, or nobody could find the way. */
  private async ways(scopes: Scopes, call: JudgedCall): Promise<(place: Where) => boolean> {
    const inside: Target[] = this.granted.flatMap(({ folders, lists }) => [...folders.map((id) => ({ kind: 'folder', id }) as const), ...lists.map((id) => ({ kind: 'list', id }) as const)]);
    const where = this.whereabouts(call);
    const held = await where.climb((await where.locate(inside)).filter((place) => shows(place, scopes)));
    return ({ space, folder, list }) => list === undefined && held.some((place) => (folder === undefined ? place.space === space : [place.folder, ...(place.above ?? [])].includes(folder)));
  }
}

function shows({ space, folder, above = [], list, unresolved }: Where & { unresolved?: string }, scopes: Scopes): boolean {
  const granted = (ids: readonly string[], id: string | undefined) => id !== undefined && ids.includes(id);
  return unresolved === undefined && scopes.every(({ spaces, folders, lists }) => granted(spaces, space) || [folder, ...above].some((each) => granted(folders, each)) || granted(lists, list));
}

const unlimited = (operation: string) =>
  new AppError('forbidden', 'Not allowed: what this answers cannot be limited to the places where reading was granted.', { details: { operation, reason: 'this cannot be limited to the places where reading was granted' } });
