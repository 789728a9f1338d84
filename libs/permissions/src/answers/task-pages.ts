import { GetFilteredTeamTasks, type Task } from '#libs/clickup';
import { AppError } from '#libs/core';

/** The size of ClickUp's pages and of ours. A shorter page is the last, where the answer does not say which one is (ClickUp fact 15). */
const PAGE_SIZE = GetFilteredTeamTasks.pageSize;
/** How many pages of ClickUp's are read at most to fill one of ours. */
const MAX_PAGES = 20;

/** Tasks as ClickUp pages them. */
export interface TaskPage {
  tasks: Task[];
  last_page?: boolean;
}

export const isLast = ({ tasks, last_page }: TaskPage): boolean => last_page ?? tasks.length < PAGE_SIZE;

/**
 * One full page of the tasks that may be seen. Leaving tasks out of ClickUp's own pages would make short pages, from whose length and
 * number a caller could count what is hidden. Reads ClickUp's pages from the first on, until one task more than the page holds was found.
 * @throws AppError `forbidden` where what is hidden takes too many pages
 */
export async function pageOfShown(
  wanted: number,
  read: (page: number) => Promise<TaskPage>,
  shown: (page: TaskPage) => Promise<Task[]>,
): Promise<Required<TaskPage>> {
  const [from, to] = [wanted * PAGE_SIZE, (wanted + 1) * PAGE_SIZE];
  const found = new Map<string, Task>();
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await read(page);
    for (const task of await shown(answer)) found.set(task.id, task);
    if (isLast(answer) || found.size > to)
      return { tasks: [...found.values()].slice(from, to), last_page: found.size <= to };
  }
  throw new AppError('forbidden', 'Not allowed: there is too much to look through. Name the places to look in.', {
    details: { reason: 'there is too much to look through' },
  });
}
