import { type ArgumentsOf, type GetFilteredTeamTasks, type Task } from '#libs/clickup';
import { type KeptTask } from '../find/kept-task.js';

export type TaskQuery = NonNullable<ArgumentsOf<typeof GetFilteredTeamTasks>['query']>;

/** A task in either form: ClickUp's own, with all its fields, or one of the index. */
export type AnyTask = Task | KeptTask;

/**
 * One condition on tasks, in three forms that mean the same: what ClickUp is asked for, where it can be asked; what holds for each task,
 * because ClickUp ignores what it does not understand; and what a person reads.
 */
export interface TaskFilter {
  query?: TaskQuery;
  holds?: (task: AnyTask) => boolean;
  said?: string;
}

/** All conditions together. */
export const allOf = (
  filters: readonly TaskFilter[],
): Required<Pick<TaskFilter, 'query' | 'holds'>> & { said: string[] } => {
  const tests = filters.flatMap(({ holds }) => holds ?? []);
  return {
    query: Object.assign({}, ...filters.map(({ query }) => query)) as TaskQuery,
    holds: (task) => tests.every((holds) => holds(task)),
    said: filters.flatMap(({ said }) => said ?? []),
  };
};
