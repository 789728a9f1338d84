import { z } from 'zod';
import { type Schema } from '../tool/schema.js';

const known = new WeakMap<z.ZodObject, Schema>();

/** What a tool takes, as JSON Schema with everything in it; made once. */
export function inputSchemaOf(input: z.ZodObject): Schema {
  const schema = known.get(input) ?? (z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema);
  known.set(input, schema);
  return schema;
}

/**
 * The same schema without some arguments or single values of them.
 * @param withheld keys of {@link ToolOf.needs}: `add_tags`, `tasks.tags`, `include=comments`
 */
export function narrowed(schema: Schema, withheld: readonly string[]): Schema {
  return withheld.reduce((left, key) => {
    const [path = '', value] = key.split('=');
    return without(left, path.split('.'), value);
  }, schema);
}

function without(schema: Schema, [name = '', ...below]: readonly string[], value: string | undefined): Schema {
  if (schema.items) return { ...schema, items: without(schema.items, [name, ...below], value) };
  const property = schema.properties?.[name];
  if (!property) return schema;
  const { [name]: _, ...others } = schema.properties ?? {};
  const left = below.length
    ? without(property, below, value)
    : value === undefined
      ? undefined
      : lacking(property, value);
  return { ...schema, properties: left ? { ...schema.properties, [name]: left } : others };
}

/** Without a value that it offers; undefined when no other is left. */
function lacking(schema: Schema, value: string): Schema | undefined {
  if (schema.items) {
    const items = lacking(schema.items, value);
    return items && { ...schema, items };
  }
  const words = schema.enum?.filter((word) => word !== value);
  return words?.length ? { ...schema, enum: words } : undefined;
}
