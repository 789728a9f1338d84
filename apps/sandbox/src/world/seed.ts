import { seedActivity } from './seed-activity.js';
import { seedGoals } from './seed-goals.js';
import { seedFields } from './seed-fields.js';
import { seedApps } from './seed-apps.js';
import { seedDocs } from './seed-docs.js';
import { seedGuestOfBoth, seedOwnerOfBoth, seedPeople } from './seed-people.js';
import { seedChat } from './seed-chat.js';
import { seedPlaces } from './seed-places.js';
import { seedRelations } from './seed-relations.js';
import { seedTasks } from './seed-tasks.js';
import { seedViews } from './seed-views.js';
import { seedTemplates } from './seed-templates.js';
import { seedTimeLabels } from './seed-time-labels.js';
import { World } from './world.js';

/**
 * A Workspace that looks lived in, and a second one that nobody in the first may see.
 * The same ids for every start; a larger number of tasks only adds to a smaller one. Dates are relative to `now()`.
 */
export function seed(tasks: number, now: () => number, ownsBoth = false): World {
  const world = new World(now);
  const places = seedPlaces(world);
  seedTasks(world, places, tasks);
  seedActivity(world);
  seedGoals(world, places);
  seedViews(world, places);
  seedRelations(world);
  seedFields(world, places);
  seedTemplates(world);
  seedTimeLabels(world);
  seedDocs(world, places);
  seedApps(world);
  seedPeople(world);
  seedChat(world);
  seedGuestOfBoth(world);
  if (ownsBoth) seedOwnerOfBoth(world);
  return world;
}
