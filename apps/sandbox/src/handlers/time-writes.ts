import { type Call, type Handler } from '../call.js';
import { dateField, flagField, numberField, objectIn, textField } from '../fields.js';
import { refuse } from '../refusal.js';
import { durationOf, timerWire } from '../wire/time-entry.js';
import { makeEntry } from '../world/make.js';
import { type TimeEntry, type User, type Workspace } from '../world/types.js';
import { type World } from '../world/world.js';
import { taskOf } from './task-address.js';
import { entryOf } from './time-address.js';

/** `start` with `duration`, or with `stop` or `end`, which win. A negative duration starts a timer. */
export const Createatimeentry: Handler = (call) => {
  const { world, access, path, body, user } = call;
  const workspace = access.workspace(path.team_Id);
  const start = dateField(body, 'start');
  const duration = numberField(body, 'duration');
  const end = dateField(body, 'end') ?? dateField(body, 'stop');
  if (start == null || (duration == null && end == null)) throw refuse.entryIncomplete();
  const person = personOf(call, workspace);
  const running = end == null && Number(duration) < 0;
  if (running) stop(world, workspace, person, call.now);
  const entry = makeEntry(
    world.ids.next('entry'),
    workspace,
    person,
    start,
    running ? null : (end ?? start + Number(duration)),
    { ...described(call), at: call.now },
  );
  world.addEntry(entry);
  return {
    description: entry.description,
    tags: tagsOf(body.tags, user),
    start: entry.start,
    billable: entry.billable,
    duration: durationOf(entry, call.now),
    assignee: person.id,
    ...(entry.task ? { tid: entry.task.id } : {}),
  };
};

/** Start and end only together; tags by `tag_action`, which is `replace` unless said otherwise. */
export const UpdateatimeEntry: Handler = (call) => {
  const { body, now } = call;
  const entry = entryOf(call);
  const start = dateField(body, 'start');
  const end = dateField(body, 'end');
  const duration = numberField(body, 'duration');
  if ((start == null) !== (end == null)) throw refuse.entrySpan();
  call.world.timeHistory.track(entry, call.user, now, () => change(entry, call, { start, end, duration }));
  return {};
};

function change(
  entry: TimeEntry,
  call: Call,
  { start, end, duration }: Record<'start' | 'end' | 'duration', number | null | undefined>,
): void {
  const { body, now } = call;
  const { task, description, billable } = described(call);
  if (start != null) Object.assign(entry, { start, end });
  else if (duration != null && duration >= 0) entry.end = entry.start + duration;
  if (task) {
    entry.task?.entries.splice(entry.task.entries.indexOf(entry), 1);
    task.entries.push(entry);
    entry.task = task;
  }
  if (body.description !== undefined) entry.description = description;
  if (body.billable !== undefined) entry.billable = billable;
  retag(entry, call);
  entry.at = now;
}

export const DeleteatimeEntry: Handler = (call) => {
  const entry = entryOf(call);
  call.world.removeEntry(entry);
  return { data: timerWire(entry, call.now) };
};

/** One timer per person: what runs is ended first. */
export const StartatimeEntry: Handler = (call) => {
  const { world, access, path, user, now } = call;
  const workspace = access.workspace(path.team_Id);
  const description = described(call);
  stop(world, workspace, user, now);
  const entry = makeEntry(world.ids.next('entry'), workspace, user, now, null, description);
  world.addEntry(entry);
  return { data: timerWire(entry, now) };
};

export const StopatimeEntry: Handler = ({ world, access, path, user, now }) => {
  const entry = stop(world, access.workspace(path.team_id), user, now);
  if (!entry) throw refuse.noTimer();
  return { data: timerWire(entry, now) };
};

function stop(world: World, workspace: Workspace, user: User, now: number): TimeEntry | undefined {
  const entry = workspace.entries.find((candidate) => candidate.end === null && candidate.user === user);
  if (!entry) return undefined;
  // Every entry is at least a millisecond long: a duration of 0 cannot be told from that of a timer that runs.
  Object.assign(entry, { end: Math.max(now, entry.start + 1), at: now });
  if (entry.task) world.changed(entry.task);
  return entry;
}

const described = (call: Call) => ({
  task: typeof call.body.tid === 'string' ? taskOf(call, call.body.tid) : undefined,
  description: textField(call.body, 'description') ?? '',
  billable: flagField(call.body, 'billable') ?? false,
  tags: tagsOf(call.body.tags, call.user).map(({ name, tag_fg, tag_bg, creator }) => ({
    name,
    fg: tag_fg,
    bg: tag_bg,
    creator,
  })),
});

function tagsOf(tags: unknown, user: User) {
  const given: unknown[] = Array.isArray(tags) ? tags : [];
  return given.flatMap((item) => {
    const tag = objectIn(item) ?? {};
    const name = textField(tag, 'name');
    return name
      ? [
          {
            name,
            tag_fg: textField(tag, 'tag_fg') ?? '#ffffff',
            tag_bg: textField(tag, 'tag_bg') ?? '#7b68ee',
            creator: user.id,
          },
        ]
      : [];
  });
}

function retag(entry: TimeEntry, call: Call): void {
  if (!Array.isArray(call.body.tags)) return;
  const { tags } = described(call);
  const names = new Set(tags.map(({ name }) => name));
  const others = entry.tags.filter(({ name }) => !names.has(name));
  const action = call.body.tag_action;
  entry.tags = action === 'remove' ? others : action === 'add' ? [...others, ...tags] : tags;
}

function personOf({ world, access, body, user }: Call, workspace: Workspace): User {
  const id = numberField(body, 'assignee');
  const person = id == null ? user : world.users.get(id);
  if (!person || !workspace.members.has(person)) throw refuse.notAuthorized();
  if (person !== user && !access.isAdmin(workspace)) throw refuse.othersTime();
  return person;
}
