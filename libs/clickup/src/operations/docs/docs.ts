import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { Doc, parentPlaceKind } from '../entities/index.js';

/** The most that one page holds. */
const DOCS_PER_PAGE = 100;

/** The place that a Doc hangs on. The Workspace is none: the path names it already. */
const place = (type: number | string | undefined, id: string | undefined): Target[] => {
  const kind = parentPlaceKind(type);
  return kind && id !== undefined ? [{ kind, id }] : [];
};

export const searchDocsPublic = operation({
  id: 'searchDocsPublic',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/docs',
  verb: 'list',
  toolset: 'docs',
  summary: 'The Docs of a Workspace, in pages, by creator or place; there is no search for words.',
  query: z.strictObject({
    id: z.string().optional(),
    creator: z.number().optional(),
    /** Only those in the trash. */
    deleted: z.boolean().optional(),
    archived: z.boolean().optional(),
    parent_id: z.string().optional(),
    parent_type: z.enum(['4', '5', '6', '7', '12', 'SPACE', 'FOLDER', 'LIST', 'EVERYTHING', 'WORKSPACE']).optional(),
    limit: z.number().min(10).max(DOCS_PER_PAGE).optional(),
    cursor: z.string().optional(),
    /** The older name of `cursor`. */
    next_cursor: z.string().optional(),
  }),
  pageSize: DOCS_PER_PAGE,
  response: z.strictObject({ docs: z.array(Doc), next_cursor: z.string().optional() }),
  targets: ({ query }) => [
    ...(query.id === undefined ? [] : [{ kind: 'doc', id: query.id } as const]),
    ...place(query.parent_type, query.parent_id),
  ],
  ofWorkspace: 'placed',
});

export const createDocPublic = operation({
  id: 'createDocPublic',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/docs',
  verb: 'create',
  toolset: 'docs',
  summary: 'Makes a Doc in a Workspace, Space, Folder or List, with an empty first page unless told otherwise.',
  body: z.strictObject({
    name: z.string().optional(),
    /** `type`: 4 Space, 5 Folder, 6 List, 7 everything, 12 Workspace. Without it the Workspace. */
    parent: z.strictObject({ id: z.string(), type: z.literal([4, 5, 6, 7, 12]) }).optional(),
    visibility: z.union([z.enum(['PUBLIC', 'PRIVATE', 'PERSONAL', 'HIDDEN']), z.literal([1, 2, 3, 4])]).optional(),
    create_page: z.boolean().optional(),
  }),
  response: Doc,
  targets: ({ body }) => place(body.parent?.type, body.parent?.id),
  changesDirectory: 'doc',
});

export const getDocPublic = operation({
  id: 'getDocPublic',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/docs/{doc_id}',
  verb: 'get',
  toolset: 'docs',
  summary: 'One Doc: name, place and dates, without its text.',
  response: Doc,
});
