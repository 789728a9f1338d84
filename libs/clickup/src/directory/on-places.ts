import { type CallOperation } from '../operation.js';
import {
  type CustomField,
  GetAccessibleCustomFields,
  GetFolderAvailableFields,
  GetFolderViews,
  GetListViews,
  GetSpaceAvailableFields,
  GetSpaceTags,
  GetSpaceViews,
  GetTeamAvailableFields,
  GetTeamViews,
  GetView,
  type View,
} from '../operations/index.js';
import { rows } from './branches.js';
import { type KeptObject, placeOf, several } from './kinds.js';
import { type Place } from './directory.js';

// What ClickUp lists per place only: views, tags and Custom Fields. One request each.

type At = Pick<Place, 'kind' | 'id'>;

/** The views that hang on a place itself, or on the Workspace where none is given. */
export async function loadViews(call: CallOperation, team_id: string, at: At | undefined): Promise<KeptObject[]> {
  return rows((await viewsAt(call, team_id, at)).views).map(keptView);
}

function viewsAt(call: CallOperation, team_id: string, at: At | undefined): Promise<{ views: View[] }> {
  switch (at?.kind) {
    case 'list':
      return call(GetListViews, { path: { list_id: at.id } });
    case 'folder':
      return call(GetFolderViews, { path: { folder_id: at.id } });
    case 'space':
      return call(GetSpaceViews, { path: { space_id: at.id } });
    case undefined:
      return call(GetTeamViews, { path: { team_id } });
  }
}

export const loadView = async (call: CallOperation, view_id: string): Promise<KeptObject> =>
  keptView((await call(GetView, { path: { view_id } })).view);

const keptView = ({ id, name, type, parent, visibility }: View): KeptObject => ({
  id,
  name,
  about: [type === 'conversation' ? 'chat' : type, visibility === 'private' && 'private'].filter(Boolean).join(', '),
  parent: placeOf(parent),
});

/** The tags of a Space. A tag has no id but its name. */
export async function loadTags(call: CallOperation, space_id: string): Promise<KeptObject[]> {
  return rows((await call(GetSpaceTags, { path: { space_id } })).tags).map(({ name }) => ({
    id: name,
    name,
    parent: { kind: 'space', id: space_id },
  }));
}

const ASKED = { query: { include_applied_objects: true } } as const;

/** The Custom Fields defined at a place itself, or at the Workspace; those of a List come with all that it inherits. */
export async function loadFields(call: CallOperation, team_id: string, at: At | undefined): Promise<CustomField[]> {
  return rows((await fieldsAt(call, team_id, at)).fields);
}

function fieldsAt(call: CallOperation, team_id: string, at: At | undefined): Promise<{ fields: CustomField[] }> {
  switch (at?.kind) {
    case 'list':
      return call(GetAccessibleCustomFields, { path: { list_id: at.id }, ...ASKED });
    case 'folder':
      return call(GetFolderAvailableFields, { path: { folder_id: at.id }, ...ASKED });
    case 'space':
      return call(GetSpaceAvailableFields, { path: { space_id: at.id }, ...ASKED });
    case undefined:
      return call(GetTeamAvailableFields, { path: { team_id }, ...ASKED });
  }
}

export const keptField = (field: CustomField): KeptObject => ({
  id: field.id,
  name: field.name,
  about: [field.type, several(optionNames(field))].filter(Boolean).join(': '),
});

/** What a dropdown or a field of labels offers. */
function optionNames({ type_config: { options } }: CustomField): string[] {
  if (!Array.isArray(options)) return [];
  return options.flatMap(({ name, label }: { name?: string; label?: string }) => name ?? label ?? []);
}
