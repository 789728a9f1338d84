import { type Call, type Handler } from '../call.js';
import { refuse } from '../refusal.js';
import { entryWire, runningWire } from '../wire/time-entry.js';
import { type TimeEntry, type Workspace } from '../world/types.js';
import { taskOf } from './task-address.js';
import { entryOf } from './time-address.js';

const WINDOW = 30 * 86_400_000;
const PLACES = ['space_id', 'folder_id', 'list_id', 'task_id'] as const;

/** Without arguments the last 30 days of the person asking; other people's only for owners and admins. */
export const Gettimeentrieswithinadaterange: Handler = (call) => {
  const { access, path, query, now } = call;
  const workspace = access.workspace(path.team_Id);
  const people = whose(call, workspace);
  const from = query.number('start_date') ?? now - WINDOW;
  const to = query.number('end_date') ?? now;
  const inPlace = place(call);
  const billable = query.text('is_billable');
  const found = workspace.entries.filter(
    (entry) =>
      people.has(entry.user.id) &&
      entry.start >= from &&
      entry.start <= to &&
      inPlace(entry) &&
      (billable === undefined || entry.billable === (billable === 'true')) &&
      (!entry.task || access.seesTask(entry.task)),
  );
  const names = query.flag('include_location_names');
  const tags = query.flag('include_task_tags');
  return { data: found.sort((a, b) => a.start - b.start).map((entry) => entryWire(entry, now, names, tags)) };
};

export const Getsingulartimeentry: Handler = (call) => {
  const { query, now } = call;
  return { data: entryWire(entryOf(call), now, query.flag('include_location_names'), query.flag('include_task_tags')) };
};

export const Getrunningtimeentry: Handler = (call) => {
  const { access, path, now } = call;
  const workspace = access.workspace(path.team_id);
  const [person] = whose(call, workspace);
  const running = workspace.entries.find(({ end, user }) => end === null && user.id === person);
  return { data: running ? runningWire(running, now) : null };
};

function whose({ access, query, user }: Call, workspace: Workspace): ReadonlySet<number> {
  const asked = query.csv('assignee')?.map(Number) ?? [user.id];
  if (asked.some((id) => id !== user.id) && !access.isAdmin(workspace)) throw refuse.othersTime();
  return new Set(asked);
}

function place(call: Call): (entry: TimeEntry) => boolean {
  const { query } = call;
  const given = PLACES.filter((name) => query.text(name) !== undefined);
  if (given.length > 1) throw refuse.twoPlaces();
  const [name] = given;
  if (!name) return () => true;
  if (name === 'task_id') {
    const task = taskOf(call, query.text('task_id'));
    return (entry) => entry.task === task;
  }
  const id = query.text(name);
  return ({ task }) =>
    task !== undefined &&
    id === { space_id: task.list.folder.space, folder_id: task.list.folder, list_id: task.list }[name].id;
}
