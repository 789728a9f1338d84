import { type Call } from './call.js';
import { numbersIn, objectIn, textsIn } from './fields.js';
import { refuse } from './refusal.js';
import { userWire } from './wire/user.js';
import { type Access } from './world/access.js';
import { type Field, type FieldType } from './world/custom-fields.js';
import { makeComment } from './world/make.js';
import { type Task, type User } from './world/types.js';
import { workspaceOf } from './world/world.js';

interface Shown {
  field: Field;
  task: Task;
  access: Access | undefined;
}
interface Given {
  field: Field;
  task: Task;
  call: Call;
}

/** How the values of one type of field are written, kept and read: three different forms. */
interface Kind {
  /** What is kept of what was sent; undefined leaves the field as empty as before. Without it the field is read-only. @throws Refusal 400 */
  accept?: (value: unknown, given: Given, before: unknown) => unknown;
  show: (kept: unknown, shown: Shown) => unknown;
  /** What filters compare with; without it filters on the field are ignored. */
  keys?: (kept: unknown, field: Field) => unknown[];
}

const asIs = (kept: unknown) => kept;
const asText = (kept: unknown) => (kept as string | number | boolean | undefined)?.toString();
const itself = (kept: unknown) => (kept === undefined ? [] : [kept]);
const listed = (kept: unknown) => (kept === undefined ? [] : (kept as unknown[]));

const textLike = (pattern: RegExp, what: string): Kind => ({
  accept: (value) => (typeof value === 'string' && pattern.test(value) ? value : refused(what)),
  show: asIs,
  keys: itself,
});
/** ClickUp answers these values as text, although they are written as numbers. */
const numeric: Kind = { accept: (value) => numberOf(value) ?? refused('must be a number'), show: asText, keys: itself };
const computed: Kind = { show: asText, keys: itself };

const option = ({ config }: Field, wanted: unknown) =>
  config.options?.find(({ id, orderindex }) => id === wanted || orderindex === wanted);

const related: Kind = {
  accept: (value, { call }, before) =>
    joined(
      value,
      before as Task[] | undefined,
      textsIn,
      (id) => call.access.task(id),
      ({ id }) => id,
    ),
  show: (kept, { access }) => (kept as Task[] | undefined)?.map((task) => relatedWire(task, access)),
};

export const FIELD_TYPES: Readonly<Record<FieldType, Kind>> = {
  url: {
    ...textLike(/./, 'must be a URL'),
    accept: (value) => (typeof value === 'string' && URL.canParse(value) ? value : refused('must be a URL')),
  },
  email: textLike(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'must be an email address'),
  phone: textLike(/^\+\d[\d ()-]{5,}$/, 'must be a phone number with a country code'),
  text: textLike(/^/, 'must be a text'),
  short_text: textLike(/^/, 'must be a text'),
  number: numeric,
  currency: numeric,
  date: { ...numeric, accept: (value) => numberOf(value) ?? refused('must be Unix time in milliseconds') },
  checkbox: { accept: (value) => flagOf(value) ?? refused('must be true or false'), show: asText, keys: itself },
  // Written by id (or position), read by position.
  drop_down: {
    accept: (value, { field }) => {
      const chosen = option(field, value);
      if (!chosen) throw refuse.fieldOption();
      return chosen.id;
    },
    show: (kept, { field }) => option(field, kept)?.orderindex,
    keys: (kept, field) => (kept === undefined ? [] : [kept, option(field, kept)?.orderindex]),
  },
  labels: {
    accept: (value, { field }) => {
      if (!Array.isArray(value) || !value.every((id) => option(field, id))) throw refuse.fieldOption();
      return [...new Set(value as string[])];
    },
    show: asIs,
    keys: listed,
  },
  users: {
    accept: (value, { field, task, call }, before) => {
      const people = joined(
        value,
        before as User[] | undefined,
        numbersIn,
        (id) => memberOf(task, call.world.users.get(id)),
        ({ id }) => id,
      );
      return field.config.single_user === true ? people?.slice(-1) : people;
    },
    show: (kept) => (kept as User[] | undefined)?.map(userWire),
    keys: (kept) => listed(kept).map((user) => (user as User).id),
  },
  tasks: { ...related, keys: (kept) => listed(kept).map((task) => (task as Task).id) },
  // Filters on these are silently not applied (seen live).
  list_relationship: related,
  attachment: {
    accept: (value, _, before) =>
      joined(
        value,
        before as string[] | undefined,
        textsIn,
        (id) => id,
        (id) => id,
      ),
    show: (kept) =>
      (kept as string[] | undefined)?.map((id) => ({
        id,
        title: id,
        extension: id.split('.')[1] ?? '',
        url: `https://attachments.clickup.com/${id}`,
      })),
    keys: listed,
  },
  emoji: {
    accept: (value, { field }) =>
      Number.isInteger(value) && Number(value) >= 0 && Number(value) <= Number(field.config.count)
        ? value
        : refused('must be between 0 and the count of the field'),
    show: asIs,
    keys: itself,
  },
  manual_progress: {
    accept: (value, { field }) => {
      const current = numberOf(objectIn(value)?.current);
      if (current === undefined || current < Number(field.config.start) || current > Number(field.config.end))
        throw refuse.fieldValue('must have current between start and end');
      return current;
    },
    show: (kept, { field: { config } }) =>
      kept === undefined
        ? undefined
        : {
            current: kept,
            percent_completed: percent(Number(kept) - Number(config.start), Number(config.end) - Number(config.start)),
          },
    keys: itself,
  },
  automatic_progress: {
    show: (_, { task: { children } }) => ({
      percent_complete: percent(children.filter(({ done }) => done !== null).length, children.length),
    }),
  },
  location: {
    accept: (value) => {
      const { location, formatted_address } = objectIn(value) ?? {};
      const { lat, lng } = objectIn(location) ?? {};
      if (typeof lat !== 'number' || typeof lng !== 'number' || typeof formatted_address !== 'string')
        throw refuse.fieldValue('must have a location and a formatted_address');
      return { location: { lat, lng }, formatted_address };
    },
    show: asIs,
    keys: (kept) => (kept === undefined ? [] : [(kept as { formatted_address: string }).formatted_address]),
  },
  // Keeps nothing: it fires its automation, which leaves a comment.
  button: {
    accept: (value, { field, task, call: { world, user, now } }) => {
      if (flagOf(value) !== true) throw refuse.fieldValue('must be true');
      world.addComment(makeComment(world.ids.next('comment'), task, user, `${field.name} was pressed`, now));
      return undefined;
    },
    show: () => undefined,
  },
  formula: computed,
  rollup: computed,
};

function refused(what: string): never {
  throw refuse.fieldValue(what);
}

const numberOf = (value: unknown): number | undefined => numbersIn([value])[0];
const flagOf = (value: unknown): boolean | undefined =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 100));
const memberOf = (task: Task, user: User | undefined) =>
  user && workspaceOf(task.list).members.has(user) ? user : undefined;

/** `{add, rem}` applied to what was there; unknown ids are dropped, and nothing left is empty. */
function joined<T, I>(
  value: unknown,
  before: readonly T[] = [],
  idsIn: (value: unknown) => I[],
  find: (id: I) => T | undefined,
  idOf: (item: T) => I,
): T[] | undefined {
  const change = objectIn(value);
  if (!change) throw refuse.fieldValue('must be an object with add and rem');
  const gone = new Set(idsIn(change.rem));
  const added = idsIn(change.add).flatMap((id) => find(id) ?? []);
  const after = [...new Set([...before, ...added])].filter((item) => !gone.has(idOf(item)));
  return after.length > 0 ? after : undefined;
}

/** Of a task that the asker may not see only its id is shown. */
function relatedWire(task: Task, access: Access | undefined) {
  const seen = !access || access.seesTask(task);
  const deleted = !task.list.tasks.includes(task);
  const known = seen && {
    name: task.name,
    status: task.status.status,
    color: task.status.color,
    custom_type: task.customItemId,
    url: `https://app.clickup.com/t/${task.id}`,
  };
  return { id: task.id, team_id: workspaceOf(task.list).id, deleted, access: seen, ...known };
}
