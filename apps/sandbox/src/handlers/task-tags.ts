import { type Call, type Handler } from '../call.js';
import { putTag } from '../world/tagging.js';
import { type Task } from '../world/types.js';
import { taskOf } from './task-address.js';

export const AddTagToTask: Handler = (call) => {
  const task = taskOf(call, call.path.task_id);
  putTag(task, call.path.tag_name ?? '', call.user);
  touch(call, task);
  return {};
};

/** Removing a tag that the task does not have answers 200 and does nothing. */
export const RemoveTagFromTask: Handler = (call) => {
  const task = taskOf(call, call.path.task_id);
  const name = call.path.tag_name?.trim().toLowerCase();
  task.tags = task.tags.filter((tag) => tag !== name);
  touch(call, task);
  return {};
};

function touch({ world, now }: Call, task: Task): void {
  task.updated = now;
  world.changed(task);
}
