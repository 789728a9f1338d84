import { z } from 'zod';
import { MsText } from './scalars.js';
import { Secret } from '../../secrets.js';
import { User } from './user.js';

/** One entry in the history of a target. The counts are whole numbers as text; what may have decimals stands in the `_float` ones, once somebody reported progress. */
const GoalAction = z.strictObject({
  id: z.string(),
  key_result_id: z.string(),
  userid: z.int(),
  date_modified: MsText,
  note: z.string().nullable(),
  steps_taken: z.string().nullable(),
  steps_before: z.string().nullable(),
  steps_current: z.string().nullable(),
  steps_taken_float: z.number().nullable().optional(),
  steps_before_float: z.number().nullable().optional(),
  steps_current_float: z.number().nullable().optional(),
});

/** A target of a Goal; the API calls it key result, and its Lists subcategories. */
export const KeyResult = z.strictObject({
  id: z.string(),
  goal_id: z.string(),
  goal_pretty_id: z.string(),
  name: z.string(),
  type: z.enum(['number', 'currency', 'boolean', 'percentage', 'automatic']),
  unit: z.string().nullable(),
  creator: z.int(),
  date_created: MsText,
  /** 0 to 100. A number in what clients read, text in the document. */
  percent_completed: z.union([z.number(), z.string()]).nullable(),
  completed: z.boolean(),
  task_ids: z.array(z.string()),
  subcategory_ids: z.array(z.string()),
  owners: z.array(User),
  /** Not in the document, but sent: without them progress says nothing. The end may lie below the start. */
  steps_start: z.number().nullable().optional(),
  steps_end: z.number().nullable().optional(),
  steps_current: z.number().nullable().optional(),
  last_action: GoalAction,
});
export type KeyResult = z.output<typeof KeyResult>;

const Member = User.extend({ permission_level: z.string(), isCreator: z.boolean().optional() });

const Core = z.strictObject({
  id: z.string(),
  /** Counts up within the Workspace, as in `pretty_url`. */
  pretty_id: z.string(),
  name: z.string(),
  team_id: z.string(),
  creator: z.int(),
  color: z.string(),
  date_created: MsText,
  start_date: MsText.nullable(),
  due_date: MsText.nullable(),
  description: z.string(),
  private: z.boolean(),
  archived: z.boolean(),
  multiple_owners: z.boolean(),
  folder_id: z.string().nullable(),
  members: z.array(Member),
  owners: z.array(User),
  /** 0 to 100, the mean of the targets. */
  percent_completed: z.number(),
});

/** A Goal with its targets and their history, newest first. */
export const Goal = Core.extend({
  key_results: z.array(KeyResult),
  history: z.array(GoalAction),
  pretty_url: z.string(),
});
export type Goal = z.output<typeof Goal>;

/** A Goal in a list: its targets are only counted. */
export const GoalSummary = Core.extend({
  owner: z.string().nullable(),
  editor_token: Secret,
  date_updated: MsText,
  last_update: MsText,
  pinned: z.boolean(),
  key_result_count: z.int(),
  group_members: z.array(z.unknown()),
  folder_access: z.boolean().optional(),
});

/** A Folder of Goals, which has nothing to do with the Folders of Lists. Its Goals stand in it, not in the list beside it. */
export const GoalFolder = z.strictObject({
  id: z.string(),
  name: z.string(),
  team_id: z.string(),
  private: z.boolean(),
  date_created: MsText,
  creator: z.int(),
  goal_count: z.int(),
  members: z.array(Member.extend({ date_added: z.int(), added_by: z.int() })),
  goals: z.array(GoalSummary),
});
