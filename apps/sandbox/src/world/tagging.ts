import { type Task, type User } from './types.js';

/** Tags are kept in lower case; one that the Space does not have yet is made. */
export function putTag(task: Task, name: string, creator: User): void {
  const tag = name.trim().toLowerCase();
  const { tags } = task.list.folder.space;
  if (!tag) return;
  if (!tags.has(tag)) tags.set(tag, { name: tag, fg: '#ffffff', bg: '#7b68ee', creator: creator.id });
  if (!task.tags.includes(tag)) task.tags.push(tag);
}
