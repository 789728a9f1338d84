import { type Task } from '#libs/clickup';
import { dateText } from '../arguments/moments.js';
import { personName } from '../answers/task.js';

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
};

/** The Custom Fields that have a value, by name, as a person reads them; those of one name by name and id. */
export function customFields(fields: readonly Field[], zone: string): Record<string, string> {
  const filled = fields.filter(({ value }) => value !== undefined && value !== null && value !== '');
  const [once, twice] = [new Set<string>(), new Set<string>()];
  for (const { name } of filled) (once.has(name) ? twice : once).add(name);
  const read = filled.map(
    (field) =>
      [
        twice.has(field.name) ? `${field.name} (${field.id})` : field.name,
        READ[field.type]?.(field, zone) ?? field.value,
      ] as const,
  );
  return Object.fromEntries(
    read.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
