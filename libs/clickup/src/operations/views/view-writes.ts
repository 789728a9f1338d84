import { z } from 'zod';
import { operation } from '../../operation.js';
import { Nothing, parentKind, View, ViewParent, ViewParts } from '../entities/index.js';

const NewView = ViewParts.extend({
  name: z.string(),
  /** `list`, `board`, `calendar`, `table`, `timeline`, `workload`, `activity`, `map`, `conversation` (chat) or `gantt`. */
  type: z.string(),
});
const OneView = z.strictObject({ view: View });

export const CreateTeamView = operation({
  id: 'CreateTeamView',
  method: 'POST',
  path: '/api/v2/team/{team_id}/view',
  verb: 'create',
  toolset: 'views',
  summary: 'Adds a view (list, board, calendar, chat and others) to a Workspace (the Everything level).',
  body: NewView,
  response: OneView,
  changesDirectory: 'view',
});

export const CreateSpaceView = operation({
  id: 'CreateSpaceView',
  method: 'POST',
  path: '/api/v2/space/{space_id}/view',
  verb: 'create',
  toolset: 'views',
  summary: 'Adds a view (list, board, calendar, chat and others) to a Space.',
  body: NewView,
  response: OneView,
  changesDirectory: 'view',
});

export const CreateFolderView = operation({
  id: 'CreateFolderView',
  method: 'POST',
  path: '/api/v2/folder/{folder_id}/view',
  verb: 'create',
  toolset: 'views',
  summary: 'Adds a view (list, board, calendar, chat and others) to a Folder.',
  body: NewView,
  response: OneView,
  changesDirectory: 'view',
});

export const CreateListView = operation({
  id: 'CreateListView',
  method: 'POST',
  path: '/api/v2/list/{list_id}/view',
  verb: 'create',
  toolset: 'views',
  summary: 'Adds a view (list, board, calendar, chat and others) to a List.',
  body: NewView,
  response: OneView,
  changesDirectory: 'view',
});

export const UpdateView = operation({
  id: 'UpdateView',
  method: 'PUT',
  path: '/api/v2/view/{view_id}',
  verb: 'update',
  toolset: 'views',
  summary: 'Replaces a whole view: everything is sent, what is left out is lost; another parent moves it.',
  body: NewView.extend({ parent: ViewParent }),
  response: OneView,
  targets: ({ body }) => {
    const kind = parentKind(body.parent?.type);
    return kind ? [{ kind, id: body.parent.id }] : [];
  },
  // It can be moved to another parent.
  relocates: true,
  changesDirectory: 'view',
});

export const DeleteView = operation({
  id: 'DeleteView',
  method: 'DELETE',
  path: '/api/v2/view/{view_id}',
  verb: 'delete',
  toolset: 'views',
  summary: 'Deletes a view; its tasks stay.',
  response: Nothing,
  changesDirectory: 'view',
});
