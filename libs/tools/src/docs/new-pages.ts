import { createDocPublic, createPagePublic, type Place } from '#libs/clickup';
import { AppError } from '#libs/core';
import { type NotApplied } from '../answers/changes.js';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';
import { docUrl, isDocUrl } from './doc-address.js';
import { findDoc, pageAbove, pageNamed, sameName } from './doc-pages.js';
import { type DocPath } from './read-doc.js';
import { KEPT_DOCS } from './search-docs.js';

/** What is to be made. */
export interface NewText {
  doc: string;
  page?: string | undefined;
  within?: string | undefined;
  text: string;
}

/** What was made. */
export interface Made {
  doc: string;
  page?: string;
  url: string;
  applied: string[];
  not_applied?: NotApplied;
}

const PARENT_TYPES = { space: 4, folder: 5, list: 6 } as const;
const UNTITLED = '(untitled)';
const characters = (text: string): string => `${text.length} characters`;

/** The text of a Doc that is kept for searches is wrong after something was written. */
export const wrote = (docId: string, { cache }: Pick<ToolContext, 'cache'>): void =>
  cache.forget(`${KEPT_DOCS}${docId}`);

/**
 * A new Doc, or with `page` a further page of a Doc that exists. With `page` and `within`, a name that no Doc bears yet is that of a new
 * one.
 * @throws AppError `invalid_parameters` where there is one of that name already: most likely it was made by an earlier try
 */
export async function create(given: NewText, context: ToolContext): Promise<Made> {
  const { page, within, doc } = given;
  const further = page !== undefined && (within === undefined || (await exists(doc, context)));
  return further ? createPage({ ...given, page }, context) : createDoc(given, context);
}

/** Whether something of this id, name or URL is there; where several are, the error of looking it up names them. */
const exists = async (ref: string, { directory }: ToolContext): Promise<boolean> =>
  isDocUrl(ref) || (await directory.objects('doc')).some(({ id, name }) => id === ref || sameName(name, ref));

async function createPage({ text, page, ...given }: NewText & { page: string }, context: ToolContext): Promise<Made> {
  const found = await findDoc(given.doc, context);
  const { doc, path, pages } = found;
  const above = given.within === undefined ? undefined : pageNamed('within', found, given.within);
  const twin = pages.find((each, index) => sameName(each.name, page) && pageAbove(pages, index)?.id === above?.id);
  if (twin)
    throw new AppError(
      'invalid_parameters',
      `page: the Doc "${doc.name}" has a page "${twin.name}" (${twin.id}) there already. Use mode append, prepend or replace to change it, or give another name.`,
      { details: { parameter: 'page' } },
    );
  const made = await context.clickup.call(createPagePublic, {
    path,
    body: { ...(above && { parent_page_id: above.id }), name: page, content: text, content_format: 'text/md' },
  });
  wrote(doc.id, context);
  return answer(doc.name, path, made, text, [
    `created: page "${made.name || UNTITLED}"${above ? ` below "${above.name}"` : ''}`,
  ]);
}

function answer(
  doc: string,
  path: DocPath,
  { id, name, content }: { id: string; name: string; content: string },
  text: string,
  applied: string[],
): Made {
  const not_applied =
    content === '' && text !== ''
      ? [{ field: 'text', wanted: characters(text), is: 'none', why: 'ClickUp made the page without it' }]
      : undefined;
  return {
    doc,
    page: name || UNTITLED,
    url: docUrl(path.workspace_id, path.doc_id, id),
    applied: [...applied, `characters: 0 → ${content.length}`],
    ...(not_applied && { not_applied }),
  };
}

/** The page of a new Doc is made by itself, because the one that a Doc comes with has no name and would have to be looked up. */
async function createDoc({ doc: name, page, within, text }: NewText, context: ToolContext): Promise<Made> {
  const { clickup, directory } = context;
  const { id: workspace_id, name: workspace } = await directory.workspace();
  const place = within === undefined ? undefined : await naming('within', () => directory.place(within));
  await refuseTwin(name, place, workspace, context);
  if (!context.permits(createPagePublic).allowed)
    throw new AppError('forbidden', 'A Doc may be made here, but no page in it, and without one it can hold no text.');
  const doc = await clickup.call(createDocPublic, {
    path: { workspace_id },
    body: {
      name,
      ...(place && { parent: { id: place.id, type: PARENT_TYPES[place.kind] } }),
      create_page: false,
    },
  });
  const path = { workspace_id, doc_id: doc.id };
  const applied = [`created: Doc "${doc.name}" in ${place?.path ?? workspace}`];
  try {
    const body = { name: page ?? name, content: text, content_format: 'text/md' as const };
    return answer(doc.name, path, await clickup.call(createPagePublic, { path, body }), text, applied);
  } catch (thrown) {
    const { code, message } = AppError.of(thrown);
    const is = code === 'unknown_outcome' ? 'unknown: read the Doc before you write again' : 'none';
    return {
      doc: doc.name,
      url: docUrl(workspace_id, doc.id),
      applied,
      not_applied: [{ field: 'text', wanted: characters(text), is, why: message }],
    };
  }
}

async function refuseTwin(
  name: string,
  place: Place | undefined,
  workspace: string,
  { directory }: ToolContext,
): Promise<void> {
  const here = place?.path ?? workspace;
  const twin = (await directory.objects('doc')).find(
    (doc) => sameName(doc.name, name) && (doc.where ?? workspace) === here,
  );
  if (!twin) return;
  throw new AppError(
    'invalid_parameters',
    `doc: there is a Doc "${twin.name}" (${twin.id}) in ${here} already. Pass page for a further page of it, use mode append, prepend or replace to change it, or give another name.`,
    { details: { parameter: 'doc' } },
  );
}
