import { z } from 'zod';
import { operation } from '../../operation.js';
import { Nothing, Space } from '../entities/index.js';

const Switch = z.strictObject({ enabled: z.boolean() });
const Features = z.strictObject({
  due_dates: z.strictObject({
    enabled: z.boolean(),
    start_date: z.boolean(),
    remap_due_dates: z.boolean(),
    remap_closed_due_date: z.boolean(),
  }),
  time_tracking: Switch,
  tags: Switch,
  time_estimates: Switch,
  checklists: Switch,
  custom_fields: Switch,
  remap_dependencies: Switch,
  dependency_warning: Switch,
  portfolios: Switch,
});

export const GetSpaces = operation({
  id: 'GetSpaces',
  method: 'GET',
  path: '/api/v2/team/{team_id}/space',
  verb: 'list',
  toolset: 'workspace',
  summary: 'The Spaces of a Workspace that the person may see.',
  query: z.strictObject({ archived: z.boolean().optional() }),
  response: z.strictObject({ spaces: z.array(Space) }),
  ofWorkspace: 'placed',
  showsTheWay: true,
});

export const GetSpace = operation({
  id: 'GetSpace',
  method: 'GET',
  path: '/api/v2/space/{space_id}',
  verb: 'get',
  toolset: 'workspace',
  summary: 'One Space with its statuses and ClickApps.',
  response: Space,
});

export const CreateSpace = operation({
  id: 'CreateSpace',
  method: 'POST',
  path: '/api/v2/team/{team_id}/space',
  verb: 'create',
  toolset: 'workspace',
  summary: 'Adds a Space to a Workspace and chooses its ClickApps.',
  body: z.strictObject({ name: z.string(), multiple_assignees: z.boolean(), features: Features }),
  response: Space,
  changesDirectory: 'tree',
});

export const UpdateSpace = operation({
  id: 'UpdateSpace',
  method: 'PUT',
  path: '/api/v2/space/{space_id}',
  verb: 'update',
  toolset: 'workspace',
  summary: 'Renames a Space or changes its colour, privacy and ClickApps; every setting is sent.',
  body: z.strictObject({
    name: z.string(),
    color: z.string(),
    private: z.boolean(),
    admin_can_manage: z.boolean(),
    multiple_assignees: z.boolean(),
    features: Features,
  }),
  response: Space,
  changesDirectory: 'tree',
});

export const DeleteSpace = operation({
  id: 'DeleteSpace',
  method: 'DELETE',
  path: '/api/v2/space/{space_id}',
  verb: 'delete',
  toolset: 'workspace',
  summary: 'Deletes a Space with everything in it.',
  response: Nothing,
  // Callers who may write in a Space may work in it, but not take it from everybody.
  workspaceWide: true,
  changesDirectory: 'tree',
});
