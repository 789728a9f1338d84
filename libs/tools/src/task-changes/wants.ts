import { plainTextOf, type Task, TASK_SHOWS, undone } from '#libs/clickup';
import { formatDuration, type When } from '#libs/core';
import { oneLine, short } from '../answers/one-line.js';
import { people } from '../answers/task.js';
import { type NotApplied } from '../answers/changes.js';
import { priorityWord } from '../arguments/inputs.js';
import { dateText, dayText } from '../arguments/moments.js';
import { type Assignee, namesOf } from './people.js';

/** One thing that a task is to show, and how to see whether it does: before a write (nothing to do?) and after it (done?). */
export interface Want {
  field: string;
  /** As a person reads it; empty means none. */
  wanted: string;
  isShown(task: Task): boolean;
  /** The same before a write, where it is stricter: whether there is nothing to do. */
  isSo?(task: Task): boolean;
  /** It leaves nothing that could be read afterwards. */
  unreadable?: true;
  /** What the task shows, as a person reads it. */
  shows(task: Task): string;
}

type Ms = string | number | null | undefined;

/** A date with its day of the week: `2026-11-27 (Fri)`. Empty where there is none. */
export function dated(ms: Ms, zone: string): string {
  const text = dateText(ms, zone);
  if (text === undefined) return '';
  const day = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: zone }).format(Number(ms));
  return `${text} (${day})`;
}

/** People and groups. */
export const assigneesShown = ({ assignees, group_assignees = [] }: Task): string =>
  [people(assignees), ...group_assignees.map(({ id, name }) => name ?? id)].filter(Boolean).map(oneLine).join(', ');

/** The most characters of a name that are shown: more than ClickUp lets in. */
const NAME = 2_048;

export const wantName = (wanted: string): Want => ({
  field: 'name',
  wanted: short(wanted, NAME),
  isShown: (task) => TASK_SHOWS.name(task, wanted),
  shows: ({ name }) => short(name, NAME),
});

export const wantStatus = (wanted: string): Want => ({
  field: 'status',
  wanted,
  isShown: (task) => TASK_SHOWS.status(task, wanted),
  shows: ({ status }) => status.status,
});

export const wantPriority = (wanted: number | null): Want => ({
  field: 'priority',
  wanted: priorityWord(wanted) ?? '',
  isShown: (task) => TASK_SHOWS.priority(task, wanted),
  shows: ({ priority }) => priorityWord(priority?.id) ?? '',
});

/** Without a time of day only the day counts: ClickUp moves the hour itself. */
export const wantDate = (field: 'due_date' | 'start_date', wanted: When | null, zone: string): Want => ({
  field,
  wanted: wanted === null ? '' : dated(wanted.ms, zone),
  isShown: (task) => {
    const got = task[field];
    if (wanted === null || got === null) return wanted === got;
    return wanted.hasTime ? Number(got) === wanted.ms : dayText(got, zone) === dayText(wanted.ms, zone);
  },
  // A time of day that is to go is a change.
  isSo: (task) => dated(task[field], zone) === (wanted === null ? '' : dated(wanted.ms, zone)),
  shows: (task) => dated(task[field], zone),
});

/** Zero and no estimate look the same in ClickUp. */
export const wantEstimate = (wanted: number | null): Want => ({
  field: 'estimate',
  wanted: wanted ? formatDuration(wanted) : '',
  isShown: ({ time_estimate }) => Number(time_estimate ?? 0) === (wanted ?? 0),
  shows: ({ time_estimate }) => (time_estimate ? formatDuration(Number(time_estimate)) : ''),
});

export const wantParent = (wanted: string): Want => ({
  field: 'parent',
  wanted,
  isShown: (task) => TASK_SHOWS.parent(task, wanted),
  shows: ({ parent }) => parent ?? '',
});

export const wantArchived = (wanted: boolean): Want => ({
  field: 'archived',
  wanted: wanted ? 'yes' : 'no',
  isShown: (task) => TASK_SHOWS.archived(task, wanted),
  shows: ({ archived }) => (archived ? 'yes' : 'no'),
});

export const wantList = (id: string, name: string): Want => ({
  field: 'list',
  wanted: name,
  isShown: ({ list }) => list.id === id,
  shows: ({ list }) => oneLine(list.name),
});

const saying = (add: string, remove: string): string => [add, remove && `without ${remove}`].filter(Boolean).join(', ');

export function wantAssignees(add: readonly Assignee[], remove: readonly Assignee[] = []): Want {
  return {
    field: 'assignees',
    wanted: saying(namesOf(add), namesOf(remove)),
    isShown: (task) => [...add, ...remove].every((one) => isAssigned(task, one) === add.includes(one)),
    shows: assigneesShown,
  };
}

export function isAssigned({ assignees, group_assignees = [] }: Task, { id, kind }: Assignee): boolean {
  return kind === 'person'
    ? assignees.some((person) => person.id === id)
    : group_assignees.some((group) => group.id === id);
}

/** Tags are kept in lower case (ClickUp fact 22). */
export const tagKey = (tag: string): string => tag.trim().toLowerCase();
export const hasTag = ({ tags }: Task, tag: string): boolean => tags.some(({ name }) => tagKey(name) === tagKey(tag));

export const wantTags = (add: readonly string[], remove: readonly string[] = []): Want => ({
  field: 'tags',
  wanted: saying(add.map(tagKey).join(', '), remove.map(tagKey).join(', ')),
  isShown: (task) => {
    const { missing, left } = undone({ add, rem: remove }, (tag) => hasTag(task, tag));
    return missing.length + left.length === 0;
  },
  shows: ({ tags }) => tags.map(({ name }) => short(name, NAME)).join(', '),
});

/** The words of a text: Markdown does not come back to the letter, its words do. */
const words = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');
/** What a task shows of its description: Markdown where it was asked for, otherwise flattened text. */
export const descriptionOf = (task: Task): string => (task.markdown_description ?? plainTextOf(task)).trim();

const described = (text: string): string =>
  text ? `"${short(text, 40)}" (${text.length.toLocaleString('en')} characters)` : '';

/** Times that a text may be longer in ClickUp than it was sent, by what Markdown is escaped with; of a short one nothing is concluded. */
const LONGER = 4;
const SHORT = 10_000;

/**
 * The description that is to be there. An answer with flattened text alone tells only whether any text is there.
 * @param kept text that was there before and has to be there still
 */
export const wantDescription = (wanted: string, kept = ''): Want => {
  const text = wanted.trim();
  const [asked, before] = [words(text), words(kept)];
  return {
    field: 'description',
    wanted: described(text),
    isShown: (task) => {
      const got = descriptionOf(task);
      if (task.markdown_description === undefined || task.markdown_description === null)
        return (text === '') === (got === '');
      if (got === text) return true;
      // So much longer is another text, without reading it.
      if (got.length > LONGER * (text.length + kept.length) + SHORT) return false;
      const there = words(got);
      return there === asked || (kept !== '' && there.includes(asked) && there.includes(before));
    },
    shows: (task) => described(descriptionOf(task)),
  };
};

/** What of all this a task does not show. */
export const missing = (wants: readonly Want[], task: Task): NotApplied =>
  wants.filter((want) => !want.isShown(task)).map((want) => difference(want, task));

/** One thing that a task does not show, for the answer. */
export const difference = (want: Want, task: Task, why?: string): NotApplied[number] => ({
  field: want.field,
  wanted: want.wanted || 'none',
  is: want.shows(task) || 'none',
  ...(why && { why }),
});
