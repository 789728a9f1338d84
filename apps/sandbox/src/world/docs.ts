import { type Folder, type List, type Space, type User, type Workspace } from './types.js';

/** 4 Space, 5 Folder, 6 List, 7 everything, 12 Workspace. */
export type ParentType = 4 | 5 | 6 | 7 | 12;

export interface Doc {
  id: string;
  name: string;
  workspace: Workspace;
  parent: { id: string; type: ParentType };
  /** What the parent is, unless it is the Workspace. */
  place: Space | Folder | List | undefined;
  creator: User;
  /** Only its creator sees it. */
  private: boolean;
  created: number;
  updated: number;
  archived: boolean;
  deleted: boolean;
  /** Those at the top. */
  pages: Page[];
}

export interface Page {
  id: string;
  doc: Doc;
  parent: Page | undefined;
  name: string;
  subTitle: string;
  /** Markdown. */
  content: string;
  creator: User;
  created: number;
  updated: number;
  editor: User;
  pages: Page[];
}

/** All Docs with their pages. Nothing is ever removed, because ClickUp's API cannot remove any. */
export class Docs {
  readonly byId = new Map<string, Doc>();
  private readonly pages = new Map<string, Page>();
  private made = 13_153;

  addDoc(rest: Omit<Doc, 'id' | 'pages' | 'updated'>): Doc {
    const doc: Doc = { ...rest, id: this.nextId(rest.workspace), updated: rest.created, pages: [] };
    this.byId.set(doc.id, doc);
    return doc;
  }

  addPage(
    doc: Doc,
    parent: Page | undefined,
    rest: Pick<Page, 'name' | 'subTitle' | 'content' | 'creator' | 'created'>,
  ): Page {
    const page: Page = {
      ...rest,
      id: this.nextId(doc.workspace),
      doc,
      parent,
      updated: rest.created,
      editor: rest.creator,
      pages: [],
    };
    (parent ?? doc).pages.push(page);
    doc.updated = Math.max(doc.updated, page.created);
    this.pages.set(page.id, page);
    return page;
  }

  page(doc: Doc, id: string | undefined): Page | undefined {
    const page = this.pages.get(id ?? '');
    return page?.doc === doc ? page : undefined;
  }

  /** Docs and pages share one count, like `8cdu22c-13153`. */
  private nextId(workspace: Workspace): string {
    return `8c${Number(workspace.id).toString(36)}-${(this.made += 20)}`;
  }
}
