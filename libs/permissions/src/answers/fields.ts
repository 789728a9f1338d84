import { type CustomField, type FieldValue } from '#libs/clickup';

/** Types of Custom Fields whose values tell of their own task only. All others hold other tasks, are computed from them, or are new to us. */
const OF_THEMSELVES: ReadonlySet<string> = new Set([
  'url',
  'email',
  'phone',
  'text',
  'short_text',
  'number',
  'currency',
  'date',
  'drop_down',
  'labels',
  'users',
  'attachment',
  'emoji',
  'location',
  'button',
  'checkbox',
  'manual_progress',
  'automatic_progress',
  'formula',
  'votes',
  'signature',
]);

/** The definition of a field. The configuration of a relationship names the List that it points to, so it is left out. */
export function shownField({
  id,
  name,
  type,
  type_config,
  date_created,
  hide_from_guests,
  required,
  applied_objects,
}: CustomField): object {
  return {
    id,
    name,
    type,
    type_config: OF_THEMSELVES.has(type) ? type_config : {},
    date_created,
    hide_from_guests,
    ...(required !== undefined && { required }),
    ...(applied_objects && {
      applied_objects: applied_objects.map(({ object_type, object_id }) => ({ object_type, object_id })),
    }),
  };
}

/** A field with its value on one task. */
export function shownValue(field: FieldValue): object {
  const { value, value_richtext, value_markdown } = field;
  const filled = {
    ...(value !== undefined && { value }),
    ...(value_richtext !== undefined && { value_richtext }),
    ...(value_markdown !== undefined && { value_markdown }),
  };
  return { ...shownField(field), ...(OF_THEMSELVES.has(field.type) && filled) };
}
