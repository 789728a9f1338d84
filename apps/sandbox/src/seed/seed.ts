import { seedActivity } from './activity.js';
import { seedGoals } from './goals.js';
import { seedFields } from './fields.js';
import { seedApps } from './apps.js';
import { seedDocs } from './docs.js';
import { seedGuestOfBoth, seedOwnerOfBoth, seedPeople } from './people.js';
import { seedChat } from './chat.js';
import { seedPlaces } from './places.js';
import { seedRelations } from './relations.js';
import { seedTasks } from './tasks.js';
import { seedViews } from './views.js';
import { seedTemplates } from './templates.js';
import { seedTimeLabels } from './time-labels.js';
import { World } from '../world/world.js';

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
