import { AppError } from '#libs/core';
import { type CallOperation } from '../operation.js';
import {
  bounded,
  type FolderNode,
  type ListNode,
  loadFolder,
  loadFolders,
  loadList,
  loadLists,
  loadSpaces,
  type SpaceNode,
} from './branches.js';
import { quote, theOne } from './the-one.js';
import { type Place, type Workspace } from './directory.js';
import { fold, pathKey, similar } from './names.js';
import { addFolders, addLists, below, descend, isMeantBy, spacePlace, withDescendants } from './places.js';
import { type PlaceRef } from './refs.js';
import { ownTurn } from '../turns.js';

export type PlaceKinds = readonly Place['kind'][];

/** The part of the cache that one directory reads. */
export interface CachedReads {
  read<T>(key: string, load: () => Promise<T>): Promise<T>;
  peek<T>(key: string): T | undefined;
}

/** Prefix of all keys under which trees of Workspaces are kept. */
export const TREE = 'tree/';

export const wording = (kinds: PlaceKinds): string =>
  kinds.map((kind) => kind.charAt(0).toUpperCase() + kind.slice(1)).join(' or ');

/** Finds places in one Workspace, reading no more of it than the question needs. */
export class PlaceFinder {
  private readonly prefix: string;

  constructor(
    private readonly call: CallOperation,
    private readonly cached: CachedReads,
    private readonly team: string,
  ) {
    this.prefix = `${TREE}${team}/`;
  }

  async tree(): Promise<Place[]> {
    const spaces = await this.spaces();
    // Two requests per Space, interleaved, so that a failure anywhere stops the rest.
    const parts = await bounded(
      spaces.flatMap(({ id }) => [() => this.folders(id), () => this.lists(id)]),
      (read): Promise<(FolderNode | ListNode)[]> => read(),
    );
    await ownTurn();
    return spaces.map((node, index) => {
      const space = spacePlace(node);
      addFolders(space, parts[2 * index] as FolderNode[]);
      addLists(space, parts[2 * index + 1] as ListNode[]);
      return space;
    });
  }

  /** The place with this id; undefined when no place has a bare id, which may still be a name. */
  async byId({ kind, id }: PlaceRef, kinds: PlaceKinds): Promise<Place | undefined> {
    if (kind && !kinds.includes(kind)) {
      throw new AppError(
        'invalid_parameters',
        `This is the URL of a ${wording([kind])}: a ${wording(kinds)} is needed.`,
        { details: { type: wording(kinds) } },
      );
    }
    const wanted = kind ? [kind] : kinds;
    const here = (places: readonly Place[]) =>
      withDescendants(places).filter((place) => place.id === id && wanted.includes(place.kind));
    const known = here(this.alreadyRead());
    const found = known.length ? known : await this.readById(id, wanted, here).catch(kind ? rethrown : absent);
    return found.length || kind ? theOne(found, id, wording(wanted), describe) : undefined;
  }

  async byName(text: string, kinds: PlaceKinds, workspace: () => Promise<Workspace>): Promise<Place> {
    const key = pathKey(text);
    const spaces = await this.spaces();
    if (kinds.every((kind) => kind === 'space')) {
      const keys = await this.keys(key, workspace);
      const known = spaces.map(spacePlace);
      // Only what is no Space costs the rest of the tree: it says what else bears the name.
      const places = known.some((place) => keys.some((each) => isMeantBy(each, place)))
        ? known
        : withDescendants(await this.tree());
      return this.decide(places, keys, text, kinds);
    }
    if (key.includes('/')) {
      const rooted = await this.walk(spaces, key, kinds);
      const [, withoutRoot] = rooted.length ? [] : await this.keys(key, workspace);
      if (withoutRoot) rooted.push(...(await this.walk(spaces, withoutRoot, kinds)));
      if (rooted.length) return choose(rooted, text, kinds);
    }
    return this.decide(withDescendants(await this.tree()), [key], text, kinds);
  }

  private async readById(id: string, kinds: PlaceKinds, here: (places: readonly Place[]) => Place[]): Promise<Place[]> {
    const [kind, another] = kinds;
    // ClickUp answers an id of the wrong kind as if the credential were revoked, so an id of unknown kind is looked up in the tree.
    if (another) return here(await this.tree());
    if (kind === 'space') return here((await this.spaces()).map(spacePlace));
    return here([kind === 'list' ? await this.listAlone(id) : await this.folderAlone(id)]);
  }

  private async listAlone(id: string): Promise<Place> {
    const { list, folder, space } = await this.read(`list/${id}`, () => loadList(this.call, id));
    const top = space && spacePlace(space);
    if (!top) throw new AppError('clickup_server_error', 'ClickUp did not say which Space this List lies in');
    if (folder) addFolders(top, [{ id: folder.id, name: folder.name, lists: [list] }]);
    else addLists(top, [list]);
    return top;
  }

  private async folderAlone(id: string): Promise<Place> {
    const { folders, space } = await this.read(`folder/${id}`, () => loadFolder(this.call, id));
    const top = spacePlace(space);
    addFolders(top, folders);
    return top;
  }

  /** The places that a path from a Space down leads to. It is read level by level: two requests for `Space / Folder / List`. */
  private async walk(spaces: readonly SpaceNode[], key: string, kinds: PlaceKinds): Promise<Place[]> {
    const found = await bounded(spaces, async (node) => {
      const rest = below(node.name, key);
      if (rest === '') return [spacePlace(node)];
      return rest === undefined ? [] : this.inside(node, rest, kinds);
    });
    return found.flat().filter(({ kind }) => kinds.includes(kind));
  }

  private async inside(node: SpaceNode, key: string, kinds: PlaceKinds): Promise<Place[]> {
    const space = spacePlace(node);
    const matches = () => descend(space.children, key).filter(({ kind }) => kinds.includes(kind));
    const deep = key.includes('/');
    const direct = kinds.includes('list');
    // Deeper paths nearly always go through a Folder; a List whose name contains a separator is the exception.
    const [folders, lists] = await Promise.all([
      deep || kinds.includes('folder') ? this.folders(node.id) : [],
      !deep && direct ? this.lists(node.id) : [],
    ]);
    addFolders(space, folders);
    addLists(space, lists);
    if (deep && direct && !matches().length) addLists(space, await this.lists(node.id));
    return matches();
  }

  /** Whether the kept part of the tree has a List of this name, and none with this id. Asks ClickUp nothing. */
  isNameOfList(text: string): boolean {
    const peek = <T>(key: string) => this.cached.peek<T[]>(this.prefix + key) ?? [];
    const lists = peek<SpaceNode>('spaces').flatMap(({ id }) => [
      ...peek<ListNode>(`lists/${id}`),
      ...peek<FolderNode>(`folders/${id}`).flatMap((folder) => folder.lists),
    ]);
    return lists.some(({ name }) => name === text) && !lists.some(({ id }) => id === text);
  }

  /** The part of the tree that is kept right now. Asks ClickUp nothing. */
  alreadyRead(): Place[] {
    const peek = <T>(key: string) => this.cached.peek<T>(this.prefix + key) ?? ([] as T);
    return peek<SpaceNode[]>('spaces').map((node) => {
      const space = spacePlace(node);
      addFolders(space, peek<FolderNode[]>(`folders/${node.id}`));
      addLists(space, peek<ListNode[]>(`lists/${node.id}`));
      return space;
    });
  }

  /** The path as written and, if it begins with the name of the Workspace, also without that name. */
  private async keys(key: string, workspace: () => Promise<Workspace>): Promise<string[]> {
    if (!key.includes('/')) return [key];
    const root = `${pathKey((await workspace()).name)}/`;
    return key.startsWith(root) ? [key, key.slice(root.length)] : [key];
  }

  private decide(places: readonly Place[], keys: readonly string[], text: string, kinds: PlaceKinds): Place {
    const known = places.filter(({ kind }) => kinds.includes(kind));
    const meant = places.filter((place) => keys.some((key) => isMeantBy(key, place)));
    const matches = meant.filter(({ kind }) => kinds.includes(kind));
    const [other] = meant;
    if (!matches.length && other) throw otherKind(text, kinds, other);
    return choose(matches, text, kinds, known);
  }

  private readonly read = <T>(key: string, load: () => Promise<T>) => this.cached.read(this.prefix + key, load);
  private readonly spaces = () => this.read('spaces', () => loadSpaces(this.call, this.team));
  private readonly folders = (space: string) => this.read(`folders/${space}`, () => loadFolders(this.call, space));
  private readonly lists = (space: string) => this.read(`lists/${space}`, () => loadLists(this.call, space));
}

const rethrown = (thrown: unknown): never => {
  throw thrown;
};

/** A bare number that is no id may still be a name, so "not found" is no failure. Every other error is one. */
const absent = (thrown: unknown): never[] => {
  if (thrown instanceof AppError && thrown.code === 'clickup_not_found') return [];
  throw thrown;
};

const describe = ({ path, id, kind }: Place) => ({ path, id, kind });

/** So many of the places in another place are named where one of them may have been meant. */
const MAX_INSIDE = 10;

/** A name that exists, but names something else than what is needed. */
function otherKind(text: string, kinds: PlaceKinds, { kind, id, children }: Place): AppError {
  const inside = children.filter((child) => kinds.includes(child.kind));
  const names = inside.slice(0, MAX_INSIDE).map((child) => `${child.name} (${child.id})`);
  const more = inside.length > MAX_INSIDE ? ` and ${inside.length - MAX_INSIDE} more` : '';
  return new AppError(
    'invalid_parameters',
    [
      `${quote(text)} is a ${wording([kind])} (${id}), not a ${wording(kinds)}.`,
      names.length && `In it: ${names.join('; ')}${more}.`,
    ]
      .filter(Boolean)
      .join(' '),
    { details: { type: wording(kinds) } },
  );
}

/** An exact match wins over names that differ in case, emoji or spaces. */
function choose(matches: readonly Place[], text: string, kinds: PlaceKinds, known: readonly Place[] = []): Place {
  const exact = matches.filter(({ name, path }) => name === text || path === text);
  const last = pathKey(text).split('/').at(-1) ?? '';
  return theOne(exact.length ? exact : matches, text, wording(kinds), describe, () =>
    known.filter(({ name }) => similar(last, fold(name))),
  );
}
