import { type Task } from '#libs/clickup';
import { priorityWord } from '../arguments/inputs.js';
import { dayText } from '../arguments/moments.js';
import { type Cell } from './table.js';
import { type ToolContext } from '../tool/tool.js';

type Named = { username: string | null; email?: string | undefined; id: number };

export const personName = ({ username, email, id }: Named): string => username ?? email ?? String(id);
export const people = (users: readonly Named[]): string => users.map(personName).join(', ');

/** `Folder / List`. Lists without a Folder lie in a hidden one, which people never see, so it is left out. */
export const placeName = ({ folder, list }: Pick<Task, 'folder' | 'list'>): string =>
  folder.hidden ? list.name : `${folder.name} / ${list.name}`;

/** What a list of tasks shows of each. */
export function taskColumns({
  zone,
}: Pick<ToolContext, 'zone'>): Record<
  string,
  (
    task: Pick<Task, 'id' | 'custom_id' | 'name' | 'status' | 'assignees' | 'due_date'> & Partial<Task>,
  ) => Cell | undefined
> {
  return {
    id: ({ id }) => id,
    custom_id: ({ custom_id }) => custom_id,
    name: ({ name }) => name,
    status: ({ status }) => status.status,
    priority: ({ priority }) => priorityWord(priority?.id),
    assignees: ({ assignees }) => people(assignees),
    // The day alone: a time of day would cost a list of 100 some 700 tokens; get_task shows it.
    due: ({ due_date }) => dayText(due_date, zone),
    list: ({ list }) => list?.name,
  };
}
