import { type CallOperation, type Others } from '../../operation.js';
import { type TimeEntry } from '../entities/index.js';
import { mayStemFrom, onlyTwin, ownTwin } from '../../reconcile.js';
import { Getrunningtimeentry, Gettimeentrieswithinadaterange } from './time-reads.js';

interface Creation {
  path: { team_Id: string };
  body: {
    start: number;
    duration: number;
    end?: number | undefined;
    stop?: number | undefined;
    description?: string | undefined;
    assignee?: number | undefined;
    tid?: string | undefined;
    billable?: boolean | undefined;
    tags?: { name: string }[] | undefined;
  };
  sentAt: number;
  others: Others;
}

const endOf = ({ start, duration, end, stop }: Creation['body']): number => end ?? stop ?? start + duration;

/** A new entry is recognised by its task, start and end. */
export const traceOfEntry = ({ path, body }: Pick<Creation, 'path' | 'body'>): string =>
  `entry ${path.team_Id} ${body.tid ?? ''} ${body.start} ${endOf(body)}`;

/** Whether an entry lies on the task named `tid`, by either kind of id; without `tid`, on none. */
const isOn = ({ task }: TimeEntry, tid?: string): boolean =>
  tid === undefined ? !task : task?.id === tid || task?.custom_id === tid;

/** The only entry with this start, length, task and text that was written since the request left and belongs to no other request. */
export async function recoverCreatedEntry({ path, body, ...sent }: Creation, read: CallOperation) {
  const end = endOf(body);
  const { data } = await read(Gettimeentrieswithinadaterange, {
    path,
    query: {
      start_date: body.start - 1,
      end_date: end + 1,
      assignee: body.assignee === undefined ? undefined : [body.assignee],
    },
  });
  const twins = data.filter(
    (entry) =>
      Number(entry.start) === body.start &&
      Number(entry.duration) === end - body.start &&
      isOn(entry, body.tid) &&
      entry.description === (body.description ?? '') &&
      mayStemFrom(Number(entry.at), sent.sentAt),
  );
  const verdict = await ownTwin(
    twins,
    { id: ({ id }) => id, madeAt: ({ at }) => Number(at), isAsAsked: (entry) => isEntryAsAsked(entry, body) },
    sent,
  );
  if (typeof verdict === 'string') return verdict;
  const { description, tags, start, billable, duration, user } = verdict;
  return { description, tags, start, billable, duration, assignee: user.id, tid: verdict.task?.id };
}

const isEntryAsAsked = ({ billable, user, tags = [] }: TimeEntry, asked: Creation['body']): boolean =>
  (asked.billable === undefined || billable === asked.billable) &&
  (asked.assignee === undefined || user.id === asked.assignee) &&
  (asked.tags ?? []).every(({ name }) => tags.some((tag) => tag.name.toLowerCase() === name.toLowerCase()));

interface Start {
  path: { team_Id: string };
  body: {
    tid?: string | undefined;
    description?: string | undefined;
    billable?: boolean | undefined;
    tags?: { name: string }[] | undefined;
  };
  sentAt: number;
  others: Others;
}

/**
 * A person has one timer. When it has been running on this task since the request left, and no other request started it, this one did.
 * When it was running before, it was not ended, so nothing was done.
 */
export async function recoverStartedTimer(
  { path, body, ...sent }: Start,
  read: CallOperation,
): Promise<{ data: TimeEntry } | 'not_done' | 'unknown'> {
  const { data } = await read(Getrunningtimeentry, { path: { team_id: path.team_Id } });
  if (!data || !isOn(data, body.tid) || (body.description !== undefined && data.description !== body.description))
    return 'not_done';
  if (!mayStemFrom(Number(data.start), sent.sentAt)) return 'not_done';
  if ((await sent.others.about([data.id])).owned.has(data.id)) return 'unknown';
  const isAsAsked = ({ billable, tags = [] }: TimeEntry) =>
    (body.billable ?? billable) === billable &&
    (body.tags ?? []).every(({ name }) => tags.some((tag) => tag.name === name));
  const verdict = await ownTwin([data], { id: ({ id }) => id, madeAt: ({ start }) => Number(start), isAsAsked }, sent);
  return typeof verdict === 'string' ? verdict : { data: verdict };
}

interface Stop {
  path: { team_id: string };
  sentAt: number;
}

/**
 * If no timer runs and the newest entry ended just now, the request was done. If a timer runs, the request may be sent again, unless that
 * timer was started after it.
 */
export async function recoverStoppedTimer(
  { path, sentAt }: Stop,
  read: CallOperation,
): Promise<{ data: TimeEntry } | 'not_done' | 'unknown'> {
  const running = await read(Getrunningtimeentry, { path });
  if (running.data) return Number(running.data.start) < sentAt ? 'not_done' : 'unknown';
  const { data } = await read(Gettimeentrieswithinadaterange, { path: { team_Id: path.team_id } });
  const ended = data.filter(({ end }) => end !== undefined && mayStemFrom(Number(end), sentAt));
  const newest = ended.sort((one, another) => Number(another.end) - Number(one.end)).slice(0, 1);
  const verdict = onlyTwin(newest, ({ end }) => Number(end), sentAt);
  return typeof verdict === 'string' ? verdict : { data: verdict };
}
