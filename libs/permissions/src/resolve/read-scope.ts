import { GetFilteredTeamTasks, type JudgedCall, type Operation, type Sight, type Target } from '#libs/clickup';
import { AppError, sha256 } from '#libs/core';
import { type Located } from '../located.js';
import { isLocal } from '../workspace-wide.js';
import { type Places } from '../policy.js';
import { type Whereabouts } from './resolver.js';
import { SIEVES, WITHOUT_PLACE } from './sieves.js';
import { NOT_SHOWN, type Where } from './where.js';

/** What lies in the granted places of every layer, and the way to it: nothing else is there. */
export class ReadScope implements Sight {
  readonly key: string;

  constructor(
    private readonly scopes: readonly Places[],
    private readonly whereabouts: Whereabouts,
  ) {
    this.key = sha256(JSON.stringify(scopes)).toString('base64url');
  }

  narrow({ id }: Operation, query: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const [{ spaces, folders, lists } = { spaces: [], folders: [], lists: [] }] = this.scopes;
    // ClickUp does not say how several of these filters work together, so only one is ever added, and only to none.
    const filters = Object.entries({ space_ids: spaces, project_ids: folders, list_ids: lists }).filter(([, ids]) => ids.length > 0);
    const [only] = filters.length === 1 ? filters : [];
    if (id !== GetFilteredTeamTasks.id || !only || only[1].length > MAX_FILTER || FILTERS.some((name) => query[name] !== undefined)) return query;
    return { ...query, [only[0]]: only[1] };
  }

  async admit({ id }: Operation, targets: readonly Target[], call: JudgedCall): Promise<void> {
    if (WITHOUT_PLACE.has(id)) return;
    const sieve = SIEVES[id];
    const local = targets.filter(({ kind }) => isLocal(kind));
    // A sieve takes care of the Workspace as a whole; nothing else does.
    if (local.length < targets.length && !(sieve && targets.every(({ kind }) => isLocal(kind) || kind === 'workspace'))) throw unlimited(id);
    if (targets.length === 0 && !sieve) throw unlimited(id);
    const located = await this.whereabouts(call).locate(local);
    const ways = sieve?.leads ? await this.ways(call) : undefined;
    if (!located.every((each) => each.unresolved === undefined && (this.shows(each) || ways?.(each) === true))) throw new AppError('clickup_not_found');
  }

  async sift({ id }: Operation, answer: unknown, call: JudgedCall): Promise<unknown> {
    const sieve = SIEVES[id];
    if (!sieve) return answer;
    const ways = sieve.leads ? await this.ways(call) : () => false;
    const locate = (targets: readonly Target[]) => this.whereabouts(call).locate(targets);
    return sieve.sift(answer as never, { path: call.path, shows: (where) => this.shows(where), leadsOn: ways, locate });
  }

  /** Whether a caller must not learn that one of these exists. */
  hides(located: readonly Located[]): boolean {
    return located.some((each) => isLocal(each.kind) && (each.unresolved === undefined ? !this.shows(each) : each.unresolved === NOT_SHOWN));
  }

  private shows({ space, folder, list, unresolved }: Where & { unresolved?: string }): boolean {
    const granted = (ids: readonly string[], id: string | undefined) => id !== undefined && ids.includes(id);
    return unresolved === undefined && this.scopes.every(({ spaces, folders, lists }) => granted(spaces, space) || granted(folders, folder) || granted(lists, list));
  }

  /** Whether a Space or Folder holds something that may be seen: then its name is shown, or nobody could find the way. */
  private async ways(call: JudgedCall): Promise<(place: Where) => boolean> {
    const inside: Target[] = this.scopes.flatMap(({ folders, lists }) => [...folders.map((id) => ({ kind: 'folder', id }) as const), ...lists.map((id) => ({ kind: 'list', id }) as const)]);
    const held = (await this.whereabouts(call).locate(inside)).filter((place: Located) => this.shows(place));
    return ({ space, folder, list }) => list === undefined && held.some((place) => (folder === undefined ? place.space === space : place.folder === folder));
  }
}

const FILTERS = ['space_ids', 'project_ids', 'list_ids'];
/** As many values as one parameter takes. */
const MAX_FILTER = 100;

const unlimited = (operation: string) =>
  new AppError('forbidden', 'Not allowed: what this answers cannot be limited to the places where reading was granted.', { details: { operation, reason: 'this cannot be limited to the places where reading was granted' } });
