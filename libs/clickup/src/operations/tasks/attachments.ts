import { z } from 'zod';
import { FilePart } from '../../sending/multipart.js';
import { operation, type Target } from '../../operation.js';
import { CustomIdQuery } from './custom-id.js';

/** The most that one page of API v3 holds. */
const FILES_PER_PAGE = 100;

/** Exactly one file, because ClickUp's answer always shows one attachment. */
const OneFile = z.array(FilePart).length(1);

/** An attachment as API v3 gives it. Pictures have thumbnails. */
const Attached = z.strictObject({
  id: z.string(),
  title: z.string(),
  extension: z.string(),
  mime_type: z.string(),
  /** Bytes. */
  size: z.int(),
  url: z.string(),
  signed: z.boolean(),
  parent_entity_type: z.string(),
  parent_id: z.string(),
  user_id: z.int(),
  /** Unix milliseconds, as numbers. */
  date_created: z.int(),
  date_updated: z.int(),
  thumbnail_small: z.string().nullable(),
  thumbnail_medium: z.string().nullable(),
  thumbnail_large: z.string().nullable(),
});

/** `attachments` means a task, `custom_fields` a File field. */
const entity = ({
  path: { entity_type, entity_id },
}: {
  path: { entity_type: string; entity_id: string };
}): Target[] => [{ kind: entity_type === 'custom_fields' ? 'field' : 'task', id: entity_id }];

export const CreateTaskAttachment = operation({
  id: 'CreateTaskAttachment',
  method: 'POST',
  path: '/api/v2/task/{task_id}/attachment',
  verb: 'create',
  toolset: 'attachments',
  summary: 'Uploads a file to a task.',
  query: CustomIdQuery,
  multipart: true,
  body: z.strictObject({ attachment: OneFile }),
  response: z.strictObject({
    id: z.string(),
    version: z.string(),
    /** Unix milliseconds. */
    date: z.int(),
    title: z.string(),
    extension: z.string(),
    thumbnail_small: z.string().nullable(),
    thumbnail_large: z.string().nullable(),
    url: z.string(),
  }),
});

export const getParentEntityAttachments = operation({
  id: 'getParentEntityAttachments',
  method: 'GET',
  path: '/api/v3/workspaces/{workspace_id}/{entity_type}/{entity_id}/attachments',
  verb: 'list',
  toolset: 'attachments',
  summary: 'The files of a task (entity_type attachments) or of a File field (custom_fields).',
  query: z.strictObject({ cursor: z.string().optional(), limit: z.int().min(1).max(FILES_PER_PAGE).optional() }),
  pageSize: FILES_PER_PAGE,
  response: z.strictObject({ data: z.array(Attached), next_cursor: z.string() }),
  targets: entity,
});

export const postEntityAttachment = operation({
  id: 'postEntityAttachment',
  method: 'POST',
  path: '/api/v3/workspaces/{workspace_id}/{entity_type}/{entity_id}/attachments',
  verb: 'create',
  toolset: 'attachments',
  summary: 'Uploads a file to a task (entity_type attachments) or for a File field (custom_fields).',
  multipart: true,
  body: z.strictObject({
    /** Shown instead of the name of the file. */
    filename: z.string().optional(),
    attachment: OneFile,
  }),
  response: Attached,
  targets: entity,
});
