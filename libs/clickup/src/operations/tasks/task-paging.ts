/** How many tasks ClickUp answers at a time; their number cannot be chosen (ClickUp fact 15). */
export const TASKS_PER_PAGE = 100;
