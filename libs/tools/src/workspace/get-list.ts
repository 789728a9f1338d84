import { GetList, type List, type Place } from '#libs/clickup';
import { z } from 'zod';
import { Ref } from '../arguments/inputs.js';
import { dateText } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { personName } from '../answers/task.js';
import { defineTool } from '../tool/tool.js';

const pathOf = ({ space, folder, name }: List): string =>
  [space?.name, folder?.hidden ? undefined : folder?.name, name].filter(Boolean).join(' / ');

/** What the directory already knows; undefined when something is missing there. */
const known = ({ id, path, taskCount, statuses }: Place) =>
  taskCount === undefined || statuses === undefined ? undefined : { id, path, task_count: taskCount, statuses };

const basics = (list: List) => ({
  id: list.id,
  path: pathOf(list),
  task_count: list.task_count === null || list.task_count === undefined ? undefined : Number(list.task_count),
  statuses: list.statuses?.map(({ status }) => status),
});

/** What the argument `details` adds. */
const details = (list: List, zone: string) => ({
  description: list.content || undefined,
  due: dateText(list.due_date, zone),
  start: dateText(list.start_date, zone),
  owner: list.assignee && typeof list.assignee === 'object' ? personName(list.assignee) : undefined,
  priority: list.priority ? { name: list.priority.priority, color: list.priority.color } : undefined,
  color: list.status?.color,
});

export const getList = defineTool({
  name: 'get_list',
  title: 'Get List',
  description:
    'Path, statuses and number of open tasks of a List. details adds description, dates, owner, priority and colour, and counts afresh; otherwise the count may be 5 minutes old.',
  toolset: 'workspace',
  verb: 'get',
  covers: [GetList],
  input: z.strictObject({ list_id: Ref, details: z.boolean().optional() }),
  output: z.strictObject({
    id: z.string(),
    path: z.string(),
    task_count: z.number().optional(),
    statuses: z.array(z.string()).optional(),
    description: z.string().optional(),
    due: z.string().optional(),
    start: z.string().optional(),
    owner: z.string().optional(),
    priority: z.strictObject({ name: z.string(), color: z.string() }).optional(),
    color: z.string().optional(),
  }),
  async handler({ list_id, details: wanted }, { clickup, directory, zone }) {
    const place = await naming('list_id', () => directory.place(list_id, ['list']));
    const cached = wanted ? undefined : known(place);
    if (cached) return cached;
    const list = await clickup.call(GetList, { path: { list_id: place.id } });
    return { ...basics(list), ...(wanted && details(list, zone)) };
  },
});
