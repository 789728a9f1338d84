import { type Documented, type Schema } from '../../apps/cli/src/contract/documents.js';

/** Every field of a documented body, as `a.b[].c`, to the leaves. */
export function bodyFields({ body, resolve }: Documented): string[] {
  const fields = new Set<string>();
  const walk = (schema: Schema | undefined, at: string, depth: number): void => {
    if (!schema || depth > 8) return;
    if (schema.$ref) return walk(resolve(schema.$ref), at, depth + 1);
    for (const part of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])])
      walk(part, at, depth + 1);
    if (schema.items) walk(schema.items, `${at}[]`, depth + 1);
    for (const [name, child] of Object.entries(schema.properties ?? {}))
      walk(child, at ? `${at}.${name}` : name, depth + 1);
    const isLeaf = !schema.properties && !schema.items && !schema.anyOf && !schema.oneOf && !schema.allOf;
    if (isLeaf && at) fields.add(at);
  };
  walk(body, '', 0);
  return [...fields];
}

/** A copy of the value with the field set, whatever has to be made for it. */
export function withField(value: unknown, field: string, leaf: unknown): unknown {
  const [, name = '', rest = ''] = /^(\[\]|[^.[]+)\.?(.*)$/.exec(field) ?? [];
  const set = (inner: unknown) => (rest ? withField(inner, rest, leaf) : leaf);
  if (name === '[]') return [set(Array.isArray(value) ? value[0] : undefined)];
  const object =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  return { ...object, [name]: set(object[name]) };
}
