import {
  type CredentialCache,
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

/** Nothing in ClickUp changes its Workspace; what is kept is kept so long for the sake of memory only. */
const KEPT_MS = 60 * 60_000;
/** What a Workspace holds may be this old before it counts as proof that something is not in it. */
const SPACES_TTL_MS = 60_000;

/** Persons, fields and tags are of no one Workspace, or named by what stands beside them. */
const ANYWHERE: ReadonlySet<TargetKind> = new Set<TargetKind>(['user', 'guest', 'field', 'tag']);

/**
 * The wall around the Workspace that was chosen: a ClickUp credential reaches all Workspaces of its owner, its caller works in this one.
 * Everything that a request names is proved to lie in it, for reads and writes alike, by what ClickUp says; what was proved once is kept.
 * Anything else is answered like something that does not exist.
 */
export class Wall {
  /** @param workspace id of the only Workspace that may be worked in */
  constructor(
    readonly workspace: string,
    private readonly whereabouts: Whereabouts,
    private readonly cache: CredentialCache,
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
    // What tells of its only object itself is judged by its answer.
    if (named.length === 0 || (named.length === 1 && SELF_LOCATING.has(operation))) return;
    await this.parent(call);
    for (const place of await this.whereabouts(call).locate(named)) await this.insist(place, call);
  }

  /**
   * What of an answer may be given out; keeps what it proves.
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

  /** Whether a target is in this Workspace without asking anybody. A custom id, and the running timer, ClickUp looks up in the Workspace that was compared. */
  private passes({ kind, id, custom }: Target): boolean {
    return (
      kind === 'workspace' ||
      ANYWHERE.has(kind) ||
      custom !== undefined ||
      (kind === 'time_entry' && id === RUNNING) ||
      this.knows(kind, id)
    );
  }

  /** What the caller names as parent is looked into, so it must lie here itself. */
  private async parent(call: JudgedCall): Promise<void> {
    const { parent = {} } = call;
    // The comment that a reply belongs to is looked for under these.
    const named = (['task', 'list', 'view'] as const).flatMap((kind): Target[] =>
      parent[kind] === undefined ? [] : [{ kind, id: parent[kind] }],
    );
    for (const place of await this.whereabouts(call).locate(named.filter((target) => !this.passes(target))))
      await this.insist(place, call);
  }

  private async insist(place: Located, call: JudgedCall): Promise<void> {
    const { unresolved, none, kind, id } = place;
    if (none) return;
    // Why it cannot be told says nothing of whether it is there.
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

  /** Guests see Folders and Lists whose Space is not shown to them. */
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
