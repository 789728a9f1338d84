import { z } from 'zod';

/** Fonts, widths and what is shown: how a Doc looks, nothing that it says. */
const Layout = z.record(z.string(), z.unknown());

/** A Doc without its pages. Dates are Unix milliseconds. */
export const Doc = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** 1 a Doc, 2 a wiki. */
  type: z.int(),
  /** `type`: 4 Space, 5 Folder, 6 List, 7 everything, 12 Workspace. */
  parent: z.strictObject({ id: z.string(), type: z.int() }),
  public: z.boolean(),
  workspace_id: z.int(),
  creator: z.int(),
  date_created: z.int(),
  date_updated: z.int().optional(),
  archived: z.boolean().optional(),
  archived_by: z.int().optional(),
  date_archived: z.int().optional(),
  deleted: z.boolean().optional(),
  deleted_by: z.int().optional(),
  date_deleted: z.int().optional(),
  page_defaults: Layout.optional(),
});
export type Doc = z.output<typeof Doc>;

/** A page by name only, with those below it. */
export const PageRef = z.strictObject({
  id: z.string(),
  doc_id: z.string(),
  workspace_id: z.int(),
  name: z.string(),
  /** Not there for pages at the top. */
  parent_page_id: z.string().optional(),
  get pages() {
    return z.array(PageRef).optional();
  },
});
export type PageRef = z.output<typeof PageRef>;

/** A page with its text, and those below it where they were asked for. Dates are Unix milliseconds. */
export const Page = z.strictObject({
  id: z.string(),
  doc_id: z.string(),
  workspace_id: z.int(),
  name: z.string(),
  parent_page_id: z.string().optional(),
  get pages() {
    return z.array(Page).optional();
  },
  sub_title: z.string().optional(),
  /** Markdown or plain text, as `content_format` asked. Markdown is lossy: not all that a page can show comes along. */
  content: z.string(),
  date_created: z.int(),
  date_updated: z.int().optional(),
  date_edited: z.int().optional(),
  edited_by: z.int().optional(),
  creator_id: z.int(),
  authors: z.array(z.int()),
  contributors: z.array(z.int()).optional(),
  archived: z.boolean().optional(),
  archived_by: z.int().optional(),
  date_archived: z.int().optional(),
  deleted: z.boolean().optional(),
  deleted_by: z.int().optional(),
  date_deleted: z.int().optional(),
  protected: z.boolean().optional(),
  protected_by: z.int().optional(),
  protected_note: z.string().optional(),
  avatar: z
    .strictObject({ color: z.string().optional(), value: z.string().optional(), source: z.string().optional() })
    .optional(),
  cover: z
    .strictObject({
      color: z.string().optional(),
      image_url: z.string().optional(),
      position: z.strictObject({ x: z.number(), y: z.number() }).optional(),
    })
    .optional(),
  presentation_details: Layout.optional(),
});
export type Page = z.output<typeof Page>;
