import { taskId } from '../world/ids.js';
import { makeEntry } from '../world/make.js';
import { type World } from '../world/world.js';

/** Labels of tracked time, and every how many entries each is put on. No random number is drawn, so that the rest of the seed stays the same. */
const LABELS = [
  { name: 'pairing', bg: '#bf55ec', every: 5 },
  { name: 'meeting', bg: '#0231e8', every: 7 },
  { name: 'on call', bg: '#e50000', every: 23 },
] as const;

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Labels on tracked time, and some time that the owner tracked long ago on the first task. */
export function seedTimeLabels(world: World): void {
  for (const [index, entry] of world.workspace('12345').entries.entries()) {
    entry.tags = LABELS.filter(({ every }) => index % every === every - 1).map(({ name, bg }) => ({
      name,
      bg,
      fg: '#ffffff',
      creator: entry.user.id,
    }));
  }
  const acme = world.workspace('12345');
  const [owner] = acme.members.keys();
  const task = world.tasks.get(taskId('86c', 0));
  const start = Math.floor(world.now() / DAY) * DAY - 40 * DAY;
  if (owner && task)
    world.addEntry(
      makeEntry('4518900000000000001', acme, owner, start, start + 2 * HOUR, { task, description: 'Heap dump' }),
    );
}
