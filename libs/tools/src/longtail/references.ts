import {
  type CustomField,
  GetTask,
  type NamedObject,
  type ObjectKind,
  type Operation,
  type Place,
} from '#libs/clickup';
import { AppError, isObject, parseDuration, parsePeriod } from '#libs/core';
import { addressOf } from '../arguments/address.js';
import { priorityWord } from '../arguments/inputs.js';
import { moment, weekStart } from '../arguments/moments.js';
import { naming } from '../arguments/naming.js';
import { fieldBody } from '../task-changes/fields.js';
import { type ToolContext } from '../tool/tool.js';
import { type Sorted } from './flat.js';
import { type Named, namesOf } from './parameters.js';

/** Ids of ClickUp as they can be told from names: digits, UUIDs, `8cdu22-1-12`, `t-901234`. These cost no look-up. */
const ID = /^(?:\d+|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|\d[\da-z]*(?:-\d+)+|t-\d+)$/i;

const PLACES: Readonly<Record<string, Place['kind']>> = {
  space_id: 'space',
  space_ids: 'space',
  folder_id: 'folder',
  parent_folder_id: 'folder',
  project_ids: 'folder',
  list_id: 'list',
  list_ids: 'list',
};
const OBJECTS: Readonly<Record<string, ObjectKind>> = {
  view_id: 'view',
  goal_id: 'goal',
  doc_id: 'doc',
  channel_id: 'channel',
  template_id: 'template',
  webhook_id: 'webhook',
  guest_id: 'guest',
  group_id: 'group',
  group_ids: 'group',
  group_assignee: 'group',
  group_assignees: 'group',
  custom_item_id: 'task_type',
  custom_items: 'task_type',
};
const PEOPLE = new Set(
  'assignee assignees owners add_owners rem_owners members user_id user_ids watchers followers creator'.split(' '),
);
/** Moments. The end of a span of days is the end of its last day. */
const MOMENTS = new Set(
  'due_date start_date end_date start end stop startTime endTime with_message_since date'.split(' '),
);
const BOUND = /_(gt|lt)$/;
const SPAN_ENDS = new Set(['end_date', 'endTime']);
const DURATIONS = new Set(['duration', 'time_estimate', 'time']);
/** ClickUp's numbers for what a Doc or a view hangs on, and its words for what a channel does. */
const PARENT_TYPES = { space: 4, folder: 5, list: 6 } as const;
const MAX_GOALS = 30;

/** One value that may be a word, and what it stands for. */
type Read = (text: string, name: string) => Promise<unknown>;

/**
 * Names, URLs and words in the arguments, as what ClickUp takes for them. Numbers and ids are left as they are.
 * @throws AppError `invalid_parameters`, `clickup_not_found` naming the argument
 */
export async function resolved(row: Operation, parts: Sorted, context: ToolContext): Promise<Sorted> {
  const finder = new Finder(row, parts, context);
  const { query, body } = namesOf(row);
  const path: Record<string, string> = {};
  for (const [name, text] of Object.entries(parts.path)) path[name] = String(await finder.inPath(name, text));
  finder.path = path;
  return {
    ...parts,
    path,
    query: await finder.values(parts.query, query),
    body: Array.isArray(parts.body)
      ? await Promise.all(
          parts.body.map((item: unknown) => (isObject(item) ? finder.values(item, body) : Promise.resolve(item))),
        )
      : isObject(parts.body)
        ? await finder.body(parts.body, body)
        : parts.body,
  };
}

/** Whether words are understood under this name, where ClickUp wants a number or an id. */
export const readsWords = ({ name, type, list }: Named): boolean =>
  PEOPLE.has(name) ||
  name in PLACES ||
  name in OBJECTS ||
  (type === 'number' &&
    (name === 'priority' || DURATIONS.has(name) || (!list && (MOMENTS.has(name) || BOUND.test(name)))));

class Finder {
  path: Record<string, string> = {};
  private field?: CustomField;

  constructor(
    private readonly row: Operation,
    private readonly parts: Sorted,
    private readonly context: ToolContext,
  ) {}

  /** An id of the path. */
  async inPath(name: string, text: string): Promise<unknown> {
    const { directory } = this.context;
    const place = PLACES[name];
    if (place !== undefined) return this.place(place, text, name);
    if (name === 'user_id') return (await this.person(text, name)).id;
    if (name === 'page_id') return this.object('page', text, name, () => this.within('doc', this.parts.path.doc_id));
    if (name === 'key_result_id') return this.keyResult(text);
    if (name === 'field_id') return this.fieldId(text);
    if (name === 'checklist_id' || name === 'checklist_item_id') return this.checklistPart(name, text);
    if (name === 'entity_id' && this.parts.path.entity_type === 'attachments') return this.task(text, name);
    if (name === 'object_id') return this.aclObject(text);
    if (name === 'links_to') return this.task(text, name);
    const kind = OBJECTS[name];
    if (kind === undefined) return text;
    if (kind === 'template') {
      const of = /(Folder|List)FromTemplate$/.exec(this.row.id)?.[1]?.toLowerCase() ?? 'task';
      return ID.test(text)
        ? text
        : (await naming(name, () => directory.object(kind, text, undefined, ({ about = '' }) => about.includes(of))))
            .id;
    }
    return this.object(kind, text, name);
  }

  /** The values of a query or body. */
  async values(values: Record<string, unknown>, names: readonly Named[]): Promise<Record<string, unknown>> {
    const read: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(values)) {
      const named = names.find((each) => each.name === name);
      read[name] = named ? await this.value(value, named) : value;
    }
    await this.legal(read);
    return read;
  }

  async body(values: Record<string, unknown>, names: readonly Named[]): Promise<Record<string, unknown>> {
    if (this.field) return this.fieldValue(values, this.field);
    const read = await this.values(values, names);
    for (const name of ['due_date', 'start_date']) {
      const said = values[name];
      const flag = `${name}_time`;
      if (typeof said !== 'string' || /^\d+$/.test(said) || !names.some((each) => each.name === flag)) continue;
      const when = await moment(name, said, this.context);
      read[flag] ??= when.hasTime;
    }
    return read;
  }

  private async value(value: unknown, named: Named): Promise<unknown> {
    const { name } = named;
    const read = this.reader(named);
    if (!read) return value;
    if (named.type === 'object' && typeof value === 'string') return read(value, name);
    const numeric =
      named.type === 'number' || named.parts.some(({ type, name: part }) => part === 'add' && type === 'number');
    const one = async (item: unknown): Promise<unknown> => {
      if (typeof item !== 'string') return item;
      const found = await read(item, name);
      return numeric && /^\d+$/.test(String(found))
        ? Number(found)
        : typeof found === 'number' && named.type === 'string'
          ? String(found)
          : found;
    };
    const many = (items: unknown): Promise<unknown> =>
      Array.isArray(items) ? Promise.all(items.map(one)) : one(items);
    if (!isObject(value)) return many(value);
    const changed: Record<string, unknown> = { ...value };
    for (const part of ['add', 'rem']) if (part in changed) changed[part] = await many(changed[part]);
    return changed;
  }

  /** How words under this name are read; undefined where they are not looked at. */
  private reader(named: Named): Read | undefined {
    const { name, type, parts, list } = named;
    const place = PLACES[name];
    if (place !== undefined) return (text) => this.place(place, text, name);
    const kind = OBJECTS[name];
    if (kind !== undefined) return (text) => this.object(kind, text, name);
    if (PEOPLE.has(name)) return async (text) => (await this.person(text, name)).id;
    if (name === 'priority' && type === 'number') return (text) => Promise.resolve(priorityNumber(text));
    if (type === 'number' && DURATIONS.has(name))
      return (text) => naming(name, () => (/^\d+$/.test(text) ? Number(text) : parseDuration(text)));
    if (type === 'number' && !list && (MOMENTS.has(name) || BOUND.test(name))) return (text) => this.moment(text, name);
    if ((name === 'parent' || name === 'location') && type === 'object' && parts.some((part) => part.name === 'id'))
      return (text) => this.parentPlace(text, name, parts);
    return undefined;
  }

  private async place(kind: Place['kind'], text: string, name: string): Promise<string> {
    const { directory } = this.context;
    if (kind === 'list') return naming(name, () => directory.listId(text));
    return /^\d+$/.test(text) ? text : (await naming(name, () => directory.place(text, [kind]))).id;
  }

  private async person(text: string, name: string) {
    // A time estimate may belong to nobody.
    if (text === 'unassigned') return { id: text };
    return /^\d+$/.test(text) ? { id: Number(text) } : naming(name, () => this.context.directory.person(text));
  }

  private async object(
    kind: ObjectKind,
    text: string,
    name: string,
    within: () => Promise<NamedObject | undefined> = () => Promise.resolve(undefined),
  ): Promise<string> {
    if (ID.test(text)) return text;
    return (await naming(name, async () => this.context.directory.object(kind, text, await within()))).id;
  }

  private async within(kind: ObjectKind, text: string | undefined): Promise<NamedObject | undefined> {
    if (text === undefined) return undefined;
    return ID.test(text) ? { kind, id: text, name: text } : this.context.directory.object(kind, text);
  }

  /** Of the goal that is named beside it, else of any. */
  private async keyResult(text: string): Promise<string> {
    if (ID.test(text)) return text;
    const { directory } = this.context;
    const goal = this.parts.parent.goal_id;
    if (goal !== undefined)
      return naming(
        'key_result_id',
        async () => (await directory.object('key_result', text, await this.within('goal', goal))).id,
      );
    const goals = await directory.objects('goal');
    const found: NamedObject[] = [];
    for (const each of goals.slice(0, MAX_GOALS))
      found.push(
        ...(await directory.objects('key_result', each)).filter(
          ({ name }) => name.toLowerCase() === text.toLowerCase(),
        ),
      );
    const [only, another] = found;
    if (only && !another) return only.id;
    throw refused(
      'key_result_id',
      only
        ? `several goals have a key result of this name: name the goal too, as goal_id. ${found.map(({ id, where }) => `${id} (${where ?? ''})`).join('; ')}`
        : `no goal has a key result of this name. Goals: ${goals.map(({ name }) => name).join('; ')}.`,
    );
  }

  private async aclObject(text: string): Promise<string> {
    const type = this.parts.path.object_type ?? '';
    if (type === 'space' || type === 'folder' || type === 'list') return this.place(type, text, 'object_id');
    if (type === 'view' || type === 'doc') return this.object(type, text, 'object_id');
    return type === 'task' ? this.task(text, 'object_id') : text;
  }

  /** By its own id, which is what ClickUp takes here. */
  private async task(text: string, name: string): Promise<string> {
    const { path, query } = await addressOf(name, text, this.context);
    return query.custom_task_ids ? (await this.context.clickup.call(GetTask, { path, query })).id : path.task_id;
  }

  /** The task that is named in the path, or beside it. */
  private async whole(name: string) {
    const ref = this.parts.path.task_id ?? this.parts.parent.task_id;
    if (ref === undefined) throw refused(name, 'names are found on a task only: name it too, as task_id.');
    const address = await addressOf('task_id', ref, this.context);
    return this.context.clickup.call(GetTask, address);
  }

  private async checklistPart(name: string, text: string): Promise<string> {
    if (ID.test(text)) return text;
    const { checklists = [] } = await this.whole(name);
    const isIt = (each: { id: string; name: string }) =>
      each.id === text || each.name.toLowerCase() === text.toLowerCase();
    if (name === 'checklist_id') return only(checklists.filter(isIt), checklists, name, 'checklist of the task');
    const on = checklists.filter((each) =>
      [each.id, each.name.toLowerCase()].includes((this.parts.path.checklist_id ?? '').toLowerCase()),
    );
    const items = on.flatMap((each) => each.items);
    return only(items.filter(isIt), items, name, 'item of the checklist');
  }

  /** A Custom Field by name, on the task; its definition is kept, because values are read by it. */
  private async fieldId(text: string): Promise<string> {
    const words = JSON.stringify(this.parts.body ?? null);
    const plain = ID.test(text) && !/"value":"|"value":\["/.test(words);
    if (plain) return text;
    const { custom_fields: fields = [] } = await this.whole('field_id');
    const id = only(
      fields.filter((each) => each.id === text || each.name.toLowerCase() === text.toLowerCase()),
      fields,
      'field_id',
      'Custom Field of the task',
    );
    this.field = fields.find((each) => each.id === id);
    return id;
  }

  /** A value in words, by the type of its field; one in ClickUp's own form is sent as it is. */
  private async fieldValue(body: Record<string, unknown>, field: CustomField): Promise<Record<string, unknown>> {
    const value = inWords(body.value);
    return value === undefined ? body : { ...body, ...(await fieldBody('value', field, value, this.context)) };
  }

  private async parentPlace(text: string, name: string, parts: readonly Named[]): Promise<object> {
    const { id, kind } = await naming(name, () => this.context.directory.place(text));
    const asNumber = parts.some((part) => part.name === 'type' && part.type === 'number');
    return { id, type: asNumber ? PARENT_TYPES[kind] : kind };
  }

  /** A day in a filter is a whole day: its first moment after `_gt` and at a start, its last before `_lt` and at an end. */
  private moment(text: string, name: string): Promise<number> {
    const { zone, now } = this.context;
    if (/^\d{10,}$/.test(text)) return Promise.resolve(Number(text));
    const filter =
      BOUND.test(name) ||
      SPAN_ENDS.has(name) ||
      name === 'startTime' ||
      (name === 'start_date' && this.row.verb === 'list');
    if (!filter) return moment(name, text, this.context, name === 'due_date' ? 'future' : 'past').then(({ ms }) => ms);
    return naming(name, () => {
      const { from, to } = parsePeriod(text, zone, now, { towards: 'past', weekStart: weekStart(this.context) });
      const last = name.endsWith('_lt') || SPAN_ENDS.has(name);
      const ms = last ? to : from === undefined ? undefined : name.endsWith('_gt') ? from - 1 : from;
      if (ms === undefined) throw refused(name, 'this has an open end: write one day, such as 2026-11-21.');
      return ms;
    });
  }

  /** Statuses and tags that a filter asks for must exist: ClickUp answers a name that does not with an empty list. */
  private async legal({ statuses, tags }: Record<string, unknown>): Promise<void> {
    const { directory } = this.context;
    const { list_id } = this.path;
    if (this.row.verb !== 'list' && this.row.verb !== 'search') return;
    if (Array.isArray(statuses) && list_id !== undefined) {
      const known = (await directory.statuses(await directory.place(list_id, ['list']))).map(({ name }) => name);
      mustBe('statuses', statuses, known, 'The List has');
    }
    if (Array.isArray(tags) && this.row.toolset === 'tasks') {
      const known = (await directory.objects('tag')).map(({ name }) => name);
      mustBe('tags', tags, [...new Set(known)], 'There are');
    }
  }
}

/** A value that people write: a text, a flag, or several texts. */
function inWords(value: unknown): string | readonly string[] | undefined {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')
    ? value
    : undefined;
}

function mustBe(argument: string, wanted: readonly unknown[], known: readonly string[], there: string): void {
  const names = new Set(known.map((name) => name.toLowerCase()));
  const wrong = wanted.find((each) => !names.has(JSON.stringify(each).replaceAll('"', '').toLowerCase()));
  if (wrong !== undefined)
    throw refused(
      argument,
      `${JSON.stringify(wrong).slice(0, 60)} does not exist. ${there} ${known.slice(0, 40).join(', ') || 'none'}.`,
    );
}

function only(
  found: readonly { id: string }[],
  all: readonly { id: string; name: string }[],
  argument: string,
  what: string,
): string {
  const [first, another] = found;
  if (first && !another) return first.id;
  throw refused(
    argument,
    `${first ? `more than one ${what} has this name` : `there is no such ${what}`}. There are ${
      all
        .slice(0, 30)
        .map(({ id, name }) => `${name} (${id})`)
        .join('; ') || 'none'
    }.`,
  );
}

const priorityNumber = (text: string): number | string | null => {
  if (text.toLowerCase() === 'none') return null;
  const number = [1, 2, 3, 4].find((each) => priorityWord(each) === text.toLowerCase() || String(each) === text);
  if (number === undefined) throw refused('priority', 'give urgent, high, normal, low or none.');
  return number;
};

const refused = (argument: string, why: string) =>
  new AppError('invalid_parameters', `${argument}: ${why}`, { details: { parameter: argument } });
