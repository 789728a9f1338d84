import { shown } from '../world/doc-text.js';
import { type Doc, type Page } from '../world/docs.js';

/** A Doc in a list. */
export const docWire = (doc: Doc) => ({
  id: doc.id,
  name: doc.name,
  type: 1,
  parent: doc.parent,
  public: !doc.private,
  workspace_id: Number(doc.workspace.id),
  creator: doc.creator.id,
  date_created: doc.created,
  date_updated: doc.updated,
  deleted: doc.deleted,
  ...(doc.deleted ? { deleted_by: doc.creator.id, date_deleted: doc.updated } : {}),
  archived: doc.archived,
  ...(doc.archived ? { archived_by: doc.creator.id, date_archived: doc.updated } : {}),
});

const PAGE_DEFAULTS = {
  font: 'default',
  font_size: 16,
  line_height: 1.5,
  page_width: 740,
  show_author_header: true,
  show_sub_pages: true,
  sub_pages_style: 'card',
};

/** A Doc by itself. */
export const fullDocWire = (doc: Doc) => ({ ...docWire(doc), page_defaults: PAGE_DEFAULTS });

const pageRef = (page: Page) => ({
  id: page.id,
  doc_id: page.doc.id,
  ...(page.parent ? { parent_page_id: page.parent.id } : {}),
  workspace_id: Number(page.doc.workspace.id),
  name: page.name,
});

/** A page with its text, without those below it. */
export const pageWire = (page: Page, format: string | undefined) => ({
  ...pageRef(page),
  ...(page.subTitle ? { sub_title: page.subTitle } : {}),
  content: shown(page.content, format),
  date_created: page.created,
  date_updated: page.updated,
  date_edited: page.updated,
  edited_by: page.editor.id,
  creator_id: page.creator.id,
  authors: [page.creator.id],
  contributors: [...new Set([page.creator.id, page.editor.id])],
  deleted: false,
  archived: false,
  protected: false,
});

/** Pages with those below them, `depth` levels further down; a negative depth has no end. */
export function treeWire(pages: readonly Page[], depth: number, wire: (page: Page) => object = pageRef): object[] {
  return pages.map((page) => ({
    ...wire(page),
    ...(depth === 0 || page.pages.length === 0 ? {} : { pages: treeWire(page.pages, depth - 1, wire) }),
  }));
}
