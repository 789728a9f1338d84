/** What there is in a Workspace besides places and tasks. */
export type ObjectKind =
  | 'person'
  | 'group'
  | 'guest'
  | 'doc'
  | 'page'
  | 'view'
  | 'channel'
  | 'goal'
  | 'key_result'
  | 'template'
  | 'tag'
  | 'field'
  | 'task_type'
  | 'webhook';

/** What a write can put out of date: places, people, or objects of a kind. */
export type DirectoryPart = 'tree' | 'people' | ObjectKind;
