import { type Task } from '#libs/clickup';
import { dateText } from '../arguments/moments.js';
import { personName } from './task.js';

type Field = NonNullable<Task['custom_fields']>[number];
interface Option {
  id?: string;
  name?: string;
  label?: string;
  orderindex?: number | string;
}

const options = ({ type_config }: Field): Option[] =>
  Array.isArray(type_config.options) ? (type_config.options as Option[]) : [];
const all = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** How the value of each type reads (ClickUp fact 24); every other type is shown as it is. */
const READ: Record<string, (field: Field, zone: string) => unknown> = {
  // The chosen option comes by position or by id, depending on the endpoint.
  drop_down: (field) =>
    options(field).find(({ id, orderindex }) => id === field.value || String(orderindex) === String(field.value))?.name,
  labels: (field) => {
    const labels = new Map(options(field).map(({ id, label }) => [id as unknown, label]));
    return all(field.value)
      .map((id) => labels.get(id))
      .filter(Boolean)
      .join(', ');
  },
  users: ({ value }) =>
    all(value)
      .map((user) => personName(user as Parameters<typeof personName>[0]))
      .join(', '),
  tasks: ({ value }) =>
    all(value)
      .map((task) => (task as { name?: string }).name)
      .filter(Boolean)
      .join(', '),
  date: ({ value }, zone) => dateText(value as string, zone),
  checkbox: ({ value }) => String(value),
  location: ({ value }) => (value as { formatted_address?: string }).formatted_address,
  manual_progress: ({ value }) => (value as { current?: unknown }).current,
  automatic_progress({ value }) {
    const { percent_complete: percent } = value as { percent_complete?: number };
    return percent === undefined ? undefined : `${percent} %`;
  },
};

const isEmpty = ({ value }: Field): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** The value of a Custom Field as a person reads it; empty where none is set. */
export function fieldText(field: Field, zone: string): string {
  if (isEmpty(field)) return '';
  const read = READ[field.type]?.(field, zone) ?? field.value;
  return typeof read === 'string' ? read : JSON.stringify(read);
}

/** Every Custom Field by name with its value, an empty text where none is set; those of one name by name and id. */
export function fieldTexts(fields: readonly Field[], zone: string): [name: string, value: string][] {
  const [once, twice] = [new Set<string>(), new Set<string>()];
  for (const { name } of fields) (once.has(name) ? twice : once).add(name);
  return fields.map((field) => [
    twice.has(field.name) ? `${field.name} (${field.id})` : field.name,
    fieldText(field, zone),
  ]);
}
