import { type ArgumentsOf, Gettimeentrieswithinadaterange, type TimeEntry } from '#libs/clickup';
import { AppError } from '#libs/core';
import { concurrently } from '../tool/concurrently.js';
import { MAX_IDS } from '../arguments/inputs.js';
import { type ToolContext } from '../tool/tool.js';

export type EntryQuery = NonNullable<ArgumentsOf<typeof Gettimeentrieswithinadaterange>['query']>;

/** A long month: ClickUp's own default is 30 days, which a change of DST makes an hour longer. Longer spans are asked for in pieces. */
const WINDOW_MS = 31 * 86_400_000;
/** A year and a bit. A call sends no more requests than this, except that it always asks for one whole window. */
const MAX_REQUESTS = 13;
const CONCURRENCY = 4;

export interface EntryFilter {
  query: EntryQuery;
  /** Lower case; an entry passes that carries one of them itself, or whose task does. */
  tags?: ReadonlySet<string> | undefined;
  /** Whether the person asking is among those whose time is wanted, so that their own alone is a part of the answer. */
  mine: boolean;
}

/** Where to read: entries that start in `from <= start < to` (Unix milliseconds), except those in `shown`. */
export interface Span {
  from: number;
  to: number;
  shown: readonly string[];
}

export interface FoundEntries {
  /** Newest first. */
  entries: TimeEntry[];
  /** Everything since then was read; `from` when nothing is missing. */
  reached: number;
  /** ClickUp refused the time of others, so this is the person's own. */
  ownOnly: boolean;
  /** Tags of all entries that were read and of their tasks, also of those that the filter leaves out; lower case. */
  tagsSeen: ReadonlySet<string>;
}

/** The names under which an entry can be asked for by tag: its own labels, and the tags of its task. */
const tagNames = ({ tags = [], task_tags = [] }: Pick<TimeEntry, 'tags' | 'task_tags'>): string[] => [
  ...new Set([...tags, ...task_tags].map(({ name }) => name.toLowerCase())),
];

/** The query, split into several where it names more people than ClickUp takes at a time. */
function perPeople({ assignee, ...query }: EntryQuery): EntryQuery[] {
  if (!assignee || assignee.length <= MAX_IDS) return [{ assignee, ...query }];
  return Array.from({ length: Math.ceil(assignee.length / MAX_IDS) }, (_, part) => ({
    assignee: assignee.slice(part * MAX_IDS, (part + 1) * MAX_IDS),
    ...query,
  }));
}

/**
 * Entries newest first, one request for each 31 days, until `enough` are found or a call has asked enough.
 * ClickUp shows the time of others to owners and admins only (ClickUp fact 38); where the person's own was asked for too, that is read.
 * @throws AppError `clickup_forbidden` that says so, when only the time of others was asked for
 */
export async function readEntries(
  { query, tags, mine }: EntryFilter,
  { from, to, shown }: Span,
  enough: number,
  { clickup, directory }: Pick<ToolContext, 'clickup' | 'directory'>,
): Promise<FoundEntries> {
  const { id: team_Id } = await directory.workspace();
  let questions = perPeople(query);
  let ownOnly = false;
  const ask = async (dates: EntryQuery): Promise<TimeEntry[]> => {
    const answers = await concurrently(questions, CONCURRENCY, (question) =>
      clickup.call(Gettimeentrieswithinadaterange, { path: { team_Id }, query: { ...question, ...dates } }),
    );
    return answers.flatMap(({ data }) => data);
  };
  const askOrOwn = async (dates: EntryQuery): Promise<TimeEntry[]> => {
    try {
      return await ask(dates);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'clickup_forbidden' || !query.assignee || ownOnly)
        throw thrown;
      if (!mine)
        throw new AppError(
          'clickup_forbidden',
          'assignees: ClickUp shows the time of other people to owners and admins of the Workspace only. Ask for "me" instead.',
          { cause: thrown },
        );
      questions = [{ ...query, assignee: undefined }];
      ownOnly = true;
      return ask(dates);
    }
  };
  const seen = new Set(shown);
  const tagsSeen = new Set<string>();
  const entries = new Map<string, TimeEntry>();
  let end = to;
  for (let sent = 0; end > from && entries.size < enough;) {
    if (sent > 0 && sent + questions.length > MAX_REQUESTS) break;
    const start = Math.max(from, end - WINDOW_MS);
    const data = await askOrOwn({ start_date: start, end_date: end });
    sent += questions.length;
    for (const entry of data) {
      const names = tagNames(entry);
      for (const name of names) tagsSeen.add(name);
      // An entry that began before this window is answered again in the window in which it began.
      const inside = Number(entry.start) < end && (Number(entry.start) >= start || start === from);
      if (inside && !seen.has(entry.id) && (!tags || names.some((name) => tags.has(name))))
        entries.set(entry.id, entry);
    }
    end = start;
  }
  return {
    entries: [...entries.values()].sort((a, b) => Number(b.start) - Number(a.start) || (a.id < b.id ? 1 : -1)),
    reached: end,
    ownOnly,
    tagsSeen,
  };
}
