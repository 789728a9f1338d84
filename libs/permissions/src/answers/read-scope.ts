import { type JudgedCall, type Operation, type ReadLimits, type Target } from '#libs/clickup';
import { AppError, isRead, sha256 } from '#libs/core';
import { type z } from 'zod';
import { type Located, type Where } from '../located.js';
import { type Places } from '../policy.js';
import { filteredPlaces, filtersOf } from '../resolve/place-filters.js';
import { type Whereabouts } from '../resolve/resolver.js';
import { NOT_SHOWN } from '../resolve/where.js';
import { isLocal } from '../workspace-wide.js';
import { questionsIn, shownOf } from './projection.js';
import { type Questions, type View } from './rule.js';
import { isLast, pageOfShown, type TaskPage } from './task-pages.js';

/** ClickUp takes no more values in one parameter. */
const MAX_FILTER = 100;

type Scopes = readonly Places[];
type Seen = Omit<View, 'at'>;

const NOWHERE = { unresolved: 'it is not known where this lies' };
const GONE = 'The change was made, but what it changed lies meanwhile where reading was not granted';
const keyOf = ({ kind, id }: Target) => `${kind}/${id}`;

/**
 * Limits reads to the places that every layer grants, and to the names of the Spaces and Folders that lead there. Everything else is
 * treated as if it did not exist.
 */
export class ReadScope implements ReadLimits {
  readonly key: string;

  constructor(
    private readonly granted: Scopes,
    private readonly whereabouts: Whereabouts,
  ) {
    this.key = sha256(JSON.stringify(granted)).toString('base64url');
  }

  async narrow(
    operation: Operation,
    query: Readonly<Record<string, unknown>>,
    call: JudgedCall,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (operation.tasksFrom?.({ query }) !== 'filters' || filteredPlaces(operation, query).length > 0) return query;
    const [{ spaces, folders, lists } = { spaces: [], folders: [], lists: [] }] = await this.scopes(call);
    const granted = { space: spaces, folder: folders, list: lists, task: [] };
    // ClickUp does not say how several of these filters work together, so only one is ever added, and only to none.
    const filters = filtersOf(operation).filter(([, kind]) => granted[kind].length > 0);
    const [only] = filters.length === 1 ? filters : [];
    if (!only || granted[only[1]].length > MAX_FILTER) return query;
    return { ...query, [only[0]]: granted[only[1]] };
  }

  async checkTargets(operation: Operation, targets: readonly Target[], call: JudgedCall): Promise<void> {
    const { ofWorkspace, showsTheWay } = operation;
    if (ofWorkspace === 'placeless') return;
    const placed = ofWorkspace === 'placed';
    const local = targets.filter(({ kind }) => isLocal(kind));
    if (
      local.length < targets.length &&
      !(placed && targets.every(({ kind }) => isLocal(kind) || kind === 'workspace'))
    )
      throw unlimited(operation.id);
    if (targets.length === 0 && !placed) throw unlimited(operation.id);
    const scopes = await this.scopes(call);
    // A place that was granted by its own id need not be looked up.
    const filtered = filteredPlaces(operation, call.query).filter(
      (place) => !shows({ [place.kind]: place.id }, scopes),
    );
    const located = await this.whereabouts(call).locate([...local, ...filtered]);
    const ways = showsTheWay || filtered.length > 0 ? await this.ways(scopes, call) : undefined;
    if (!located.every((each) => each.unresolved === undefined && (shows(each, scopes) || ways?.(each) === true)))
      throw new AppError('clickup_not_found');
  }

  async filterAnswer(operation: Operation, answer: unknown, call: JudgedCall): Promise<unknown> {
    const scopes = await (isRead(operation.verb) ? this.scopes(call) : this.scopes(call).catch(() => this.granted));
    const ways = operation.showsTheWay ? await this.ways(scopes, call) : () => false;
    const seen = { call, shows: (where: Where) => shows(where, scopes), leadsOn: ways };
    const from = operation.tasksFrom?.(call);
    if (from !== undefined) {
      const loses = from === 'anywhere' || (from === 'filters' && !(await this.isInside(operation, call, scopes)));
      return this.page(operation, answer as TaskPage, loses, call, seen);
    }
    const shown = await this.shown(operation, answer, call, seen);
    // Outside the places a read finds nothing. A write was judged before, so its object must have moved meanwhile.
    if (!shown) throw new AppError('clickup_not_found', isRead(operation.verb) ? undefined : GONE);
    return shown.answer;
  }

  private async shown(
    operation: Operation,
    answer: unknown,
    call: JudgedCall,
    seen: Seen,
  ): Promise<{ answer: unknown } | undefined> {
    const schema = operation.response as z.ZodType;
    const { space_id: space, folder_id: folder, list_id: list } = call.path;
    const around = { space, folder, list };
    const places = new Map<string, Where & { unresolved?: string }>();
    const asked = new Map<string, Target>();
    const questions: Questions = {
      call,
      ask: (target) => asked.set(keyOf(target), target),
      told: (target, where) => places.set(keyOf(target), where),
    };
    questionsIn(schema, answer, around, questions);
    const open = [...asked].filter(([key]) => !places.has(key)).map(([, target]) => target);
    for (const [index, place] of (await this.located(open, operation, call)).entries())
      places.set(keyOf(open[index]!), place);
    return shownOf(schema, answer, around, { ...seen, at: (target) => places.get(keyOf(target)) ?? NOWHERE });
  }

  /** After a write a failing look-up must not turn it into an error, because the change was made: what could not be located is hidden. */
  private async located(targets: readonly Target[], { verb }: Operation, call: JudgedCall): Promise<Located[]> {
    if (targets.length === 0) return [];
    const located = this.whereabouts(call).locate(targets);
    return isRead(verb) ? located : located.catch((): Located[] => []);
  }

  /** @param loses whether tasks of this page may have to be left out; then it is filled with those of later pages */
  private async page(
    operation: Operation,
    answer: TaskPage,
    loses: boolean,
    call: JudgedCall,
    seen: Seen,
  ): Promise<TaskPage> {
    const { path, query, read } = call;
    const tasksOf = async (page: TaskPage) =>
      ((await this.shown(operation, page, call, seen))?.answer as TaskPage | undefined)?.tasks ?? [];
    if (!loses) return { tasks: await tasksOf(answer), last_page: isLast(answer) };
    const wanted = Number(query.page ?? 0);
    const pages = (page: number) =>
      page === wanted
        ? Promise.resolve(answer)
        : (read.call(operation, { path, query: { ...query, page } }) as Promise<TaskPage>);
    return pageOfShown(wanted, pages, tasksOf);
  }

  /** Whether the query asks for places, and each of them may be seen as a whole. */
  private async isInside(operation: Operation, call: JudgedCall, scopes: Scopes): Promise<boolean> {
    const asked = filteredPlaces(operation, call.query);
    const unknown = asked.filter(({ kind, id }) => !shows({ [kind]: id }, scopes));
    return asked.length > 0 && (await this.whereabouts(call).locate(unknown)).every((place) => shows(place, scopes));
  }

  /** Whether one of these must look to the caller as if it did not exist. */
  hides(located: readonly Located[]): boolean {
    return located.some(
      (each) =>
        !each.none &&
        isLocal(each.kind) &&
        (each.unresolved === undefined ? !shows(each, this.granted) : each.unresolved === NOT_SHOWN),
    );
  }

  /** The granted places of each layer, Folders together with all Folders below them. */
  private scopes(call: JudgedCall): Promise<Scopes> {
    const whole = async (places: Places): Promise<Places> => {
      if (places.folders.length === 0) return places;
      return {
        ...places,
        folders: [...new Set([...places.folders, ...(await this.whereabouts(call).subfolders(places.folders))])],
      };
    };
    return Promise.all(this.granted.map(whole));
  }

  /** Tells whether a Space or Folder holds something that may be seen: its name is shown then, because callers go down the tree from the Space. */
  private async ways(scopes: Scopes, call: JudgedCall): Promise<(place: Where) => boolean> {
    const inside: Target[] = this.granted.flatMap(({ folders, lists }) => [
      ...folders.map((id) => ({ kind: 'folder', id }) as const),
      ...lists.map((id) => ({ kind: 'list', id }) as const),
    ]);
    const where = this.whereabouts(call);
    const held = await where.climb((await where.locate(inside)).filter((place) => shows(place, scopes)));
    return ({ space, folder, list }) =>
      list === undefined &&
      held.some((place) =>
        folder === undefined ? place.space === space : [place.folder, ...(place.above ?? [])].includes(folder),
      );
  }
}

function shows(
  { space, folder, above = [], list, unresolved }: Where & { unresolved?: string },
  scopes: Scopes,
): boolean {
  const granted = (ids: readonly string[], id: string | undefined) => id !== undefined && ids.includes(id);
  return (
    unresolved === undefined &&
    scopes.every(
      ({ spaces, folders, lists }) =>
        granted(spaces, space) || [folder, ...above].some((each) => granted(folders, each)) || granted(lists, list),
    )
  );
}

const unlimited = (operation: string) =>
  new AppError(
    'forbidden',
    'Not allowed: what this answers cannot be limited to the places where reading was granted.',
    { details: { operation, reason: 'this cannot be limited to the places where reading was granted' } },
  );
