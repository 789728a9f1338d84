/** How many tasks ClickUp answers at a time; their number cannot be chosen. */
export const TASKS_PER_PAGE = 100;
