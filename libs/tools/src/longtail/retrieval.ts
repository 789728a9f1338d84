import { isRead, type Verb } from '#libs/core';
import { type Operation, OPERATIONS } from '#libs/clickup';
import { wordsOf } from '../arguments/match.js';
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

/** One row as it is searched. */
interface Entry {
  row: Operation;
  words: Map<string, number>;
  resource: string[];
  places: string[];
}

function entryOf(row: Operation): Entry {
  const segments = (row.path as string)
    .split('/')
    .filter((part) => part && !part.startsWith('{') && !NO_RESOURCE.has(part))
    .map((part) => stems(part.replaceAll('_', ' ')));
  const words = new Map<string, number>();
  const note = (found: readonly string[], weight: number) => {
    for (const word of found) words.set(word, Math.max(words.get(word) ?? 0, weight));
  };
  const keys = (names: readonly Named[]): string[] =>
    names.flatMap(({ name, parts }) => [...stems(name.replaceAll('_', ' ')), ...keys(parts)]);
  const { path, query, body } = namesOf(row);
  note(keys([...path, ...query, ...body]), WEIGHT.parameter);
  note(stems(row.toolset), WEIGHT.toolset);
  note(stems(row.summary), WEIGHT.summary);
  note(stems(row.id), WEIGHT.id);
  note(segments.flat(), WEIGHT.path);
  return { row, words, resource: segments.at(-1) ?? [], places: segments.slice(0, -1).flat() };
}

/** What a request asks for: each word with what it may mean, and the verbs it names. */
interface Wish {
  words: { word: string; meant: string[] }[];
  said: Set<string>;
  verbs: Set<Verb>;
}

/** @param things what operations act on: words such as `list` and `link` that are verbs, too, count as both */
function wishOf(query: string, things: ReadonlySet<string>): Wish {
  const all = wordsOf(camel(query).replaceAll('_', ' '));
  const verbs = new Set(all.flatMap((word) => VERBS.get(stem(word)) ?? []));
  const [first = '', ...others] = all.filter((word) => !SMALL_WORDS.has(word));
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
  return { words, said: new Set(words.flatMap(({ word, meant }) => [word, ...meant])), verbs };
}

const share = (wanted: readonly string[], said: ReadonlySet<string>): number =>
  wanted.length ? wanted.filter((word) => said.has(word)).length / wanted.length : 0;

type Find = (query: string, limit: number, isShown?: (row: Operation) => boolean) => Operation[];

/** Rows by how well they fit a request in plain words; made once for a table. */
export function retrieval(rows: readonly Operation[]): Find {
  const entries = rows.map(entryOf);
  const things = new Set(entries.flatMap(({ resource }) => resource));
  const frequency = new Map<string, number>();
  for (const { words } of entries) for (const word of words.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const rarity = (word: string) => Math.log(1 + rows.length / (frequency.get(word) ?? rows.length));

  const scoreOf = ({ row, words, resource, places }: Entry, { words: wanted, said, verbs }: Wish): number => {
    let [got, whole] = [0, 0];
    for (const { word, meant } of wanted) {
      const worth = Math.max(0.1, ...[word, ...meant].filter((each) => frequency.has(each)).map(rarity));
      const found = [words.get(word) ?? 0, ...meant.map((each) => SYNONYM * (words.get(each) ?? 0))];
      got += worth * Math.max(...found);
      whole += worth;
    }
    if (got === 0) return 0;
    const verb = verbs.size === 0 ? 0 : verbs.has(row.verb) ? VERB : OTHER_VERB;
    return got / whole + RESOURCE * share(resource, said) + PLACE * share(places, said) + verb;
  };

  return (query, limit, isShown = () => true) => {
    const wish = wishOf(query, things);
    return entries
      .filter(({ row }) => isShown(row))
      .map((entry) => ({ row: entry.row, score: scoreOf(entry, wish) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || a.row.id.length - b.row.id.length || (a.row.id < b.row.id ? -1 : 1))
      .slice(0, limit)
      .map(({ row }) => row);
  };
}

let ofAll: Find | undefined;

/** The operations that fit best, best first; the index is built on the first search, not before. */
export const findOperations: Find = (...asked) => (ofAll ??= retrieval(OPERATIONS))(...asked);
