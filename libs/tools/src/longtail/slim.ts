import { type Comment, type Task } from '#libs/clickup';
import { formatDuration } from '#libs/core';
import { fieldTexts } from '../answers/custom-fields.js';
import { personName, taskColumns } from '../answers/task.js';
import { priorityWord } from '../arguments/inputs.js';
import { dateText, timeText } from '../arguments/moments.js';
import { toMarkdown } from '../markdown/to-markdown.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Object = { [key: string]: Json };

/** How an answer is made slim. */
export interface Slimming {
  /** IANA zone of the reader. */
  zone: string;
  /** Names of properties that were asked for: nothing of these is dropped. */
  asked: ReadonlySet<string>;
  /** Names of people by id, where they are known. */
  people?: ReadonlyMap<string, string>;
  /** Set when the answer names people by ids alone, so that it is worth while to look them up. */
  lacksPeople?: boolean;
}

const isObject = (value: Json): value is Object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Looks, and what only screens need. */
const LOOKS =
  /^(?:color|avatar|profile_?picture|initials|tag_fg|tag_bg|fg_color|bg_color|hide_label|orderindex|thumbnail_\w+|access|inbound_address|hist_id|links|default_view|editor_token|sharing|project|permission_level)$/i;
/** The same in every row. */
const CONSTANT = /^(?:team_id|workspace_id)$/;
/** People by nothing but their id. */
const PERSON_ID = /^(?:creator|creator_id|userid|user_id|owner|author|added_by|edited_by)$/;
/** Dates by name; only numbers that can be milliseconds of our time are taken for one. */
const DATED =
  /(?:^|_)(?:date|dates|start|end|at|since|closed|created|updated|update|expires|timestamp)(?:_|$)|(?:At|Time|Date)$/;
const DAYS = new Set(['due_date', 'start_date']);
const LENGTHS = new Set(['time_estimate', 'time_spent', 'duration', 'time', 'total_time', 'time_tracked']);
/** Where people are what was asked for, so that their ids and addresses count. */
const PEOPLE = new Set(['members', 'member', 'guests', 'guest', 'users']);
const [EARLIEST, LATEST] = [946_684_800_000, 4_102_444_800_000];

const isEmpty = (value: Json): boolean =>
  value === null ||
  value === '' ||
  (Array.isArray(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0);

/**
 * One node of ClickUp's answer as a model gets it: people by name, dates and lengths in words, tasks in columns, looks and empty things
 * left out. What is in it is not looked at yet.
 * @param key the name it stands under; of an item of a list, that of the list
 * @param inList whether it is such an item
 * @param top whether it is the answer itself, or right below it
 * @returns undefined where it is left out
 */
export function slim(
  value: Json,
  key: string,
  { inList, top }: { inList: boolean; top: boolean },
  how: Slimming,
): Json | undefined {
  if (how.asked.has(key) && !isObject(value)) return moment(value, key, how) ?? value;
  if (isEmpty(value)) return inList ? value : undefined;
  if (!inList && (LOOKS.test(key) || (!top && CONSTANT.test(key)))) return undefined;
  if (Array.isArray(value)) return list(value, key, how);
  if (!isObject(value)) return moment(value, key, how) ?? person(value, key, how) ?? value;
  return object(value, key, inList, top, how);
}

function moment(value: Json, key: string, { zone }: Slimming): string | undefined {
  if (typeof value !== 'number' && !(typeof value === 'string' && /^-?\d{1,15}$/.test(value))) return undefined;
  const number = Number(value);
  if (LENGTHS.has(key) || key.endsWith('time_estimate')) return number < 0 ? 'running' : formatDuration(number);
  if (!DATED.test(key) || number < EARLIEST || number > LATEST) return undefined;
  return DAYS.has(key) ? dateText(number, zone) : timeText(number, zone);
}

function person(value: Json, key: string, how: Slimming): string | undefined {
  if (!PERSON_ID.test(key) || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
  const id = String(value);
  if (!/^\d{1,12}$/.test(id)) return undefined;
  how.lacksPeople ||= how.people === undefined;
  return how.people?.get(id);
}

type Person = Parameters<typeof personName>[0];
const isPerson = (value: Object): boolean => 'username' in value && ('id' in value || 'email' in value);
const isTask = (value: Object): boolean =>
  isObject(value.status ?? null) && 'assignees' in value && 'list' in value && 'date_created' in value;

const text = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function list(value: Json[], key: string, { zone }: Slimming): Json {
  if (key === 'custom_fields' && value.every((each) => isObject(each) && 'type_config' in each)) {
    const fields = fieldTexts(value as unknown as Parameters<typeof fieldTexts>[0], zone).filter(([, said]) => said);
    return Object.fromEntries(fields);
  }
  if (key === 'tags' && value.every((each) => isObject(each) && typeof each.name === 'string'))
    return value.map((each) => (each as { name: string }).name);
  if (key === 'statuses' && value.every((each) => isObject(each) && 'status' in each))
    return value.map((each) => `${text((each as Object).status)} (${text((each as Object).type)})`);
  return value;
}

function object(value: Object, key: string, inList: boolean, top: boolean, how: Slimming): Json | undefined {
  const { zone } = how;
  if (isPerson(value)) {
    const name = personName(value as unknown as Person);
    const { id, username, email, role } = value;
    return PEOPLE.has(key) || (key === 'user' && top)
      ? { id: id ?? null, username: username ?? null, email: email ?? null, role: role ?? null, ...zoneOf(value) }
      : name;
  }
  if (inList && isTask(value)) return task(value as unknown as Task, zone);
  if (isObject(value.user ?? null) && PEOPLE.has(key)) return { ...(value.user as Object), ...own(value, 'user') };
  if ('status' in value && 'color' in value && !('total_time' in value)) return text(value.status);
  if ('priority' in value && 'color' in value) return text(value.priority) || priorityWord(text(value.id)) || '';
  if ('by_minute' in value)
    return `${formatDuration(Number(value.by_minute) * 60_000)}, since ${timeText(text(value.since), zone) ?? '?'}`;
  if ('text_content' in value && 'description' in value)
    return own(value, 'markdown_description' in value ? 'description' : 'text_content');
  if ('hidden' in value && value.hidden === true && key === 'folder') return undefined;
  if (key === 'features') return enabled(value);
  if (key === 'type_config') return options(value);
  if ('comment_text' in value && Array.isArray(value.comment)) {
    const { comment, comment_text } = value as unknown as Comment;
    return { ...own(value, 'comment'), comment_text: comment.length ? toMarkdown(comment) : comment_text };
  }
  return value;
}

const own = (value: Object, without: string): Object =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== without));
const zoneOf = ({ timezone, week_start_day }: Object): Object => ({
  ...(timezone !== undefined && { timezone }),
  ...(week_start_day !== undefined && { week_start_day }),
});

function task(value: Task, zone: string): Object {
  const cells = Object.entries(taskColumns({ zone })).map(([name, cell]) => [name, String(cell(value) ?? '')]);
  return Object.fromEntries(cells) as Object;
}

/** The switches that are on. */
const enabled = (value: Object): string[] =>
  Object.entries(value).flatMap(([name, feature]) => (isObject(feature) && feature.enabled === true ? [name] : []));

/** The options of a field by name; whatever else tells how it works is kept. */
function options(value: Object): Object {
  if (!Array.isArray(value.options)) return value;
  return {
    ...value,
    options: value.options.map((each) =>
      isObject(each) ? `${text(each.name ?? each.label)} (${text(each.id)})` : each,
    ),
  };
}
