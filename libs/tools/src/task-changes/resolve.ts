import { type Place } from '#libs/clickup';
import { AppError, parseDuration, type When } from '#libs/core';
import { taskIdOf } from '../arguments/address.js';
import { moment } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { type ToolContext } from '../tool/tool.js';
import { type Change, type FieldValue, NONE } from './inputs.js';
import { type Assignee, assigneesOf } from './people.js';
import { tagKey } from './wants.js';

/** A change as far as it is the same for every task: dates read, people and places found. null takes a value away. */
export interface Resolved {
  /** How errors name its arguments: `groups[1].` */
  where: string;
  name?: string;
  description?: { text: string; mode: 'replace' | 'append' | 'prepend' };
  status?: string;
  priority?: number | null;
  due?: When | null;
  start?: When | null;
  estimate?: number | null;
  add: Assignee[];
  remove: Assignee[];
  /** Exactly these, whoever is assigned now. */
  exactly?: Assignee[];
  addTags: string[];
  removeTags: string[];
  fields: FieldValue[];
  list?: Place;
  /** null: a task of its own. */
  parent?: string | null;
  archived?: boolean;
}

const isNone = (text: string | undefined): boolean => text !== undefined && text.trim().toLowerCase() === NONE;
const once = (tags: readonly string[] = []): string[] => [...new Set(tags.map(tagKey))].filter(Boolean);

function both<T>(
  argument: string,
  what: string,
  add: readonly T[],
  remove: readonly T[],
  nameOf: (item: T) => string,
): void {
  const twice = add.find((one) => remove.some((other) => nameOf(other) === nameOf(one)));
  if (twice !== undefined)
    throw new AppError(
      'invalid_parameters',
      `${argument}: ${nameOf(twice)} is to be added and to be removed: leave one out of ${what}.`,
      {
        details: { parameter: argument },
      },
    );
}

/**
 * Reads what needs no task. Nothing is sent that changes anything.
 * @param where how errors name the arguments, for example `groups[1].`
 * @throws AppError `invalid_parameters`, `clickup_not_found`
 */
export async function resolveChange(args: Change, context: ToolContext, where = ''): Promise<Resolved> {
  const { name, description, description_mode: mode = 'replace', status, priority, archived, fields = [] } = args;
  const [addTags, removeTags] = [once(args.add_tags), once(args.remove_tags)];
  both(`${where}remove_tags`, 'add_tags or remove_tags', addTags, removeTags, (tag) => tag);
  const due = await date('due_date');
  const start = await date('start_date');
  const estimate = args.estimate === undefined ? undefined : await estimated(args.estimate);
  const people = (argument: 'add_assignees' | 'remove_assignees' | 'assignees') =>
    assigneesOf(
      `${where}${argument}`,
      (args[argument] ?? []).filter((ref) => !isNone(ref)),
      context,
    );
  const [add, remove] = [await people('add_assignees'), await people('remove_assignees')];
  both(`${where}remove_assignees`, 'add_assignees or remove_assignees', add, remove, (one) => one.name);
  const exactly = args.assignees && (await people('assignees'));
  const list =
    args.list_id && (await naming(`${where}list_id`, () => context.directory.place(args.list_id!, ['list'])));
  const parent =
    args.parent === undefined
      ? undefined
      : isNone(args.parent)
        ? null
        : await taskIdOf(`${where}parent`, args.parent, context);
  const given = {
    name,
    description: description === undefined ? undefined : textOf(description, mode, where),
    status,
    priority,
    due,
    start,
    estimate,
    exactly,
    list: list || undefined,
    parent,
    archived,
  };
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { where, add, remove, addTags, removeTags, fields, ...said };

  function estimated(text: string): Promise<number | null> | null {
    return isNone(text) ? null : naming(`${where}estimate`, () => parseDuration(text));
  }

  async function date(argument: 'due_date' | 'start_date'): Promise<When | null | undefined> {
    return isNone(args[argument]) ? null : moment(`${where}${argument}`, args[argument], context);
  }
}

/** `none` clears, and so does a blank text. */
function textOf(text: string, mode: 'replace' | 'append' | 'prepend', where: string): Resolved['description'] {
  const clears = text.trim() === '' || isNone(text);
  if (clears && mode !== 'replace')
    throw new AppError('invalid_parameters', `${where}description: there is nothing to ${mode}.`, {
      details: { parameter: `${where}description` },
    });
  return { text: clears ? '' : text, mode };
}

/** @throws AppError `invalid_parameters` when no change is asked for */
export function refuseEmpty(resolved: Resolved, where = ''): void {
  const { where: _, add, remove, addTags, removeTags, fields, ...others } = resolved;
  if (Object.keys(others).length + add.length + remove.length + addTags.length + removeTags.length + fields.length > 0)
    return;
  throw new AppError(
    'invalid_parameters',
    `${where}Nothing to change: give at least one of name, status, priority, due_date, add_tags and so on.`,
    {
      details: { required: true },
    },
  );
}
