import { setImmediate } from 'node:timers/promises';
import { getDocPagesPublic, type NamedObject, searchDocsPublic } from '#libs/clickup';
import { AppError } from '#libs/core';
import { oneLine } from '../answers/one-line.js';
import { wordsOf } from '../find/match.js';
import { type ToolContext } from '../tool/tool.js';
import { concurrently } from '../tool/concurrently.js';
import { docUrl } from './doc-address.js';
import { type DocPage, pagesOf } from './read-doc.js';
import { MOST_TEXT, wordsIn } from './words.js';

/** A page that contains what was looked for. */
interface PageHit {
  doc: NamedObject;
  page: { id: string; name: string };
  url: string;
  /** `phrase`: word for word; `words`: all words of it, anywhere in title and text. */
  fits: 'phrase' | 'words';
  /** Whether the titles of Doc and page alone contain all words. */
  inTitle: boolean;
  /** The line in which most of the words stand. */
  excerpt: string;
}

export interface PageSearch {
  /** The best first. */
  hits: PageHit[];
  /** Docs whose text was looked through, of how many. */
  searchedDocs: number;
  docs: number;
  /** Pages whose text was looked through, of how many are known. Those of Docs that were not read are not counted. */
  searchedPages: number;
  pages: number;
  /** What was and was not searched, for `scope`: `searched 14 of 20 pages in 9 of 12 Docs`. */
  searched: string;
  complete: boolean;
}

/** How long the text of a Doc is kept. What we write ourselves is forgotten at once. */
const KEPT_MS = 5 * 60_000;
/** Under which names texts of Docs are kept: `docs/<id>`. */
export const KEPT_DOCS = 'docs/';
/** Docs that are read for one search; those that are kept already come on top. */
const MOST_READ = 40;
const AT_ONCE = 5;
const EXCERPT = 160;

/** The words that do not stand in a text, neither whole nor as the beginning of a word. */
function lacking(wanted: readonly string[], text: string): Set<string> {
  const missing = new Set(wanted);
  if (missing.size === 0) return missing;
  for (const word of wordsIn(text)) {
    for (const each of missing) if (word.startsWith(each)) missing.delete(each);
    if (missing.size === 0) break;
  }
  return missing;
}

const flat = (text: string): string => [...wordsIn(text)].join(' ');

function hitOf(
  doc: NamedObject,
  page: DocPage,
  wanted: readonly string[],
  phrase: string,
): Omit<PageHit, 'url'> | undefined {
  const title = `${doc.name} ${page.name}`;
  const inText = lacking(wanted, title);
  const inTitle = inText.size === 0;
  if (lacking([...inText], page.content ?? '').size > 0) return undefined;
  return {
    doc,
    page: { id: page.id, name: page.name },
    fits: flat(title).includes(phrase) || flat(page.content ?? '').includes(phrase) ? 'phrase' : 'words',
    inTitle,
    excerpt: excerptOf(page.content ?? '', wanted),
  };
}

/** The line that has most of the words, as far as it is worth showing. */
function excerptOf(content: string, wanted: readonly string[]): string {
  let best = '';
  let most = 0;
  for (const line of content.slice(0, MOST_TEXT).split('\n')) {
    const has = wanted.length - lacking(wanted, line).size;
    if (has > most) [best, most] = [line, has];
  }
  const text = oneLine(best);
  if (text.length <= EXCERPT) return text;
  const at = Math.max(0, text.toLowerCase().indexOf(wanted[0] ?? '') - EXCERPT / 2);
  return `${at > 0 ? '…' : ''}${text.slice(at, at + EXCERPT)}${at + EXCERPT < text.length ? '…' : ''}`;
}

const NOT_SEARCHED: PageSearch = {
  hits: [],
  searchedDocs: 0,
  docs: 0,
  searchedPages: 0,
  pages: 0,
  searched: 'Docs were not searched: this connection may not read them',
  complete: false,
};

const rank = ({ fits, inTitle }: PageHit): number => (fits === 'phrase' ? 2 : 0) + (inTitle ? 1 : 0);

/**
 * The pages of Docs that contain all words of a text, in title or text: ClickUp itself searches neither. One request per Doc
 * that is not kept yet, up to a budget; what was not searched is said. Docs whose names resemble the text are read first.
 * @param most Docs that may be read for this search
 */
export async function searchDocs(
  text: string,
  context: Pick<ToolContext, 'clickup' | 'directory' | 'cache' | 'permits'>,
  most = MOST_READ,
): Promise<PageSearch> {
  const { clickup, directory, cache } = context;
  // What is kept is not shown to somebody who may not read it any more.
  if (![searchDocsPublic, getDocPagesPublic].every((row) => context.permits(row).allowed)) return NOT_SEARCHED;
  const wanted = [...new Set(wordsOf(text))];
  const { id: workspace_id } = await directory.workspace();
  const docs = await directory.objects('doc');
  const phrase = wordsOf(text).join(' ');
  const near = (doc: NamedObject) => wanted.length - lacking(wanted, doc.name).size;
  const order = docs
    .map((doc, index) => ({ doc, index, near: near(doc), kept: cache.peek<DocPage[]>(`${KEPT_DOCS}${doc.id}`) }))
    .sort((a, b) => b.near - a.near || a.index - b.index);
  const unread = order.filter(({ kept }) => !kept);
  const read = new Set(unread.slice(0, most));
  const state = { searchedDocs: 0, searchedPages: 0, pages: 0 };
  const found = await concurrently(
    order.filter((each) => each.kept ?? read.has(each)),
    AT_ONCE,
    async ({ doc }) => {
      const pages = await cache
        .read(`${KEPT_DOCS}${doc.id}`, KEPT_MS, () => pagesOf({ workspace_id, doc_id: doc.id }, { clickup }))
        .catch((thrown: unknown) => unreadable(thrown));
      if (!pages) return [];
      // Looking through a long text takes some milliseconds: others get a turn of the event loop in between.
      await setImmediate();
      const withText = pages.filter(({ content }) => content !== undefined);
      state.searchedDocs += withText.length === pages.length ? 1 : 0;
      state.searchedPages += withText.length;
      state.pages += pages.length;
      return pages.flatMap((page) => {
        const hit = hitOf(doc, page, wanted, phrase);
        return hit ? [{ ...hit, url: docUrl(workspace_id, doc.id, page.id) }] : [];
      });
    },
  );
  const hits = found.flat().sort((a, b) => rank(b) - rank(a));
  const { searchedDocs, searchedPages, pages } = state;
  const complete = searchedDocs === docs.length && docs.incomplete === undefined;
  return {
    hits: wanted.length ? hits : [],
    searchedDocs,
    docs: docs.length,
    searchedPages,
    pages,
    searched: complete
      ? `searched all ${pages} pages of ${docs.length} Docs`
      : [`searched ${searchedPages} pages in ${searchedDocs} of ${docs.length} Docs`, docs.incomplete]
          .filter(Boolean)
          .join('; '),
    complete,
  };
}

/** A single Doc that may not be read, or is gone meanwhile, does not end the search. */
function unreadable(thrown: unknown): undefined {
  if (
    thrown instanceof AppError &&
    ['clickup_not_found', 'clickup_forbidden', 'clickup_api_error'].includes(thrown.code)
  )
    return undefined;
  throw thrown;
}
