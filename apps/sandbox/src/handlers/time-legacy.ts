import { type Call, type Handler } from '../call.js';
import { dateField, numberField } from '../fields.js';
import { refuse } from '../refusal.js';
import { userWire } from '../wire/user.js';
import { makeEntry } from '../world/make.js';
import { type TimeEntry, type User } from '../world/types.js';
import { workspaceOf } from '../world/world.js';
import { taskOf } from './task-address.js';

const lengthOf = ({ start, end }: TimeEntry) => (end ?? start) - start;

/** By person, in the order of their first entry. Timers that run are not in it. */
export const Gettrackedtime: Handler = (call) => {
  const finished = taskOf(call, call.path.task_id)
    .entries.filter(({ end }) => end !== null)
    .sort((a, b) => a.start - b.start);
  const people = [...new Set(finished.map(({ user }) => user))];
  return {
    data: people.map((person) =>
      personWire(
        person,
        finished.filter(({ user }) => user === person),
      ),
    ),
  };
};

export const Tracktime: Handler = (call) => {
  const { world, user, now } = call;
  const task = taskOf(call, call.path.task_id);
  const span = spanOf(call);
  const entry = makeEntry(world.ids.next('entry'), workspaceOf(task.list), user, span.start, span.end, {
    task,
    at: now,
    source: 'api',
  });
  world.addEntry(entry);
  world.changed(task);
  return { id: entry.id };
};

export const Edittimetracked: Handler = (call) => {
  const { world, user, now } = call;
  const entry = intervalOf(call);
  const span = spanOf(call);
  world.timeHistory.track(entry, user, now, () => Object.assign(entry, span, { at: now }));
  if (entry.task) world.changed(entry.task);
  return {};
};

export const Deletetimetracked: Handler = (call) => {
  const entry = intervalOf(call);
  call.world.removeEntry(entry);
  if (entry.task) call.world.changed(entry.task);
  return {};
};

function personWire(user: User, entries: readonly TimeEntry[]) {
  return {
    user: userWire(user),
    time: entries.reduce((sum, entry) => sum + lengthOf(entry), 0),
    intervals: entries.map((entry) => ({
      id: entry.id,
      start: String(entry.start),
      end: String(entry.end),
      time: String(lengthOf(entry)),
      source: entry.source,
      date_added: String(entry.at),
    })),
  };
}

/** `time` wins over `end`; without `start` it ends now. */
function spanOf({ body, now }: Call): { start: number; end: number } {
  const [start, end, time] = [dateField(body, 'start'), dateField(body, 'end'), numberField(body, 'time')];
  const length = time ?? (start == null || end == null ? undefined : end - start);
  if (length === undefined || length < 0) throw refuse.entryIncomplete();
  const from = start ?? (end ?? now) - length;
  return { start: from, end: from + length };
}

/** An interval is a time entry of this task. Entries of other people are for owners and admins only. */
function intervalOf(call: Call): TimeEntry {
  const { world, access, user, path } = call;
  const task = taskOf(call, path.task_id);
  const entry = world.entries.get(path.interval_id ?? '');
  if (!entry || entry.task !== task) throw refuse.entryUnknown();
  if (entry.user !== user && !access.isAdmin(entry.workspace)) throw refuse.othersTime();
  return entry;
}
