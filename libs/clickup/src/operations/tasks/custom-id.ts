import { z } from 'zod';

/** How a task is addressed by its custom id (`ENG-123`): both or neither. */
export const CustomIdQuery = z.strictObject({
  custom_task_ids: z.boolean().optional(),
  team_id: z.string().optional(),
});
