import { type TargetKind } from '../../operation.js';

/** How ClickUp names the kind of object that a view or a Doc hangs on: by number, or in a query of API v3 by word. 7 is everything in a Workspace, 12 the Workspace itself. */
const KINDS: Readonly<Record<string, TargetKind>> = {
  4: 'space',
  5: 'folder',
  6: 'list',
  7: 'workspace',
  12: 'workspace',
  SPACE: 'space',
  FOLDER: 'folder',
  LIST: 'list',
  EVERYTHING: 'workspace',
  WORKSPACE: 'workspace',
};

/** What a view or a Doc hangs on; undefined for a kind that is no place. */
export const parentKind = (type: number | string | undefined): TargetKind | undefined => KINDS[type ?? ''];
