import { type Call } from '../call.js';
import { refuse } from '../refusal.js';
import { type Task } from '../world/types.js';

/** The task that an id means: with `custom_task_ids=true` a custom one, in the Workspace `team_id`, and then only such. */
export function taskOf({ access, query }: Call, id: string | undefined): Task {
  if (!query.flag('custom_task_ids')) return access.task(id);
  const team = query.text('team_id');
  if (!team) throw refuse.teamIdMissing();
  return access.taskByCustomId(access.workspace(team), id);
}
