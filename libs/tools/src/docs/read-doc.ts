import { type Doc, getDocPageListingPublic, getDocPagesPublic, getDocPublic, getPagePublic } from '#libs/clickup';
import { AppError } from '#libs/core';
import { z } from 'zod';
import { ANSWER_TOKENS, cutText, tokensOf } from '../answers/budget.js';
import { oneLine } from '../answers/one-line.js';
import { docUrl } from './doc-address.js';
import { type ToolContext } from '../tool/tool.js';

/** Where the next piece of a Doc starts: in which page, at which character, and when that page had been changed last. */
export const DocPosition = z.strictObject({ page: z.string(), char: z.int().min(0), changed: z.number() });
export type DocPosition = z.output<typeof DocPosition>;

/** A Doc, or one page of it, as far as one answer holds. */
export interface DocText {
  id: string;
  title: string;
  url: string;
  /** The tree of its pages, then page by page the text as Markdown. */
  text: string;
  /** How many pages there are in what was asked for. */
  pages: number;
  /** Where to go on; undefined at the end. */
  next?: DocPosition;
}

/** A page, with its text once it was read. */
export interface DocPage {
  id: string;
  name: string;
  /** 0 at the top. */
  depth: number;
  archived: boolean;
  changed: number;
  content: string | undefined;
}

/** A page as ClickUp's answers have it: with text, or by name alone. */
interface Node {
  id: string;
  name: string;
  pages?: Node[] | undefined;
  content?: string;
  archived?: boolean | undefined;
  deleted?: boolean | undefined;
  date_updated?: number | undefined;
  date_edited?: number | undefined;
}

/** A page is begun only where at least so many tokens of it can be shown. */
const LEAST = 150;
const UNTITLED = '(untitled)';
/** The line before the text of each page. */
const MARK = '--- page ';

const titleOf = (name: string): string => oneLine(name) || UNTITLED;

const asPage = (node: Node, depth: number): DocPage => ({
  id: node.id,
  name: titleOf(node.name),
  depth,
  archived: node.archived ?? false,
  changed: Math.max(node.date_updated ?? 0, node.date_edited ?? 0),
  content: node.content,
});

/** Pages in the order in which they are read, without those in the trash. */
const inOrder = (nodes: readonly Node[], depth = 0): DocPage[] =>
  nodes
    .filter(({ deleted }) => !deleted)
    .flatMap((node) => [asPage(node, depth), ...inOrder(node.pages ?? [], depth + 1)]);

/**
 * All pages of a Doc with their text, in one request. A Doc that is too large for one answer is listed instead, and its pages come
 * without text.
 */
export async function pagesOf(path: DocPath, { clickup }: Pick<ToolContext, 'clickup'>): Promise<DocPage[]> {
  try {
    return inOrder(
      await clickup.call(getDocPagesPublic, { path, query: { max_page_depth: -1, content_format: 'text/md' } }),
    );
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'clickup_api_error') throw thrown;
    return inOrder(await clickup.call(getDocPageListingPublic, { path, query: { max_page_depth: -1 } }));
  }
}

export interface DocPath {
  workspace_id: string;
  doc_id: string;
}

/** One page with its text. */
export async function pageOf(
  path: DocPath,
  page_id: string,
  { clickup }: Pick<ToolContext, 'clickup'>,
): Promise<DocPage> {
  const query = { content_format: 'text/md' as const };
  return asPage(await clickup.call(getPagePublic, { path: { ...path, page_id }, query }), 0);
}

/**
 * A Doc page by page, or one page of it, as Markdown: at most {@link ANSWER_TOKENS}, then `next`. Two requests, and one per page shown
 * where the Doc is too large for one answer of ClickUp.
 * @param from `next` of the piece before
 * @throws AppError `clickup_not_found`; `invalid_parameters` when the page to go on with is gone
 */
export async function readDoc(
  { doc, page }: { doc: string; page?: string | undefined },
  from: DocPosition | undefined,
  context: Pick<ToolContext, 'clickup' | 'directory'>,
  maxTokens = ANSWER_TOKENS,
): Promise<DocText> {
  const { id: workspace_id } = await context.directory.workspace();
  const path = { workspace_id, doc_id: doc };
  const [about, pages] = await Promise.all([
    context.clickup.call(getDocPublic, { path }),
    page === undefined ? pagesOf(path, context) : pageOf(path, page, context).then((each) => [each]),
  ]);
  const start = from ? pages.findIndex(({ id }) => id === from.page) : 0;
  if (from && start < 0)
    throw new AppError(
      'invalid_parameters',
      'The page to go on with is not there any more: start again without cursor.',
      {
        details: { parameter: 'cursor' },
      },
    );
  const head = from ? '' : headOf(about, pages, page === undefined);
  const piece = await piecesOf(pages, start, from, maxTokens - tokensOf(head), (each) => pageOf(path, each, context));
  return {
    id: page ?? about.id,
    title: page === undefined ? titleOf(about.name) : `${pages[0]!.name} (page of ${titleOf(about.name)})`,
    url: docUrl(workspace_id, about.id, page),
    text: [head, ...piece.texts].filter(Boolean).join('\n\n'),
    pages: pages.length,
    ...(piece.next && { next: piece.next }),
  };
}

/** Longest tree of pages that is shown before the text. */
const TREE_TOKENS = 1_500;

/** What is worth knowing before the text: the tree of the pages with their ids. */
function headOf({ archived, deleted }: Doc, pages: readonly DocPage[], whole: boolean): string {
  const state = deleted ? 'This Doc is in the trash.' : archived ? 'This Doc is archived.' : '';
  if (!whole || pages.length < 2) return state;
  const lines = pages.map(
    ({ id, name, depth, archived: old }) => `${'  '.repeat(depth)}- ${id} ${name}${old ? ' (archived)' : ''}`,
  );
  const { text, next } = cutText(lines.join('\n'), 0, TREE_TOKENS);
  const tree = next === undefined ? text : `${text}\n… (the others come with their text)`;
  return [state, `${pages.length} pages:\n${tree}`].filter(Boolean).join('\n');
}

/** Pages from one on, until the budget is spent. */
async function piecesOf(
  pages: readonly DocPage[],
  start: number,
  from: DocPosition | undefined,
  maxTokens: number,
  read: (id: string) => Promise<DocPage>,
): Promise<{ texts: string[]; next?: DocPosition }> {
  const texts: string[] = [];
  let left = maxTokens;
  for (const [index, listed] of pages.slice(start).entries()) {
    if (texts.length > 0 && left < LEAST) return { texts, next: { page: listed.id, char: 0, changed: listed.changed } };
    const page = listed.content === undefined ? { ...(await read(listed.id)), depth: listed.depth } : listed;
    const goesOn = index === 0 && from !== undefined && from.char > 0;
    // Positions in a text mean nothing once somebody changed it.
    const changed = goesOn && from.changed !== page.changed;
    const char = goesOn && !changed ? from.char : 0;
    const title = pages.length > 1 ? `${MARK}${page.id}: ${page.name}${page.archived ? ' (archived)' : ''} ---` : '';
    const note = changed
      ? '(This page was changed since the last piece, so it starts again.)'
      : char > 0
        ? '(continued)'
        : '';
    const piece = cutText(page.content ?? '', char, Math.max(LEAST, left - tokensOf(title)));
    const shown = [title, note, marked(piece.text) || (char > 0 ? '' : '(no text)')].filter(Boolean).join('\n');
    texts.push(shown);
    left -= tokensOf(shown);
    if (piece.next !== undefined) return { texts, next: { page: page.id, char: piece.next, changed: page.changed } };
  }
  return { texts };
}

/** A text in which no line can pass for the beginning of another page. */
const marked = (text: string): string => text.replace(/^(?=--- page )/gm, '\\');
