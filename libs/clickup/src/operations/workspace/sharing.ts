import { z } from 'zod';
import { operation, type Target } from '../../operation.js';
import { ACL_OBJECTS, type AclObject, isAclObject } from './acl-objects.js';
import { List, Task } from '../entities/index.js';

const ObjectType = z.enum(Object.keys(ACL_OBJECTS) as [AclObject]);

/** A type that is not in the table is judged like one without a kind: by the whole Workspace. */
function subject(workspace: string, type: string, id: string): Target {
  const kind = isAclObject(type) ? ACL_OBJECTS[type] : 'workspace';
  return kind === 'workspace' ? { kind, id: workspace } : { kind, id };
}

export const SharedHierarchy = operation({
  id: 'SharedHierarchy',
  method: 'GET',
  path: '/api/v2/team/{team_id}/shared',
  verb: 'list',
  toolset: 'workspace',
  summary: 'The Folders, Lists and tasks that were shared with the owner of the credential one by one.',
  response: z.strictObject({
    shared: z.strictObject({
      tasks: z.array(Task),
      lists: z.array(List),
      folders: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          orderindex: z.int(),
          content: z.string().nullable(),
          task_count: z.string(),
          due_date: z.string().nullable(),
          archived: z.boolean(),
        }),
      ),
    }),
  }),
});

export const publicPatchAcl = operation({
  id: 'publicPatchAcl',
  method: 'PATCH',
  path: '/api/v3/workspaces/{workspace_id}/{object_type}/{object_id}/acls',
  verb: 'update',
  risk: 'admin',
  toolset: 'sharing',
  summary:
    'Makes something private or public, and gives, changes or takes access of people and groups; may cost a seat.',
  body: z.strictObject({
    private: z.boolean().optional(),
    entries: z
      .array(
        z.strictObject({
          kind: z.enum(['user', 'group']),
          id: z.string(),
          /** 1 read, 3 comment, 4 edit, 5 create; null takes the access away. */
          permission_level: z.literal([1, 3, 4, 5]).nullable().optional(),
          from_group_id: z.string().optional(),
          from_parent_type: ObjectType.optional(),
          from_parent_id: z.string().optional(),
          calculated: z.boolean().optional(),
        }),
      )
      .optional(),
  }),
  // The document says that there is an answer, but not which.
  response: z.looseObject({}),
  targets: ({ path, body }) => [
    subject(path.workspace_id, path.object_type, path.object_id),
    ...(body?.entries ?? []).flatMap(({ from_parent_type, from_parent_id }) =>
      from_parent_type && from_parent_id ? [subject(path.workspace_id, from_parent_type, from_parent_id)] : [],
    ),
  ],
});
