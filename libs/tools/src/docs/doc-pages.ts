import { type NamedObject } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type ToolContext } from '../tool/tool.js';
import { docNamed } from './doc-address.js';
import { type DocPage, type DocPath, pagesOf } from './read-doc.js';

/** A Doc with its pages. */
export interface FoundDoc {
  doc: NamedObject;
  path: DocPath;
  pages: DocPage[];
}

const MOST_NAMED = 10;

/** Whether two names are the same one to people. */
export const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

function named(pages: readonly DocPage[]): string {
  const shown = pages.slice(0, MOST_NAMED).map(({ name, id }) => `${name} (${id})`);
  return [...shown, ...(pages.length > MOST_NAMED ? [`and ${pages.length - MOST_NAMED} more`] : [])].join('; ');
}

/** A Doc with its pages and their text: one request when the Docs are known. */
export async function findDoc(ref: string, context: Pick<ToolContext, 'clickup' | 'directory'>): Promise<FoundDoc> {
  const { id: workspace_id } = await context.directory.workspace();
  const doc = await docNamed('doc', ref, context);
  const path = { workspace_id, doc_id: doc.id };
  return { doc, path, pages: await pagesOf(path, context) };
}

/**
 * A page by id or exact name; without a name the only one of the Doc.
 * @throws AppError `clickup_not_found` or `invalid_parameters`, naming the pages that there are
 */
export function pageNamed(argument: string, { doc, pages }: FoundDoc, ref: string | undefined): DocPage {
  const found = ref === undefined ? pages : pages.filter(({ id, name }) => id === ref || sameName(name, ref));
  const [only, another] = found;
  if (only && !another) return only;
  const there = pages.length
    ? `It has the pages ${named(pages)}.`
    : 'It has no page yet: mode create with a page makes one.';
  if (!only && ref !== undefined)
    throw new AppError(
      'clickup_not_found',
      `${argument}: there is no page "${ref}" in the Doc "${doc.name}". ${there}`,
    );
  const which =
    ref === undefined ? `the Doc "${doc.name}" has ${pages.length} pages` : `"${ref}" can mean more than one page`;
  throw new AppError(
    'invalid_parameters',
    `${argument}: ${which}. ${found.length ? `Name one by its id: ${named(found)}.` : there}`,
    {
      details: {
        parameter: argument,
        candidates: found.slice(0, MOST_NAMED).map(({ id, name }) => ({ id, path: name, kind: 'page' })),
      },
    },
  );
}

/** The page above one, in the order in which pages are read. */
export const pageAbove = (pages: readonly DocPage[], index: number): DocPage | undefined =>
  pages.slice(0, index).findLast(({ depth }) => depth === pages[index]!.depth - 1);
