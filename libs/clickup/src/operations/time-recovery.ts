import { type Caller } from '../operation.js';
import { type TimeEntry } from './entities/index.js';
import { mayStemFrom, onlyTwin } from './reconcile.js';
import { Getrunningtimeentry, Gettimeentrieswithinadaterange } from './time-reads.js';

interface Creation {
  path: { team_Id: string };
  body: { start: number; duration: number; end?: number; stop?: number; description?: string; assignee?: number; tid?: string };
  sentAt: number;
}

/** Whether an entry lies on the task named `tid`, by either kind of id; without `tid`, on none. */
const isOn = ({ task }: TimeEntry, tid?: string): boolean => (tid === undefined ? !task : task?.id === tid || task?.custom_id === tid);

/** The one entry with this start, length, task and text that was written since the request left. */
export async function recoverCreatedEntry({ path, body, sentAt }: Creation, read: Caller) {
  const end = body.end ?? body.stop ?? body.start + body.duration;
  const { data } = await read(Gettimeentrieswithinadaterange, {
    path,
    query: { start_date: body.start - 1, end_date: end + 1, assignee: body.assignee === undefined ? undefined : [body.assignee] },
  });
  const twins = data.filter(
    (entry) =>
      Number(entry.start) === body.start &&
      Number(entry.duration) === end - body.start &&
      isOn(entry, body.tid) &&
      entry.description === (body.description ?? '') &&
      mayStemFrom(Number(entry.at), sentAt),
  );
  const verdict = onlyTwin(twins, ({ at }) => Number(at), sentAt);
  if (typeof verdict === 'string') return verdict;
  const { description, tags, start, billable, duration, user } = verdict;
  return { description, tags, start, billable, duration, assignee: user.id, tid: verdict.task?.id };
}

interface Start {
  path: { team_Id: string };
  body: { tid?: string; description?: string };
}

/** A person has one timer: when it runs on this task, it was started. */
export async function recoverStartedTimer({ path, body }: Start, read: Caller): Promise<{ data: TimeEntry } | 'not_done'> {
  const { data } = await read(Getrunningtimeentry, { path: { team_id: path.team_Id } });
  const asWanted = data && isOn(data, body.tid) && (body.description === undefined || data.description === body.description);
  return asWanted ? { data } : 'not_done';
}

interface Stop {
  path: { team_id: string };
  sentAt: number;
}

/** No timer runs and the newest entry ended just now: that was it. A timer that still runs may be stopped again unless it is a newer one. */
export async function recoverStoppedTimer({ path, sentAt }: Stop, read: Caller): Promise<{ data: TimeEntry } | 'not_done' | 'unknown'> {
  const running = await read(Getrunningtimeentry, { path });
  if (running.data) return Number(running.data.start) < sentAt ? 'not_done' : 'unknown';
  const { data } = await read(Gettimeentrieswithinadaterange, { path: { team_Id: path.team_id } });
  const ended = data.filter(({ end }) => end !== undefined && mayStemFrom(Number(end), sentAt));
  const newest = ended.sort((one, another) => Number(another.end) - Number(one.end)).slice(0, 1);
  const verdict = onlyTwin(newest, ({ end }) => Number(end), sentAt);
  return typeof verdict === 'string' ? verdict : { data: verdict };
}
