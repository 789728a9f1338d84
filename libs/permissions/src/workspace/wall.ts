import {
  type AnswerCache,
  GetAuthorizedTeams,
  GetSpaces,
  type JudgedCall,
  type Operation,
  parametersOf,
  SharedHierarchy,
  type Target,
  type TargetKind,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { type Located, type Where } from '../located.js';
import { RUNNING } from '../resolve/locators.js';
import { filteredPlaces } from '../resolve/place-filters.js';
import { type Whereabouts } from '../resolve/resolver.js';
import { SELF_LOCATING } from '../resolve/self-locating.js';
import { NOT_SHOWN } from '../resolve/where.js';
import { visitShown } from './shown.js';

/**
 * Nothing in ClickUp moves to another Workspace, so the proof that something lies in this one stays true. It expires only to save memory.
 */
const KEPT_MS = 60 * 60_000;
/** A Space that is not in a list of Spaces this old is taken to be in another Workspace. */
const SPACES_TTL_MS = 60_000;

/** People can be in several Workspaces; fields and tags belong to the place that is named beside them. */
const ANYWHERE: ReadonlySet<TargetKind> = new Set<TargetKind>(['user', 'guest', 'field', 'tag']);

/**
 * Keeps a caller inside the Workspace that was chosen, although the ClickUp credential reaches all Workspaces of its owner. Everything
 * that a read or write names must be proved by ClickUp's answers to lie in it; what was proved once is remembered. Anything else is
 * answered as if it did not exist.
 */
export class Wall {
  /** @param workspace id of the only Workspace that may be worked in */
  constructor(
    readonly workspace: string,
    private readonly whereabouts: Whereabouts,
    private readonly cache: AnswerCache,
    /** `Credential.hash`. */
    private readonly credential: string,
  ) {}

  /**
   * Judges a request before it leaves. Costs nothing for what is known, else one request for each object, and one or two for the Spaces of
   * the Workspace once a minute at most.
   * @throws AppError `forbidden` for another Workspace by its id, `clickup_not_found` for anything that is not proved to lie in this one
   */
  async checkTargets(operation: Operation, targets: readonly Target[], call: JudgedCall): Promise<void> {
    this.compare(operation, targets, call);
    const named = [...targets, ...filteredPlaces(operation, call.query)].filter((target) => !this.passes(target));
    // The answer of such a read says where the object lies: filterAnswer judges it.
    if (named.length === 0 || (named.length === 1 && SELF_LOCATING.has(operation) && !call.unanswered)) return;
    await this.parent(call);
    for (const place of await this.whereabouts(call).locate(named)) await this.insist(place, call);
  }

  /**
   * The part of an answer that may be given out. Remembers every object in it as one of this Workspace.
   * @throws AppError `clickup_not_found` when it is about something of another Workspace
   */
  async filterAnswer(operation: Operation, answer: unknown, call: JudgedCall): Promise<unknown> {
    if (operation === GetAuthorizedTeams) return this.ofTeams(answer as { teams?: { id: string }[] });
    const told = SELF_LOCATING.get(operation)?.(answer as never);
    if (told && !this.knows(told.kind, told.id)) await this.insist(told, call);
    visitShown(operation, answer, (kind, id) => this.keep(kind, id));
    return answer;
  }

  /** Every Workspace that is named by its id must be this one: in the path, as a parameter, as a target. */
  private compare(operation: Operation, targets: readonly Target[], { path, query }: JudgedCall): void {
    const isOther = (id: unknown) => id !== undefined && id !== this.workspace;
    if (
      isOther(query.team_id) ||
      parametersOf(operation).some(({ name, kind }) => kind === 'workspace' && isOther(path[name])) ||
      targets.some(({ kind, id, custom }) => isOther(kind === 'workspace' ? id : custom))
    ) {
      throw new AppError('forbidden', `This connection works in Workspace ${this.workspace} only.`, {
        details: { reason: 'other Workspace' },
      });
    }
  }

  /** Whether no look-up is needed. ClickUp looks up custom ids and the running timer in the Workspace of the request, which `compare` has checked. */
  private passes({ kind, id, custom }: Target): boolean {
    return (
      kind === 'workspace' ||
      ANYWHERE.has(kind) ||
      custom !== undefined ||
      (kind === 'time_entry' && id === RUNNING) ||
      this.knows(kind, id)
    );
  }

  /** What the caller names as parent is read to find the object in it, so it must lie in this Workspace itself. */
  private async parent(call: JudgedCall): Promise<void> {
    const { parent = {} } = call;
    // A comment that is named as parent of a reply is looked for under these, so it needs no check of its own.
    const named = (['task', 'list', 'view'] as const).flatMap((kind): Target[] =>
      parent[kind] === undefined ? [] : [{ kind, id: parent[kind] }],
    );
    for (const place of await this.whereabouts(call).locate(named.filter((target) => !this.passes(target))))
      await this.insist(place, call);
  }

  private async insist(place: Located, call: JudgedCall): Promise<void> {
    const { unresolved, none, kind, id } = place;
    if (none) return;
    // Such a reason (the parent was not named, for example) does not tell whether the object exists, so it may be shown.
    if (unresolved !== undefined && unresolved !== NOT_SHOWN)
      throw new AppError('forbidden', `Not allowed: ${unresolved}.`, { details: { reason: unresolved } });
    if (unresolved !== undefined || !(await this.holds(place, call))) throw new AppError('clickup_not_found');
    this.keep(kind, id);
  }

  private async holds({ workspace, space, folder, list, hangs }: Where, call: JudgedCall): Promise<boolean> {
    if (workspace !== undefined) return workspace === this.workspace;
    if (hangs) return this.holds(hangs, call);
    if (space === undefined) return false;
    return (await this.hasSpace(space, call)) || (await this.isShared(folder, list, call));
  }

  private async hasSpace(id: string, call: JudgedCall): Promise<boolean> {
    for (const archived of [undefined, true]) {
      if (this.knows('space', id)) return true;
      const spaces = await this.read(call, `spaces/${String(archived)}`, async (client) =>
        (await client.call(GetSpaces, { path: { team_id: this.workspace }, query: { archived } })).spaces.map(
          (space) => space.id,
        ),
      );
      for (const space of spaces) this.keep('space', space);
    }
    return this.knows('space', id);
  }

  /** Guests reach Folders and Lists in Spaces that ClickUp does not list for them. */
  private async isShared(folder: string | undefined, list: string | undefined, call: JudgedCall): Promise<boolean> {
    const { folders, lists } = await this.read(call, 'shared', async (client) => {
      const { shared } = await client.call(SharedHierarchy, { path: { team_id: this.workspace } });
      return { folders: shared.folders.map(({ id }) => id), lists: shared.lists.map(({ id }) => id) };
    });
    return (list !== undefined && lists.includes(list)) || (folder !== undefined && folders.includes(folder));
  }

  private ofTeams(answer: { teams?: { id: string }[] }): unknown {
    return { ...answer, teams: answer.teams?.filter(({ id }) => id === this.workspace) };
  }

  private read<T>({ read }: JudgedCall, key: string, load: (client: JudgedCall['read']) => Promise<T>): Promise<T> {
    return this.cache.read(this.credential, `wall/${this.workspace}/${key}`, SPACES_TTL_MS, () => load(read));
  }

  private knows(kind: TargetKind, id: string): boolean {
    return this.cache.peek(this.credential, keyOf(kind, id)) === this.workspace;
  }

  private keep(kind: TargetKind, id: string): void {
    if (!this.knows(kind, id)) this.cache.put(this.credential, keyOf(kind, id), KEPT_MS, this.workspace);
  }
}

const keyOf = (kind: TargetKind, id: string) => `in/${kind}/${id}`;
