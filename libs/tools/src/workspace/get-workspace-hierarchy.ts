import { GetFolderlessLists, GetFolders, GetLists, GetSpaces } from '#libs/clickup';
import { z } from 'zod';
import { Ref } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { defineTool } from '../tool/tool.js';
import { outline } from './outline.js';

export const getWorkspaceHierarchy = defineTool({
  name: 'get_workspace_hierarchy',
  title: 'Get workspace hierarchy',
  description: 'All Spaces (#), Folders (##) and Lists as an outline, "id name" per line.',
  toolset: 'workspace',
  verb: 'get',
  covers: [GetSpaces, GetFolders, GetFolderlessLists, GetLists],
  input: z.strictObject({ team_id: Ref.optional() }),
  output: z.strictObject({ id: z.string(), name: z.string(), outline: z.string() }),
  async handler({ team_id }, { directory }) {
    const { id, name } = await naming('team_id', () => directory.workspace(team_id, 'team_id'));
    return { id, name, outline: outline(await directory.tree(id)).join('\n') };
  },
});
