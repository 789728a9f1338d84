import { enterStatus } from './status-history.js';
import { type Task } from './types.js';
import { statusesOf, type World } from './world.js';
import { depend, link } from './relations.js';

/** Moves everything that a task has into another one, and deletes it. */
export function mergeInto(world: World, target: Task, source: Task, now: number): void {
  for (const comment of source.comments.splice(0)) {
    comment.on = target;
    target.comments.push(comment);
  }
  for (const entry of source.entries.splice(0)) {
    entry.task = target;
    target.entries.push(entry);
  }
  for (const checklist of source.relations.checklists.splice(0)) {
    checklist.task = target;
    target.relations.checklists.push(checklist);
  }
  for (const attachment of source.relations.attachments.splice(0))
    target.relations.attachments.push({ ...attachment, parentId: target.id });
  for (const child of [...source.children]) {
    if (child.list !== target.list) {
      world.moveTask(child, target.list);
      settle(child, now);
    }
    world.moveBelow(child, target);
  }
  for (const { task, on, by, created } of source.relations.dependencies) {
    if (task === source && on !== target) depend(target, on, by, created);
    if (on === source && task !== target) depend(task, target, by, created);
  }
  for (const { from, to, by, created } of source.relations.links) {
    const other = from === source ? to : from;
    if (other !== target) link(target, other, by, created);
  }
  target.assignees = [...new Set([...target.assignees, ...source.assignees])];
  target.watchers = [...new Set([...target.watchers, ...source.watchers])];
  target.tags = [...new Set([...target.tags, ...source.tags])];
  target.comments.sort((a, b) => a.date - b.date);
  target.updated = now;
  world.removeTask(source);
  world.changed(target);
}

/** Gives a task and those below it a status of the List they came to. */
function settle(task: Task, now: number): void {
  const there = statusesOf(task.list);
  const status =
    there.find((candidate) => candidate.status.toLowerCase() === task.status.status.toLowerCase()) ?? there[0];
  if (status) enterStatus(task, status, now);
  for (const child of task.children) settle(child, now);
}
