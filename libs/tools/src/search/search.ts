import {
  getChatChannels,
  getDocPagesPublic,
  GetFilteredTeamTasks,
  GetFolderlessLists,
  GetFolders,
  GetGoals,
  GetSpaces,
  type NamedObject,
  type ObjectKind,
  type Operation,
  type Place,
  searchDocsPublic,
} from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { taskRefOf } from '../answers/task.js';
import { refuseUngranted } from '../arguments/granted.js';
import { searchDocs } from '../docs/search-docs.js';
import { indexFor, stateOf, stillThere } from '../find/index-for.js';
import { telling, wordsOf } from '../find/match.js';
import { defineTool, type ToolContext } from '../tool/tool.js';
import { placeUrl, taskUrl, urlOf } from './urls.js';

interface Result {
  id: string;
  title: string;
  url: string;
}

/** What one kind of object has to say: what was found, the best first, and how far was looked. */
interface Found {
  /** In which every word of the query stands; in the others, in some. */
  whole: Result[];
  near?: Result[];
  searched?: string;
}

const MOST_TASKS = 10;
const MOST_PAGES = 8;
const MOST_OTHERS = 5;
const MOST = 25;
/** Docs that are read for one search. */
const DOCS_READ = 20;

async function tasks(query: string, context: ToolContext): Promise<Found> {
  const index = await indexFor(context);
  if (!index) return { whole: [], searched: 'tasks were not searched' };
  const hits = index.search(query).slice(0, MOST_TASKS);
  const there = await stillThere(
    index,
    hits.map(({ task }) => task),
    context,
  );
  const shown = (fits: string) =>
    hits
      .filter((hit) => hit.fits === fits && there.has(hit.task.id))
      .map(({ task }) => ({
        id: `task:${task.id}`,
        title: `${taskRefOf(task)} ${task.name} (task, ${task.status.status}, ${task.list.name})`,
        url: taskUrl(task.id),
      }));
  return { whole: shown('all'), near: shown('some'), searched: await stateOf(index, context) };
}

async function pages(query: string, context: ToolContext): Promise<Found> {
  const { hits, searched } = await searchDocs(query, context, DOCS_READ);
  // A Doc of which the name holds some of the words, where no page holds them all.
  const { near } = hits.length ? {} : await objects('doc', query, context);
  return {
    ...(near && { near }),
    whole: hits.slice(0, MOST_PAGES).map(({ doc, page, url, excerpt }) => ({
      id: `page:${doc.id}/${page.id}`,
      title: `${doc.name} / ${page.name} (Doc page${doc.where ? `, ${doc.where}` : ''})${excerpt ? `: ${excerpt}` : ''}`,
      url,
    })),
    searched,
  };
}

/**
 * Things by their names: those in which all words of a query stand that matter, each at the beginning of a word, and those in which at
 * least half of them do.
 */
function named<T extends { name: string }>(things: readonly T[], query: string): { whole: T[]; near: T[] } {
  const wanted = telling(query);
  const has = ({ name }: T) => {
    const words = wordsOf(name);
    return wanted.filter((each) => words.some((word) => word.startsWith(each))).length;
  };
  const counted = things.map((thing) => ({ thing, count: has(thing) })).filter(({ count }) => count > 0);
  const of = (fits: (count: number) => boolean) =>
    counted
      .filter(({ count }) => fits(count))
      .toSorted((one, other) => other.count - one.count)
      .slice(0, MOST_OTHERS)
      .map(({ thing }) => thing);
  return {
    whole: of((count) => count === wanted.length),
    near: of((count) => count < wanted.length && 2 * count >= wanted.length),
  };
}

const withChildren = (place: Place): Place[] => [place, ...place.children.flatMap(withChildren)];

async function places(query: string, context: ToolContext): Promise<Found> {
  refuseUngranted(GetSpaces, context);
  const { directory } = context;
  const [tree, { id: team }] = await Promise.all([directory.tree(), directory.workspace()]);
  const { whole, near } = named(tree.flatMap(withChildren), query);
  const shown = (place: Place): Result => ({
    id: `${place.kind}:${place.id}`,
    title: `${place.path} (${place.kind === 'list' ? 'List' : place.kind === 'folder' ? 'Folder' : 'Space'})`,
    url: placeUrl(team, place),
  });
  return { whole: whole.map(shown), near: near.map(shown) };
}

/** What has to be granted to find one. */
const LISTED_BY = { goal: GetGoals, channel: getChatChannels, doc: searchDocsPublic } as const satisfies Partial<
  Record<ObjectKind, Operation>
>;

async function objects(kind: keyof typeof LISTED_BY, query: string, context: ToolContext): Promise<Found> {
  refuseUngranted(LISTED_BY[kind], context);
  const { directory } = context;
  const [all, { id: team }] = await Promise.all([directory.objects(kind), directory.workspace()]);
  const { whole, near } = named(all, query);
  const shown = (object: NamedObject): Result => ({
    id: `${kind}:${object.id}`,
    title: `${object.name} (${[kind === 'doc' ? 'Doc' : kind, object.where, object.about].filter(Boolean).join(', ')})`,
    url: urlOf(team, object),
  });
  return { whole: whole.map(shown), near: near.map(shown), searched: all.incomplete };
}

/** A kind that this caller may not list is left out, and that is said. */
async function allowed(what: string, found: Promise<Found>): Promise<Found> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'forbidden' || error.code === 'clickup_forbidden'))
      return { whole: [], searched: `${what} were not searched: they may not be read here` };
    throw error;
  }
}

/** A result whose title is the query comes before those that hold more. */
const isNamed = ({ title }: Result, phrase: string): boolean => wordsOf(title).join(' ').includes(phrase);

const Metadata = z.strictObject({ scope: z.string() });

export const search = defineTool({
  name: 'search',
  title: 'Search',
  description:
    'Find tasks, Docs and their pages, Spaces, Folders, Lists, goals and channels by words; fetch reads them.',
  toolset: 'search',
  verb: 'search',
  covers: [
    GetFilteredTeamTasks,
    searchDocsPublic,
    getDocPagesPublic,
    GetGoals,
    getChatChannels,
    GetSpaces,
    GetFolders,
    GetFolderlessLists,
  ],
  input: z.strictObject({ query: z.string().min(1).max(200) }),
  output: z.strictObject({
    results: z.array(
      z.strictObject({ id: z.string(), title: z.string(), url: z.string(), metadata: Metadata.optional() }),
    ),
    scope: z.string().optional(),
  }),
  text: (output) => JSON.stringify(output),
  async handler({ query }, context) {
    const found = await Promise.all([
      allowed('places', places(query, context)),
      allowed('tasks', tasks(query, context)),
      allowed('Docs', pages(query, context)),
      allowed('goals', objects('goal', query, context)),
      allowed('channels', objects('channel', query, context)),
    ]);
    const phrase = wordsOf(query).join(' ');
    const whole = found.flatMap((each) => each.whole);
    const sorted = [
      ...whole.filter((each) => isNamed(each, phrase)),
      ...whole.filter((each) => !isNamed(each, phrase)),
    ];
    const shown = (sorted.length ? sorted : found.flatMap(({ near = [] }) => near)).slice(0, MOST);
    const scope = [
      sorted.length || !shown.length ? undefined : `nothing has all words of "${query}"; these resemble it`,
      ...found.map(({ searched }) => searched),
      'Docs by titles and text; all else by names',
    ]
      .filter(Boolean)
      .join('; ');
    const [first, ...others] = shown;
    // ChatGPT demands this shape. What was searched stands with the first result; an answer without one says it by itself.
    return first
      ? { results: [{ ...first, metadata: { scope } }, ...others] }
      : { results: [], scope: `not found; ${scope}` };
  },
});
