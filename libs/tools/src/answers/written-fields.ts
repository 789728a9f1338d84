import { type ArgumentsOf, type CreateTask, type Task } from '#libs/clickup';
import { dateText } from '../arguments/moments.js';

type Field = NonNullable<Task['custom_fields']>[number];
type Written = NonNullable<NonNullable<ArgumentsOf<typeof CreateTask>['body']>['custom_fields']>[number];

const all = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const idsIn = (value: unknown): unknown[] => all(value).map((item) => (item as { id?: unknown }).id);
const text = ({ id, value }: Field): Written | undefined => (typeof value === 'string' ? { id, value } : undefined);
function number({ id, value }: Field): Written | undefined {
  const read = typeof value === 'boolean' || value === '' ? NaN : Number(value);
  return Number.isFinite(read) ? { id, value: read } : undefined;
}

/** How the value that a task shows is written, by type (ClickUp fact 24). Types without a row are computed, or hold files. */
const WRITE: Record<string, (field: Field, zone: string) => Written | undefined> = {
  text,
  short_text: text,
  url: text,
  email: text,
  phone: text,
  number,
  currency: number,
  emoji: number,
  date: ({ id, value }, zone) => ({
    id,
    value: Number(value),
    value_options: { time: dateText(String(value), zone)?.includes('T') === true },
  }),
  checkbox: ({ id, value }) => ({ id, value: String(value) === 'true' }),
  drop_down({ id, value, type_config }) {
    const options = Array.isArray(type_config.options)
      ? (type_config.options as { id?: string; orderindex?: number | string }[])
      : [];
    const chosen = options.find((each) => each.id === value || String(each.orderindex) === String(value));
    return chosen?.id === undefined ? undefined : { id, value: chosen.id };
  },
  labels: ({ id, value }) => ({ id, value: all(value).filter((label) => typeof label === 'string') }),
  users: ({ id, value }) => ({ id, value: { add: idsIn(value).filter((user) => typeof user === 'number') } }),
  tasks: ({ id, value }) => ({ id, value: { add: idsIn(value).filter((task) => typeof task === 'string') } }),
  manual_progress({ id, value }) {
    const current = Number((value as { current?: unknown } | null)?.current);
    return Number.isFinite(current) ? { id, value: { current } } : undefined;
  },
  location({ id, value }) {
    const { location, formatted_address } = (value ?? {}) as {
      location?: { lat?: number; lng?: number };
      formatted_address?: string;
    };
    return formatted_address === undefined ? undefined : { id, value: { location, formatted_address } };
  },
};

/** What sets a Custom Field of a new task to the value that another task shows; undefined where ClickUp takes none. */
export const writtenField = (field: Field, zone: string): Written | undefined => WRITE[field.type]?.(field, zone);
