import { makeComment, makeEntry } from '../world/make.js';
import { pick, random } from '../world/random.js';
import { REMARKS } from './data.js';
import { SHOWCASE } from './showcase.js';
import { taskId } from '../world/ids.js';
import { type Task, type User, type Workspace } from '../world/types.js';
import { type World } from '../world/world.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** How many people track their time, and for how many days back: more than the 30 that ClickUp shows by default. */
const TRACKERS = 8;
const DAYS = 45;

/** Comments and tracked time of the last weeks. */
export function seedActivity(world: World): void {
  const acme = world.workspace('12345');
  const staff = [...acme.members].filter(([, role]) => role !== 4).map(([user]) => user);
  seedComments(world, acme, staff);
  seedTime(world, acme, staff.slice(0, TRACKERS));
}

function seedComments(world: World, acme: Workspace, staff: readonly User[]): void {
  const wanted = new Map(SHOWCASE.map(({ comments }, index) => [taskId('86c', index), comments ?? 0]));
  let id = 90_140_020_000_001;
  for (const task of acme.tasks) {
    const draw = random(Number.parseInt(task.id.slice(3), 36));
    const count = wanted.get(task.id) ?? (draw() < 0.12 ? 1 + Math.floor(draw() * 4) : 0);
    const step = (world.now() - task.created) / (count + 1);
    for (let at = 1; at <= count; at++) {
      const comment = makeComment(
        String(id++),
        task,
        pick(staff, draw),
        pick(REMARKS, draw),
        Math.floor(task.created + at * step),
      );
      world.addComment(comment);
      if (at === count && draw() < 0.3)
        world.addComment(
          makeComment(
            String(id++),
            comment,
            pick(staff, draw),
            pick(REMARKS, draw),
            Math.floor(comment.date + step / 2),
          ),
        );
    }
  }
}

function seedTime(world: World, acme: Workspace, people: readonly User[]): void {
  const today = Math.floor(world.now() / DAY) * DAY;
  let id = 4_518_000_000_000_000_001n;
  for (const [index, user] of people.entries()) {
    const own = acme.tasks.filter((task) => task.assignees.includes(user));
    const draw = random(40_001 + index);
    for (let back = DAYS; back >= 1; back--) {
      // Two days off in seven, whichever weekday the start falls on: the data must not depend on the calendar.
      if (back % 7 < 2) continue;
      let start = today - back * DAY + 8 * HOUR;
      for (let entries = 1 + Math.floor(draw() * 3); entries > 0; entries--) {
        const minutes = 15 * (1 + Math.floor(draw() * 12));
        const task: Task | undefined = own.length ? pick(own, draw) : undefined;
        world.addEntry(
          makeEntry(String(id++), acme, user, start, start + minutes * 60_000, {
            task,
            billable: draw() < 0.4,
            description: draw() < 0.3 ? 'Pairing' : '',
          }),
        );
        start += minutes * 60_000 + HOUR;
      }
    }
  }
  const busy = people[3];
  if (busy)
    world.addEntry(makeEntry(String(id), acme, busy, world.now() - 47 * 60_000, null, { description: 'Review' }));
}
