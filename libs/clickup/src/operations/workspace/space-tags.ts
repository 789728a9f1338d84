import { z } from 'zod';
import { operation } from '../../operation.js';
import { Nothing, Tag } from '../entities/index.js';

const NewTag = z.strictObject({ tag: z.strictObject({ name: z.string(), tag_fg: z.string(), tag_bg: z.string() }) });
/** Editing names the colours differently from creating. */
const ChangedTag = z.strictObject({
  tag: z.strictObject({ name: z.string(), fg_color: z.string(), bg_color: z.string() }),
});

export const GetSpaceTags = operation({
  id: 'GetSpaceTags',
  method: 'GET',
  path: '/api/v2/space/{space_id}/tag',
  verb: 'list',
  toolset: 'tags',
  summary: 'The tags that tasks of a Space can have, with their colours.',
  response: z.strictObject({ tags: z.array(Tag) }),
});

export const CreateSpaceTag = operation({
  id: 'CreateSpaceTag',
  method: 'POST',
  path: '/api/v2/space/{space_id}/tag',
  verb: 'create',
  toolset: 'tags',
  summary: 'Adds a tag with its colours to a Space; the name is kept in lower case.',
  body: NewTag,
  response: Nothing,
  // A tag belongs to all tasks that may have it, wherever they lie.
  workspaceWide: true,
  changesDirectory: 'tag',
});

export const EditSpaceTag = operation({
  id: 'EditSpaceTag',
  method: 'PUT',
  path: '/api/v2/space/{space_id}/tag/{tag_name}',
  verb: 'update',
  toolset: 'tags',
  summary: 'Renames a tag of a Space or changes its colours, on all tasks that have it.',
  body: ChangedTag,
  response: ChangedTag,
  // A tag belongs to all tasks that may have it, wherever they lie.
  workspaceWide: true,
  changesDirectory: 'tag',
});

export const DeleteSpaceTag = operation({
  id: 'DeleteSpaceTag',
  method: 'DELETE',
  path: '/api/v2/space/{space_id}/tag/{tag_name}',
  verb: 'delete',
  toolset: 'tags',
  summary: 'Deletes a tag from a Space and from all its tasks.',
  body: NewTag,
  response: Nothing,
  // A tag belongs to all tasks that may have it, wherever they lie.
  workspaceWide: true,
  changesDirectory: 'tag',
});
