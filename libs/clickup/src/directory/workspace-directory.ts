import { AppError } from '#libs/core';
import { type ClickUpClient } from '../sending/client.js';
import { type AnswerCache } from './cache.js';
import { type CustomField } from '../operations/index.js';
import { loadStatuses } from './branches.js';
import {
  type Directory,
  type Me,
  type NamedObject,
  type Objects,
  type Person,
  type Place,
  type PlaceStatus,
  type TaskAddress,
  type Workspace,
} from './directory.js';
import { type DirectoryPart, type ObjectKind } from '../object-kind.js';
import { pathKey } from './names.js';
import { findPerson } from './find-person.js';
import { type CachedReads, type PlaceKinds, PlaceFinder, TREE, wording } from './place-finder.js';
import { ObjectFinder, OBJECTS } from './object-finder.js';
import { statusesIn } from './places.js';
import { MAX_REF_LENGTH, placeRef, taskRef } from './refs.js';
import { chooseWorkspace, loadMe, loadWorkspaces, outside } from './workspaces.js';

const ALL: PlaceKinds = ['space', 'folder', 'list'];
/** Key of the Workspaces, each with its people. */
const WORKSPACES = 'identity/workspaces';
const TTL_MS = 5 * 60_000;
/**
 * A number of at least so many digits is an id: years and dates are shorter, and ClickUp's ids have had eleven or twelve digits for
 * years.
 */
const SURE_ID = 9;
/** Under which keys a part of the directory is kept. */
const FORGET: Partial<Record<DirectoryPart, string>> = {
  tree: TREE,
  people: WORKSPACES,
  person: WORKSPACES,
  guest: WORKSPACES,
};
/** A person's own name and time zone change less often than the members of a Workspace, so they are kept longer. */
const ME_TTL_MS = 60 * 60_000;

/** The {@link Directory} of one call: it reads through the client of the call and the cache of its credential. */
export class WorkspaceDirectory implements Directory {
  private readonly cached: CachedReads;
  private readonly partition: string;

  constructor(
    private readonly client: ClickUpClient,
    private readonly cache: AnswerCache,
    private readonly bound?: string,
    private readonly signal?: AbortSignal,
  ) {
    const partition = client.cachePartition ?? client.credential.hash;
    this.partition = partition;
    this.cached = {
      read: (key, load) => cache.read(partition, key, TTL_MS, load, signal),
      peek: (key) => cache.peek(partition, key),
    };
    client.whenWritten?.(({ changesDirectory = [] }) =>
      [changesDirectory].flat().forEach((part) => this.invalidate(part)),
    );
  }

  me(): Promise<Me> {
    return this.cache.read(this.partition, 'identity/me', ME_TTL_MS, () => loadMe(this.client.call), this.signal);
  }

  workspaces(): Promise<Workspace[]> {
    return this.cached.read(WORKSPACES, () => loadWorkspaces(this.client.call));
  }

  async workspace(ref?: string, argument?: string): Promise<Workspace> {
    return chooseWorkspace(await this.workspaces(), this.bound, ref, argument);
  }

  async tree(workspaceRef?: string): Promise<Place[]> {
    return this.finder(await this.team(workspaceRef)).tree();
  }

  async place(ref: string, kinds: PlaceKinds = ALL): Promise<Place> {
    const text = named(ref, kinds);
    const direct = placeRef(text);
    const team = await this.team(direct?.team);
    const finder = this.finder(team);
    return (direct && (await finder.byId(direct, kinds))) ?? finder.byName(text, kinds, () => this.workspace(team));
  }

  async listId(ref: string): Promise<string> {
    const direct = placeRef(named(ref, ['list']));
    if (direct?.team) this.within(direct.team);
    if (direct?.kind === 'list' || (direct && !direct.kind && !this.maybeName(direct.id))) return direct.id;
    return (await this.place(ref, ['list'])).id;
  }

  async task(ref: string): Promise<TaskAddress> {
    const { id, custom, team } = taskRef(ref);
    if (team) this.within(team);
    return { task_id: id, query: custom ? { custom_task_ids: true, team_id: team ?? (await this.team()) } : {} };
  }

  async person(ref: string | number): Promise<Person> {
    if (typeof ref === 'string' && ref.trim().toLowerCase() === 'me') {
      const { id, username, email } = await this.me();
      return { id, username, email };
    }
    return findPerson(await this.people(), String(ref));
  }

  async people(): Promise<Person[]> {
    return (await this.workspace()).members;
  }

  async objects(kind: ObjectKind, within?: Place | NamedObject): Promise<Objects> {
    return (await this.objectFinder()).list(kind, within);
  }

  async object(
    kind: ObjectKind,
    ref: string,
    within?: Place | NamedObject,
    only?: (object: NamedObject) => boolean,
  ): Promise<NamedObject> {
    return (await this.objectFinder()).find(kind, ref, within, only);
  }

  async statuses(place: Place): Promise<PlaceStatus[]> {
    const known = statusesIn(place);
    if (known) return known;
    const { kind, id } = place;
    const key = `${TREE}${await this.team()}/statuses/${kind}/${id}`;
    const own = await this.cached.read(key, async () => (await loadStatuses(this.client.call, place)) ?? []);
    if (own.length) return own;
    if (place.parent) return this.statuses(place.parent);
    throw new AppError('clickup_server_error', `ClickUp did not say which statuses ${place.path} has`);
  }

  async fields(place: Place): Promise<CustomField[]> {
    return (await this.objectFinder()).fields(place);
  }

  invalidate(changed: DirectoryPart): void {
    this.cache.forget(this.partition, FORGET[changed] ?? `${OBJECTS}${changed}/`);
  }

  /** Whether a number may be a name: it is too short for an id, or a List of this name is known and none with this id. */
  private maybeName(digits: string): boolean {
    const [only, another] = this.cached.peek<Workspace[]>(WORKSPACES) ?? [];
    const team = this.bound ?? (another ? undefined : only?.id);
    return digits.length < SURE_ID || (team !== undefined && this.finder(team).isNameOfList(digits));
  }

  private finder(team: string): PlaceFinder {
    return new PlaceFinder(this.client.call, this.cached, team);
  }

  private async objectFinder(): Promise<ObjectFinder> {
    const team = await this.team();
    const places = this.finder(team);
    return new ObjectFinder({
      call: this.client.call,
      cached: this.cached,
      team,
      people: () => this.people(),
      tree: () => places.tree(),
      known: () => places.alreadyRead(),
    });
  }

  /** The id of the Workspace; costs no request where this directory is bound to one. */
  private async team(ref?: string): Promise<string> {
    return this.bound !== undefined && (ref === undefined || ref.trim() === this.bound)
      ? this.bound
      : (await this.workspace(ref)).id;
  }

  private within(team: string): void {
    if (this.bound !== undefined && team !== this.bound) throw outside(this.bound);
  }
}

function named(ref: string, kinds: PlaceKinds): string {
  const text = ref.trim();
  if (text.length <= MAX_REF_LENGTH && pathKey(text)) return text;
  throw new AppError('invalid_parameters', `Name a ${wording(kinds)} by id, name, path or URL.`, {
    details: { type: wording(kinds) },
  });
}
