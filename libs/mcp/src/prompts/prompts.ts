import { oneLine, visibleText } from '#libs/tools';
import { type NamedKind } from '../calls/names.js';

/** An argument that a person fills in when they choose a prompt. */
interface PromptArgument {
  name: string;
  description: string;
  required?: true;
  /** What it names, so that it can be completed; missing for free text. */
  kind?: NamedKind;
}

/** A job that people do again and again, as a text that tells the model which tools do it in how few calls. */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly PromptArgument[];
  /** Tools without which it cannot be done: a caller who lacks one is not shown it. */
  needs: readonly string[];
  /** @param given what was filled in, each on one line and in quotation marks */
  text(given: Readonly<Record<string, string | undefined>>): string;
}

const RULES = 'Read `scope` of every answer and say where something is not complete. Change nothing unless I agree.';

/** Every prompt, by name. */
export const PROMPTS: readonly Prompt[] = [
  {
    name: 'break_down_doc',
    title: 'Break a Doc into tasks',
    description: 'Make tasks of the work that a Doc describes.',
    arguments: [
      { name: 'doc', description: 'Doc by name or URL', required: true, kind: 'doc' },
      { name: 'list', description: 'List for the tasks', required: true, kind: 'list' },
    ],
    needs: ['bulk_create_tasks', 'get_list'],
    text: ({ doc, list }) =>
      `Break the Doc ${doc} into tasks in the List ${list}.
1. Read the whole Doc with \`fetch\`, page by page until there is no next_cursor.
2. Call \`get_list\` for ${list}: which statuses, fields and people there are.
3. Show me a table: task, description, owner, estimate, due date. Take only what the Doc says; leave the rest empty and name what is open.
4. When I agree, call \`bulk_create_tasks\` once for all of them, with a line in each description that says from which page it comes, and report its outcome per task.`,
  },
  {
    name: 'my_day',
    title: 'My day',
    description: 'What is due, what is late and what was left running today.',
    arguments: [],
    needs: ['find_tasks', 'list_time_entries'],
    text: () =>
      `Plan my day.
1. \`find_tasks\` with assignees ["me"] and due "overdue", then with due "today".
2. \`list_time_entries\` with range "today": what is logged, and whether a timer runs.
3. Order the tasks by priority and due date, name at most three for today, and say which of the overdue ones need a new date or a word to somebody.
${RULES}`,
  },
  {
    name: 'okr_check',
    title: 'OKR check',
    description: 'Where goals stand, and which key results are at risk.',
    arguments: [{ name: 'goal', description: 'one goal; all without it', kind: 'goal' }],
    needs: ['update_goal'],
    text: ({ goal }) =>
      `Check ${goal ? `the goal ${goal}` : 'all goals'}.
1. ${goal ? '' : '`find_objects` with kind "goal", then '}\`fetch\` ${goal ?? 'each of them'}: owners, percentage, key results and the history of updates.
2. Compare how much of the time until the due date is over with how far each key result is. At risk is what lags behind, or was not updated for two weeks.
3. Report per goal: percentage, at risk or not and why, who has to say something.
4. When I give new figures, call \`update_goal\` with key_result, current and a note, one call per key result.
${RULES}`,
  },
  {
    name: 'organize_workspace',
    title: 'Organize the Workspace',
    description: 'Find what is doubled, empty or stale, and propose an order.',
    arguments: [{ name: 'space', description: 'one Space; all without it', kind: 'space' }],
    needs: ['get_workspace_hierarchy', 'find_tasks'],
    text: ({ space }) =>
      `Look for disorder in ${space ? `the Space ${space}` : 'the Workspace'} and propose an order.
1. \`get_workspace_hierarchy\`${space ? ` within ${space}` : ''}: names that are nearly equal, Lists without tasks, places of one List only.
2. \`find_tasks\`${space ? ` within ${space}` : ''} with count_by "list", then with updated "older than 90 days" and count_by "list": which Lists nobody works in.
3. Propose at most ten changes, the most useful first: rename, merge, move, archive. Say what each would touch.
${RULES}`,
  },
  {
    name: 'sprint_triage',
    title: 'Sprint triage',
    description: 'Order the open tasks of a sprint: owners, dates, blockers.',
    arguments: [{ name: 'list', description: 'List of the sprint', required: true, kind: 'list' }],
    needs: ['find_tasks', 'get_list'],
    text: ({ list }) =>
      `Triage the sprint ${list}.
1. \`get_list\` for ${list} with its people and dates; \`find_tasks\` within it with count_by "assignee".
2. \`find_tasks\` within it: without assignee, without estimate, overdue, and those that wait on others (column "waiting_on").
3. Propose per task: owner (by load), priority, due date within the sprint, or out of it.
4. When I agree, change all of it with one call of \`bulk_update_tasks\` and report the outcome per task.
${RULES}`,
  },
  {
    name: 'standup',
    title: 'Standup',
    description: 'Done since the last working day, in progress, blocked.',
    arguments: [{ name: 'person', description: 'whose; yours without it', kind: 'person' }],
    needs: ['find_tasks'],
    text: ({ person = '"me"' }) =>
      `Write the standup of ${person}.
1. \`find_tasks\` with assignees [${person}] and done "yesterday" (on a Monday "last friday").
2. \`find_tasks\` with assignees [${person}] and columns ["waiting_on", "days_in_status"]: what is in progress, what waits on something.
3. Three short lists: done, doing, blocked (by what, since when). No task twice.
${RULES}`,
  },
  {
    name: 'weekly_report',
    title: 'Weekly report',
    description: 'What was done last week, what is late, where the time went.',
    arguments: [
      { name: 'within', description: 'Space, Folder or List; everything without it', kind: 'space' },
      { name: 'week', description: '"last week" unless told otherwise' },
    ],
    needs: ['find_tasks', 'list_time_entries'],
    text: ({ within, week = '"last week"' }) => {
      const place = within ? ` within ${within}` : '';
      return `Write a report of ${week}${place}.
1. \`find_tasks\`${place} with done ${week} and count_by "assignee"; again without count_by for the tasks worth naming.
2. \`find_tasks\`${place} with due "overdue", and with created ${week} and count_by "status".
3. \`list_time_entries\`${place} with range ${week} and sum_by "person".
4. One page: done, late, new, hours per person, and two sentences on what that means. Numbers only from the answers.
${RULES}`;
    },
  },
];

const MOST = 300;

/** A text that a person filled in, as it stands in a prompt: on one line and in quotation marks, so that it cannot pass for an instruction of ours. */
export const quoted = (text: string): string => JSON.stringify(oneLine(visibleText(text)).slice(0, MOST));
