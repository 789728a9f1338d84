import { isRead, type Risk, type Verb } from '#libs/core';
import { type Operation, OPERATIONS } from '#libs/clickup';
import { nearlyEqual, wordsOf } from '../find/match.js';
import { type Named, namesOf } from './parameters.js';
import { SMALL_WORDS, SYNONYMS, VERB_WORDS } from './synonyms.js';

/** How much a word counts, by the place in the row where it stands. */
const WEIGHT = { path: 1, id: 1, summary: 0.9, toolset: 0.6, parameter: 0.35 } as const;
/** A word that a synonym stands for counts less than one that was said. */
const SYNONYM = 0.75;
/** Beside the words, which count up to 1: what the operation acts on, in which place, and what it does. */
const RESOURCE = 0.45;
const PLACE = 0.15;
const VERB = 0.3;
const OTHER_VERB = -0.2;
/** Parts of nearly every path, which say nothing of what an operation acts on. */
const NO_RESOURCE = new Set(['api', 'v2', 'v3', 'team', 'workspaces']);

/** A word without its ending, so that `tracked`, `tracking` and `track` are one. Both sides are cut alike, so it need not be a word. */
export function stem(word: string): string {
  const singular = word
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch|us)es$/, '$1')
    .replace(/([^sui])s$/, '$1');
  const plain = singular.replace(/^(.{3,})(ing|ed)$/, '$1').replace(/^(.{3,})e$/, '$1');
  return plain.replace(/([b-df-hj-np-tv-z])\1$/, '$1');
}

const camel = (text: string) => text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/['’]s?/g, ' ');
const stems = (text: string): string[] => wordsOf(camel(text)).map(stem);
const stemmed = <T>(table: Readonly<Record<string, T>>) =>
  new Map(Object.entries(table).map(([word, value]) => [stem(word), value]));
const MEANT = new Map([...stemmed(SYNONYMS)].map(([word, others]) => [word, stems(others)]));
const VERBS = stemmed(VERB_WORDS);

/** What can be found: an operation, a tool, or what is not possible. */
export interface Findable {
  name: string;
  kind: 'tool' | 'operation' | 'impossible';
  /** What it does; a tool for a whole job does several things. */
  verbs: readonly Verb[];
  risk?: Risk;
  toolset?: string;
  summary: string;
  /** Names of parameters. */
  parameters: readonly string[];
  /** What it acts on, after the places in which that lies. */
  path: readonly string[];
  /** Groups of words of which one asks for it; only of what is not possible, which nothing else asks for. */
  asked?: readonly string[];
}

const named = (names: readonly Named[]): string[] => names.flatMap(({ name, parts }) => [name, ...named(parts)]);

/** An operation as it is found. */
export function findableOf(row: Operation): Findable {
  const { path, query, body } = namesOf(row);
  return {
    name: row.id,
    kind: 'operation',
    verbs: [row.verb],
    risk: row.risk,
    toolset: row.toolset,
    summary: row.summary,
    parameters: named([...path, ...query, ...body]),
    path: (row.path as string).split('/').filter((part) => part && !part.startsWith('{') && !NO_RESOURCE.has(part)),
  };
}

/** One of them as it is searched. */
interface Entry<T> {
  item: T;
  asks: ReturnType<typeof groupOf>[];
  words: Map<string, number>;
  resource: string[];
  places: string[];
}

function entryOf<T extends Findable>(item: T): Entry<T> {
  const segments = item.path.map((part) => stems(part.replaceAll('_', ' ')));
  const words = new Map<string, number>();
  const note = (found: readonly string[], weight: number) => {
    for (const word of found) words.set(word, Math.max(words.get(word) ?? 0, weight));
  };
  note(
    item.parameters.flatMap((name) => stems(name.replaceAll('_', ' '))),
    WEIGHT.parameter,
  );
  note(stems(item.toolset ?? ''), WEIGHT.toolset);
  note(stems(item.summary), WEIGHT.summary);
  note(stems(item.name.replaceAll('_', ' ')), WEIGHT.id);
  note(segments.flat(), WEIGHT.path);
  return {
    item,
    asks: item.asked?.map(groupOf) ?? [],
    words,
    resource: segments.at(-1) ?? [],
    places: segments.slice(0, -1).flat(),
  };
}

/** What a request asks for: each word with what it may mean, and the verbs it names. */
interface Wish {
  words: { word: string; meant: string[] }[];
  said: Set<string>;
  /** What it is about itself, without the places that it names: of "the tasks in a view" the tasks. */
  heads: Set<string>;
  verbs: Set<Verb>;
}

/** What is to be done, as far as a request says it. */
function verbsIn(query: string, all: readonly string[], first: string, things: ReadonlySet<string>): readonly Verb[] {
  const verbsOf = (word: string): readonly Verb[] => VERBS.get(stem(word)) ?? [];
  const changing = (verbs: readonly Verb[]) => verbs.filter((verb) => !isRead(verb));
  const ordered = verbsOf(first);
  if (ALLOWING.test(first)) return ordered;
  // "A view of the List" orders nothing: such words are verbs at the beginning only.
  const named = all.flatMap((word) => (word !== first && things.has(stem(word)) ? [] : verbsOf(word)));
  const asks = QUESTION.test(query);
  // An order to change something is no question, whatever else it says: "change the filter of a view", "the client should no longer see it".
  if (changing(ordered).length || (!asks && !ordered.length && changing(named).length)) return changing(named);
  if (asks) return [...READS, ...named];
  if (named.length) return named;
  if (ONE_MORE.test(query)) return MAKES;
  return MANY_THINGS.test(query) ? READS : [];
}

/** @param things what operations act on: words such as `list` and `link` that are verbs, too, count as both */
function wishOf(query: string, things: ReadonlySet<string>): Wish {
  const all = wordsOf(camel(query).replaceAll('_', ' '));
  const [first = '', ...others] = all.filter((word) => !SMALL_WORDS.has(word));
  const verbs = new Set(verbsIn(query, all, first, things));
  // "List the Spaces" and "view the goals" are not about Lists and views.
  const orders =
    others.length > 0 &&
    Object.hasOwn(VERB_WORDS, first) &&
    VERB_WORDS[first]?.every(isRead) &&
    !MEANT.has(stem(first));
  const telling = (orders ? others : [first, ...others]).filter(Boolean).map(stem);
  const nouns = telling.filter((word) => !VERBS.has(word) || MEANT.has(word) || things.has(word));
  const words = [...new Set(nouns.length ? nouns : telling)]
    .slice(0, 16)
    .map((word) => ({ word, meant: MEANT.get(word) ?? [] }));
  const meansOne = ({ word, meant }: Wish['words'][number]) => [word, ...meant].some((each) => things.has(each));
  const kinds = kindsIn(all, things);
  const own = words.filter(({ word }) => !kinds.has(word));
  const places = placesIn(all);
  const outside = own.filter(({ word }) => !places.has(word));
  // "A typo in a message" is about the message all the same.
  const heads = outside.some(meansOne) ? outside : own;
  const meaning = (some: Wish['words']) => new Set(some.flatMap(({ word, meant }) => [word, ...meant]));
  return { words, said: meaning(words), heads: meaning(heads.length ? heads : words), verbs };
}

const PREPOSITIONS = new Set('in on of from for under inside within to at into onto'.split(' '));
/** The words that stand behind a preposition only. */
function placesIn(words: readonly string[]): Set<string> {
  const from = words.findIndex((word) => PREPOSITIONS.has(word));
  const before = words.slice(0, from < 1 ? words.length : from).map(stem);
  return new Set(words.map(stem).filter((word) => !before.includes(word)));
}
/** Those that only say of which kind the next one is: a channel message is a message. */
const kindsIn = (words: readonly string[], things: ReadonlySet<string>): Set<string> =>
  new Set(words.map(stem).filter((word, index, all) => things.has(word) && things.has(all[index + 1] ?? '')));

/** A request that begins so wants to know something. */
const QUESTION = /^\s*(?:is|are|am|was|were|who|what|which|how|when|where|do|does|did)\b/i;
const READS: readonly Verb[] = ['get', 'list', 'search'];
/** Who names no verb wants to have one more, or to see what there is: "a calendar for this List", "goals of this year". */
const ONE_MORE = /^\s*(?:an?|another|one)\b/i;
const MANY_THINGS = /^\s*(?:(?:the|our|my|all)\b|\w+s\b)/i;
const MAKES: readonly Verb[] = ['create', 'add'];
/** What is allowed to somebody is no order by itself: "allow guests to create views". */
const ALLOWING = /^(?:allow|let|permit|forbid|grant)$/i;

/** Phrases whose words mean something else alone. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(show|read|tell|list|get|find|bring|send|make|open|build) me\b/gi, '$1'],
  [/\bnote (?:it|this|that|down)\b/gi, 'update'],
  [/\bwhat (?:did|has|have) \w+ (?:do|done|change|changed)\b/gi, 'list auditlog'],
  [/\bshared? with me\b/gi, 'shared hierarchy'],
  [/\b(?:no|not any|n't any) ?(?:longer|more)\b/gi, 'remove'],
  [/\b(?:let|allow|permit)\b(?=.*\b(?:see|view|read|access|open) (?:only|just|the|this|our|one|it|a)\b)/gi, 'share'],
  // What has to wait for something else.
  [
    /\b(?:can ?not|can'?t|must not|may not|only)\b(?=.*\b(?:until|till|before|unless|once|after)\b)/gi,
    'add dependency',
  ],
  [/\b(?:plan|allocate|reserve|allot)\b(?=.*\b(?:hours?|h|days?|minutes?)\b)/gi, 'set estimates'],
  // People are put into a group by changing it.
  [/\b(?:put|add|include)\b(?=.*\b(?:team|group|squad|guild|crew)\s*$)/gi, 'update members'],
  // "Move the List" and "move it to the List" have the same words.
  [/\b(?:move|relocate|drag)\s+(?:(?:an?|the|this|that|my|our|one|whole|entire)\s+)*lists?\b/gi, 'move list movelist'],
  [/\bgive me\b/gi, 'show'],
  [/\b(?:a )?list of\b/gi, ''],
  [/\bset up\b/gi, 'create'],
  [/\bwho am i\b.*$/gi, 'authorized user'],
  [/\bswitch (?:on|off)\b/gi, 'update features'],
  [/\bget rid of\b/gi, 'delete'],
  [/\btake away\b/gi, 'remove'],
  [/\btable of contents\b/gi, 'page listing'],
];
const phrased = (query: string): string => PHRASES.reduce((text, [from, to]) => text.replace(from, to), query);

/** Words that must be said, and those that must not be. */
const groupOf = (group: string): { must: string[]; not: string[] } => ({
  must: group
    .split(' ')
    .filter((word) => !word.startsWith('!'))
    .map(stem),
  not: group
    .split(' ')
    .filter((word) => word.startsWith('!'))
    .map((word) => stem(word.slice(1))),
});

const share = (wanted: readonly string[], said: ReadonlySet<string>): number =>
  wanted.length ? wanted.filter((word) => said.has(word)).length / wanted.length : 0;

/** Beside the words: a whole job before a single request, what is out of date last, and nothing that destroys before something that does not. */
const TOOL = 0.3;
/** One that does it beside its main work. */
const TOOL_BESIDE = TOOL / 2;
/** One that could also destroy, which nobody asked for, comes first only where its words fit as well. */
const TOOL_DESTROYING = 0.05;
const LEGACY = -0.5;
const DESTROYS_UNASKED = -0.6;
const DESTROYING: readonly Verb[] = ['delete', 'remove'];
/** What is not possible is told before the nearest thing that is, and what is called by its very name before everything. */
const TOLD_FIRST = 10;
const BY_NAME = 20;

/** Shorter words are not corrected: too many others are one letter away. */
const LONG = 6;
const MOST_SPELLED = 1000;

type Find<T> = (query: string, limit: number, isShown?: (item: T) => boolean) => T[];

/** How far a whole job comes before a single request that fits as well. */
const toolBonus = ({ risk, verbs: [main] }: Findable, asked: ReadonlySet<Verb>): number => {
  if (asked.size === 0) return TOOL;
  if (risk === 'destructive' && !DESTROYING.some((each) => asked.has(each))) return TOOL_DESTROYING;
  return main !== undefined && asked.has(main) ? TOOL : TOOL_BESIDE;
};

/** Things by how well they fit a request in plain words; made once for a table. */
export function retrieval<T extends Findable>(items: readonly T[]): Find<T> {
  const entries = items.map(entryOf);
  const things = new Set(entries.flatMap(({ resource }) => resource));
  const frequency = new Map<string, number>();
  for (const { words } of entries) for (const word of words.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const known = new Set([...frequency.keys(), ...MEANT.keys(), ...VERBS.keys(), ...[...SMALL_WORDS].map(stem)]);
  const meantBy = new Map<string, string>();
  /** A word as it was probably meant: the only one we know that is a slip of the finger away. */
  const spelled = (word: string): string => {
    if (word.length < LONG || known.has(stem(word))) return word;
    let meant = meantBy.get(word);
    if (meant === undefined) {
      const near = [...known].filter((each) => each.length >= LONG - 1 && nearlyEqual(each, stem(word)));
      meant = near.length === 1 ? near[0]! : word;
      if (meantBy.size < MOST_SPELLED) meantBy.set(word, meant);
    }
    return meant;
  };
  const rarity = (word: string) => Math.log(1 + items.length / (frequency.get(word) ?? items.length));

  const scoreOf = (
    { item, words, resource, places }: Entry<T>,
    { words: wanted, said, heads, verbs }: Wish,
  ): number => {
    let [got, whole] = [0, 0];
    for (const { word, meant } of wanted) {
      const worth = Math.max(0.1, ...[word, ...meant].filter((each) => frequency.has(each)).map(rarity));
      const found = [words.get(word) ?? 0, ...meant.map((each) => SYNONYM * (words.get(each) ?? 0))];
      got += worth * Math.max(...found);
      whole += worth;
    }
    if (got === 0) return 0;
    const does = item.verbs.some((each) => verbs.has(each));
    const [main] = item.verbs;
    const verb = verbs.size === 0 ? 0 : !does ? OTHER_VERB : main !== undefined && verbs.has(main) ? VERB : VERB / 2;
    const destroys = item.risk === 'destructive' && !does;
    return (
      got / whole +
      RESOURCE * (0.5 * share(resource, said) + 0.5 * share(resource, heads)) +
      PLACE * share(places, said) +
      verb +
      (item.kind === 'tool' && verb >= 0 ? toolBonus(item, verbs) : 0) +
      (destroys ? DESTROYS_UNASKED : 0) +
      (/legacy/i.test(item.summary) && !said.has('legacy') ? LEGACY : 0)
    );
  };

  return (query, limit, isShown = () => true) => {
    const said = phrased(
      query.replace(/\p{L}+/gu, (word) => {
        const lower = word.toLowerCase();
        const meant = spelled(lower);
        return meant === lower ? word : meant;
      }),
    );
    const wish = wishOf(said, things);
    const all = new Set(stems(said));
    const name = query.trim().toLowerCase();
    return entries
      .filter(({ item }) => isShown(item))
      .map((entry) => ({
        item: entry.item,
        score:
          entry.item.kind === 'impossible'
            ? entry.asks.some(
                ({ must, not }) => must.every((word) => all.has(word)) && !not.some((word) => all.has(word)),
              )
              ? TOLD_FIRST
              : 0
            : scoreOf(entry, wish) + (entry.item.name.toLowerCase() === name ? BY_NAME : 0),
      }))
      .filter(({ score }) => score > 0)
      .sort(
        (a, b) => b.score - a.score || a.item.name.length - b.item.name.length || (a.item.name < b.item.name ? -1 : 1),
      )
      .slice(0, limit)
      .map(({ item }) => item);
  };
}

interface FoundRow extends Findable {
  row: Operation;
}
let ofAll: Find<FoundRow> | undefined;

/** The operations that fit best, best first; the index is built on the first search, not before. */
export function findOperations(
  query: string,
  limit: number,
  isShown: (row: Operation) => boolean = () => true,
): Operation[] {
  ofAll ??= retrieval(OPERATIONS.map((row) => ({ ...findableOf(row), row })));
  return ofAll(query, limit, ({ row }) => isShown(row)).map(({ row }) => row);
}
