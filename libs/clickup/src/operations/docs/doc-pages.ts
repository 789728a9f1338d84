import { z } from 'zod';
import { operation } from '../../operation.js';
import { Nothing, Page, PageRef } from '../entities/index.js';

const Format = z.enum(['text/md', 'text/plain']).optional();
/** -1: however deep; 0: only the pages at the top. */
const Depth = z.number().optional();

export const getDocPageListingPublic = operation({
  id: 'getDocPageListingPublic',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/docs/{doc_id}/page_listing',
  verb: 'list',
  toolset: 'docs',
  summary: 'The table of contents of a Doc: its pages by name, without text.',
  query: z.strictObject({ max_page_depth: Depth }),
  response: z.array(PageRef),
});

export const getDocPagesPublic = operation({
  id: 'getDocPagesPublic',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/docs/{doc_id}/pages',
  verb: 'list',
  toolset: 'docs',
  summary: 'All pages of a Doc with their text, nested as they are.',
  query: z.strictObject({ max_page_depth: Depth, content_format: Format }),
  response: z.array(Page),
});

export const createPagePublic = operation({
  id: 'createPagePublic',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/docs/{doc_id}/pages',
  verb: 'create',
  toolset: 'docs',
  summary: 'Adds a page to a Doc, at the top or below another page.',
  body: z.strictObject({
    parent_page_id: z.string().optional(),
    name: z.string().optional(),
    sub_title: z.string().optional(),
    content: z.string().optional(),
    content_format: Format,
  }),
  response: Page,
  targets: ({ body }) => (body.parent_page_id === undefined ? [] : [{ kind: 'page', id: body.parent_page_id }]),
  changesDirectory: 'page',
});

export const getPagePublic = operation({
  id: 'getPagePublic',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/docs/{doc_id}/pages/{page_id}',
  verb: 'get',
  toolset: 'docs',
  summary: 'One page of a Doc with its text.',
  query: z.strictObject({ content_format: Format }),
  response: Page,
});

export const editPagePublic = operation({
  id: 'editPagePublic',
  method: 'PUT',
  path: '/api/v3/workspaces/{workspace_id}/docs/{doc_id}/pages/{page_id}',
  verb: 'update',
  toolset: 'docs',
  summary: 'Renames a page of a Doc, or appends, prepends or (by default) overwrites its text.',
  body: z.strictObject({
    name: z.string().optional(),
    sub_title: z.string().optional(),
    content: z.string().optional(),
    /** Without it the text that was there is lost: `replace` is the default. */
    content_edit_mode: z.enum(['replace', 'append', 'prepend']).optional(),
    content_format: Format,
  }),
  // The document names no schema.
  response: Nothing,
  changesDirectory: 'page',
});
