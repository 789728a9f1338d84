import { AppError } from '#libs/core';
import { type CallOperation } from '../operation.js';
import { type CustomField } from '../operations/index.js';
import { bounded } from './branches.js';
import { type NamedObject, type Objects, type Person, type Place } from './directory.js';
import { type ObjectKind } from '../object-kind.js';
import { findPerson } from './find-person.js';
import { type KeptObject, kindOf, KINDS, type ListedKind, type Listing } from './kinds.js';
import { fold, similar } from './names.js';
import { keptField, loadFields, loadTags, loadView, loadViews } from './on-places.js';
import { type CachedReads } from './place-finder.js';
import { withDescendants } from './places.js';
import { clickUpUrl, MAX_REF_LENGTH } from './refs.js';
import { quote, theOne } from './the-one.js';

/** Prefix of all keys under which objects are kept; the kind follows, so that a write can forget what it changed. */
export const OBJECTS = 'objects/';

/**
 * Views are asked for place by place. So many requests may one search cost: ClickUp grants a hundred a minute on most plans, and what is
 * left out is said.
 */
const MAX_VIEW_READS = 90;
/** So many names fit into an error message. */
const MAX_LEGAL = 12;
/** A view's URL names it after a short word for its type; `li`, `f` and `s` name places, `dc` a Doc. */
const VIEW_URL = /\/v\/(?!(?:dc|li|f|s|o|cn)\/)[a-z]{1,3}\/([\w-]+)/;
/** Ids of views, Docs, goals and channels hold a digit and no space; a name that looks so is found by name afterwards. */
const ID_LIKE = /^(?=.*\d)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** What the finder works with: the Workspace as the directory knows it. */
export interface Surroundings {
  call: CallOperation;
  cached: CachedReads;
  /** The id of the Workspace. */
  team: string;
  people(): Promise<Person[]>;
  tree(): Promise<Place[]>;
  /** The part of the tree that is kept right now. */
  known(): Place[];
}

const WORDS: Record<Exclude<ObjectKind, ListedKind>, readonly [one: string, many: string]> = {
  person: ['person', 'people'],
  guest: ['guest', 'guests'],
  view: ['view', 'views'],
  tag: ['tag', 'tags'],
  field: ['Custom Field', 'Custom Fields'],
};
const isListed = (kind: ObjectKind): kind is ListedKind => Object.hasOwn(KINDS, kind);
const wordsOf = (kind: ObjectKind): readonly [one: string, many: string] =>
  isListed(kind) ? kindOf(kind).words : WORDS[kind];

type Within = Place | NamedObject | undefined;
const isPlace = (within: Within): within is Place => within !== undefined && 'path' in within;

/** Lists and finds what there is in one Workspace besides places and tasks. */
export class ObjectFinder {
  constructor(private readonly around: Surroundings) {}

  async list(kind: ObjectKind, within: Within): Promise<Objects> {
    const { objects, incomplete } = await this.listing(kind, within);
    return Object.assign(this.shown(kind, objects), incomplete !== undefined && { incomplete });
  }

  /**
   * @param only leaves out what is not meant, such as templates of another kind
   * @throws AppError `invalid_parameters` for a name that none has, or several have; `clickup_not_found` for an id that does not exist
   */
  async find(
    kind: ObjectKind,
    ref: string,
    within: Within,
    only: (object: NamedObject) => boolean = () => true,
  ): Promise<NamedObject> {
    const [one, many] = wordsOf(kind);
    const text = ref.trim();
    if (!text || text.length > MAX_REF_LENGTH)
      throw new AppError('invalid_parameters', `Name a ${one} by id, URL or name.`, { details: { type: one } });
    if (kind === 'person' || kind === 'guest') return this.person(kind, text);
    const url = clickUpUrl(text);
    const id = url && idInUrl(kind, url.join('/'));
    if (url && id === undefined)
      throw new AppError('invalid_parameters', `This ClickUp URL does not show a ${one}: give its id or its name.`, {
        details: { type: one },
      });
    const wanted = id ?? text;
    const direct = within === undefined && (await this.directly(kind, wanted));
    if (direct) return this.shown(kind, [direct])[0]!;
    const { objects, incomplete } = await this.listing(kind, within);
    const shown = this.shown(kind, objects);
    const known = objects.filter((_, index) => only(shown[index]!));
    const matches = matching(known, wanted);
    const byId = matches.length ? undefined : await this.read(kind, wanted);
    if (byId) return this.shown(kind, [byId])[0]!;
    const describe = (object: KeptObject) => {
      const [{ where, about, name }] = this.shown(kind, [object]) as [NamedObject];
      return { path: [where, name].filter(Boolean).join(' / ') + (about ? ` [${about}]` : ''), id: object.id, kind };
    };
    if (!matches.length) {
      const [other] = matching(objects, wanted);
      const unfit = other && this.shown(kind, [other])[0];
      if (unfit)
        throw new AppError(
          'invalid_parameters',
          `${quote(ref)} is a ${one} of another kind: ${unfit.about ?? unfit.name}. ${legal(many, known)}`,
        );
      const elsewhere = this.otherwise(kind, wanted);
      if (elsewhere) throw new AppError('invalid_parameters', `${quote(ref)} is ${elsewhere}, not a ${one}.`);
      if (incomplete)
        throw new AppError(
          'invalid_parameters',
          `There is no ${one} ${quote(ref)} among what was searched: ${incomplete}.`,
        );
    }
    return this.shown(kind, [
      theOne(
        matches,
        ref,
        one,
        describe,
        () => known.filter(({ name }) => similar(fold(wanted), fold(name))),
        () => (known.length > MAX_LEGAL ? `There are ${known.length} ${many}.` : legal(many, known)),
      ),
    ])[0]!;
  }

  /** Definitions of the Custom Fields that tasks in a place can have. One request for a List, one for each level above it otherwise. */
  async fields(place: Place): Promise<CustomField[]> {
    const levels: (Place | undefined)[] = [];
    if (place.kind === 'list') levels.push(place);
    else {
      for (let at: Place | undefined = place; at; at = at.parent) levels.push(at);
      levels.push(undefined);
    }
    const found = await Promise.all(levels.map((at) => this.fieldsAt(at)));
    return [...new Map(found.flat().map((field) => [field.id, field])).values()];
  }

  private listing(kind: ObjectKind, within: Within): Promise<Listing> | Listing {
    const { call, team } = this.around;
    switch (kind) {
      case 'person':
      case 'guest':
        return this.people(kind);
      case 'view':
        return this.views(isPlace(within) ? within : undefined);
      case 'tag':
        return this.tags(isPlace(within) ? within : undefined);
      case 'field':
        return this.allFields(isPlace(within) ? within : undefined);
      default: {
        const row = kindOf(kind);
        if (row.within && (within === undefined || isPlace(within)))
          throw new AppError(
            'invalid_parameters',
            `${capital(row.words[1])} are listed within one ${wordsOf(row.within)[0]}: name it.`,
          );
        const inside = isPlace(within) ? undefined : within;
        const key = [kind, team, inside?.id].filter(Boolean).join('/');
        return this.kept(key, () => row.list({ call, team }, inside));
      }
    }
  }

  private async people(kind: 'person' | 'guest'): Promise<Listing> {
    const people = await this.around.people();
    return {
      objects: people
        .filter(({ role }) => kind === 'person' || role === 'guest')
        .map(({ id, username, email, role }) => ({
          id: String(id),
          name: username,
          about: [email, role !== 'member' && role !== kind && role].filter(Boolean).join(', ') || undefined,
        })),
    };
  }

  private async person(kind: 'person' | 'guest', ref: string): Promise<NamedObject> {
    const people = await this.around.people();
    const guests = people.filter(({ role }) => role === 'guest');
    const found = findPerson(kind === 'guest' ? guests : people, ref);
    const { objects } = await this.people(kind);
    return this.shown(
      kind,
      objects.filter(({ id }) => id === String(found.id)),
    )[0]!;
  }

  /** Place by place, the upper levels first: what belongs to many is what people name most. */
  private async views(within: Place | undefined): Promise<Listing> {
    const { call, cached, team } = this.around;
    const places = await this.placesIn(within);
    const depth = (place: Place | undefined): number => (place?.parent ? 1 + depth(place.parent) : place ? 1 : 0);
    const sorted = places.map((place) => ({ place, at: depth(place) })).sort((a, b) => a.at - b.at);
    const key = (place: Place | undefined) => `view/${team}/${place ? `${place.kind}/${place.id}` : ''}`;
    let left = MAX_VIEW_READS;
    const readable = sorted.filter(({ place }) => cached.peek(OBJECTS + key(place)) !== undefined || (left -= 1) >= 0);
    const found = await bounded(readable, ({ place }) => this.kept(key(place), () => loadViews(call, team, place)));
    return {
      objects: found.flat(),
      incomplete:
        readable.length < sorted.length
          ? `views of ${readable.length} of ${sorted.length} places were read; name the place for the others`
          : undefined,
    };
  }

  /** A place with all that lies in it: a Space that was found by its path holds only what was read on the way. */
  private async placesIn(within: Place | undefined): Promise<(Place | undefined)[]> {
    if (within && within.kind !== 'space') return withDescendants([within]);
    const tree = await this.around.tree();
    return within ? withDescendants(tree.filter(({ id }) => id === within.id)) : [undefined, ...withDescendants(tree)];
  }

  private async tags(within: Place | undefined): Promise<Listing> {
    const spaces = within ? [spaceOf(within)] : await this.around.tree();
    const found = await bounded(spaces, ({ id }) =>
      this.kept(`tag/${this.around.team}/${id}`, () => loadTags(this.around.call, id)),
    );
    return { objects: found.flat() };
  }

  private async allFields(within: Place | undefined): Promise<Listing> {
    if (within) return { objects: (await this.fields(within)).map(keptField) };
    return {
      objects: (await this.fieldsAt(undefined)).map(keptField),
      incomplete: 'these are the Custom Fields of the whole Workspace; name a place for those of its own',
    };
  }

  private fieldsAt(at: Place | undefined): Promise<CustomField[]> {
    const { call, team } = this.around;
    return this.kept(`field/${team}/${at ? `${at.kind}/${at.id}` : ''}`, () => loadFields(call, team, at));
  }

  /** A view by its id: to list them all costs a request per place. */
  private directly(kind: ObjectKind, id: string): Promise<KeptObject | undefined> {
    return kind === 'view' ? this.read(kind, id) : Promise.resolve(undefined);
  }

  /** Reads an object by id, where ClickUp can and the text may be one. */
  private async read(kind: ObjectKind, id: string): Promise<KeptObject | undefined> {
    const { call, team } = this.around;
    const row = isListed(kind) ? kindOf(kind) : undefined;
    const load = kind === 'view' ? () => loadView(call, id) : row?.get && (() => row.get!({ call, team }, id));
    if (!load || !ID_LIKE.test(id)) return undefined;
    return this.kept(`${kind}/${team}/id/${id}`, load).catch(absent);
  }

  /** What else bears this name, as far as it is known without a request. */
  private otherwise(kind: ObjectKind, name: string): string | undefined {
    const { cached, team } = this.around;
    const key = fold(name);
    const place = withDescendants(this.around.known()).find((each) => fold(each.name) === key);
    if (place) return `a ${capital(place.kind)} (${place.id})`;
    for (const other of Object.keys(KINDS) as ListedKind[]) {
      const listing = other === kind ? undefined : cached.peek<Listing>(`${OBJECTS}${other}/${team}`);
      const found = listing?.objects.find((each) => fold(each.name) === key);
      if (found) return `a ${kindOf(other).words[0]} (${found.id})`;
    }
    return undefined;
  }

  private shown(kind: ObjectKind, objects: readonly KeptObject[]): NamedObject[] {
    const parents = objects.some(({ parent }) => parent) ? this.paths() : new Map<string, string>();
    return objects.map(({ id, name, about, where, parent }) => {
      const hangsOn = parent
        ? (parents.get(`${parent.kind}/${parent.id}`) ?? `${capital(parent.kind)} ${parent.id}`)
        : where;
      return { kind, id, name, ...(hangsOn && { where: hangsOn }), ...(about && { about }) };
    });
  }

  private paths(): Map<string, string> {
    return new Map(withDescendants(this.around.known()).map(({ kind, id, path }) => [`${kind}/${id}`, path]));
  }

  private kept<T>(key: string, load: () => Promise<T>): Promise<T> {
    return this.around.cached.read(OBJECTS + key, load);
  }
}

function idInUrl(kind: ObjectKind, path: string): string | undefined {
  const pattern = kind === 'view' ? VIEW_URL : isListed(kind) ? kindOf(kind).url : undefined;
  return pattern?.exec(`/${path}`)?.[1];
}

/** An id wins over names, an exact name over one that differs in case, emoji or spaces. */
function matching(objects: readonly KeptObject[], text: string): KeptObject[] {
  const byId = objects.filter(({ id }) => id === text);
  if (byId.length) return byId;
  const exact = objects.filter(({ name }) => name === text);
  if (exact.length) return exact;
  const key = fold(text);
  const named = objects.filter(({ name }) => fold(name) === key);
  return named.length ? named : objects.filter(({ also }) => also?.some((each) => fold(each) === key));
}

/** ClickUp answers an id that it does not know as if it were somebody else's. */
const absent = (thrown: unknown): undefined => {
  if (thrown instanceof AppError && thrown.code === 'clickup_not_found') return undefined;
  throw thrown;
};

function spaceOf(place: Place): Place {
  return place.parent ? spaceOf(place.parent) : place;
}

const legal = (many: string, objects: readonly KeptObject[]): string =>
  objects.length
    ? `The ${many} here: ${objects.map(({ id, name }) => (id === name ? name : `${name} (${id})`)).join('; ')}.`
    : `There are no ${many} here.`;

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
