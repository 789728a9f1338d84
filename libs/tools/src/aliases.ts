type Arguments = Record<string, unknown>;

/** A further name of a tool. */
interface Alias {
  tool: string;
  /** What its arguments are called there, where the tool does not know them under the old names itself. */
  arguments?: (args: Arguments) => Arguments;
}

/** The arguments under other names. */
const renamed =
  (names: Readonly<Record<string, string>>) =>
  (args: Arguments): Arguments =>
    Object.fromEntries(Object.entries(args).map(([key, value]) => [names[key] ?? key, value]));

const place = renamed({ space_id: 'within', folder_id: 'within', list_id: 'within', id: 'within' });

/** There, lengths are numbers of milliseconds, which no duration of ours is. */
function inMilliseconds({ tid, duration, ...args }: Arguments): Arguments {
  const ms = Number(duration);
  return {
    ...args,
    ...(tid !== undefined && { task_id: tid }),
    ...(duration !== undefined && { duration: Number.isFinite(ms) ? `${ms / 1000} seconds` : duration }),
  };
}

/**
 * Names that other servers and earlier versions use (contract item 22). An alias is the tool itself: it is offered, judged and refused as
 * that tool is, and is not listed.
 */
export const ALIASES: Readonly<Record<string, Alias>> = {
  list_all_click_up_spaces: { tool: 'get_workspace_hierarchy' },
  list_all_click_up_lists: { tool: 'get_workspace_hierarchy', arguments: place },
  list_all_click_up_tasks: { tool: 'find_tasks', arguments: place },
  get_single_click_up_task_by_id: { tool: 'get_task', arguments: renamed({ id: 'task_id' }) },
  create_a_click_up_task: { tool: 'create_task' },
  update_a_click_up_task_by_id: { tool: 'update_task', arguments: renamed({ id: 'task_id' }) },
  create_a_click_up_comment: { tool: 'add_comment', arguments: renamed({ task_id: 'on', comment_text: 'text' }) },
  get_single_click_up_doc_by_id: { tool: 'fetch', arguments: renamed({ doc_id: 'id' }) },
  get_single_click_up_goal_by_id: { tool: 'fetch', arguments: renamed({ goal_id: 'id' }) },
  list_all_click_up_search_docs: { tool: 'find_objects', arguments: (args) => ({ kind: 'doc', ...args }) },
  create_a_click_up_time_entry: { tool: 'create_time_entry', arguments: inMilliseconds },
  find_members: { tool: 'find_objects', arguments: (args) => ({ kind: 'person', ...args }) },
};
