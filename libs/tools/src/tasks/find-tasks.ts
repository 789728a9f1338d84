import { GetFilteredTeamTasks, GetTasks } from '#libs/clickup';
import { z } from 'zod';
import { matcher, ranked } from '../arguments/match.js';
import { cursorAt, PAGED_INPUT, PAGED_OUTPUT, positionOf } from '../arguments/paging.js';
import { TABLE, table } from '../answers/table.js';
import { defineTool } from '../tool/tool.js';
import { FILTERS, taskQuery } from './filters.js';
import { ScanPosition, scanTasks } from './scan.js';
import { taskColumns } from '../answers/task.js';

/** One page for a list; for a search by name as many as one call can read in a few seconds. */
const SEARCH_PAGES = 10;
const MAX_MATCHES = 10;

export const findTasks = defineTool({
  name: 'find_tasks',
  title: 'Find tasks',
  description:
    'List or search tasks, open ones unless include_closed. text: fuzzy by name, best first. assignees: names or "me". lists, folders, spaces: id, URL, name or path. Dates ISO or words; *_after includes that day, *_before does not.',
  toolset: 'tasks',
  verb: 'search',
  covers: [GetFilteredTeamTasks, GetTasks],
  input: z.strictObject({ text: z.string().min(1).max(200).optional(), ...FILTERS, ...PAGED_INPUT }),
  output: z.strictObject({
    ...TABLE,
    total: z.number().optional(),
    scanned: z.number().optional(),
    complete: z.boolean().optional(),
    ...PAGED_OUTPUT,
  }),
  async handler(args, context) {
    const { text, cursor: _, next_cursor: __, ...filters } = args;
    const position = positionOf(args, ScanPosition, context);
    const query = await taskQuery(text === undefined ? filters : { order_by: 'updated', ...filters }, context);
    const { tasks, next } = await scanTasks(query, position, text === undefined ? 1 : SEARCH_PAGES, context);
    const next_cursor = next && cursorAt(args, next, context);
    if (text === undefined) {
      return { ...table(tasks, taskColumns(context)), total: position || next ? undefined : tasks.length, next_cursor };
    }
    const score = matcher(text);
    const matches = await ranked(tasks, (task) => Math.max(score(task.name), score(task.custom_id ?? '')));
    return {
      ...table(matches.slice(0, MAX_MATCHES), taskColumns(context)),
      total: matches.length,
      scanned: tasks.length,
      complete: !next,
      next_cursor,
    };
  },
});
