import { seedActivity } from './seed-activity.js';
import { seedChat } from './seed-chat.js';
import { seedPlaces } from './seed-places.js';
import { seedTasks } from './seed-tasks.js';
import { World } from './world.js';

/**
 * A Workspace that looks lived in, and a second one that nobody in the first may see.
 * The same ids for every start; a larger number of tasks only adds to a smaller one. Dates are relative to `now()`.
 */
export function seed(tasks: number, now: () => number): World {
  const world = new World(now);
  const places = seedPlaces(world);
  seedTasks(world, places, tasks);
  seedActivity(world);
  seedChat(world);
  return world;
}
