import { type OpenAPIObject } from '@nestjs/swagger';

type Schema = Extract<NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string], { type?: unknown }> & {
  $ref?: string;
};

/** A field of a body or an answer, or a parameter. */
interface Field {
  name: string;
  type: string;
  required: boolean;
  description: string;
}

interface ReadableOperation {
  id: string;
  method: string;
  path: string;
  summary: string;
  /** Paragraphs. */
  description: string[];
  parameters: (Field & { in: string })[];
  body: Field[];
  answers: { status: string; description: string; fields: Field[] }[];
}

/** The document as a page shows it: operations by tag, with their fields in tables. */
export function readable(document: OpenAPIObject): { name: string; operations: ReadableOperation[] }[] {
  const tags = new Map<string, ReadableOperation[]>();
  for (const [path, item] of Object.entries(document.paths))
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const operation = item[method];
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? 'Other';
      const body = operation.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined;
      const shown: ReadableOperation = {
        id: operation.operationId ?? `${method}${path}`,
        method: method.toUpperCase(),
        path,
        summary: operation.summary ?? '',
        description: (operation.description ?? '').split('\n\n').filter(Boolean),
        parameters: ((operation.parameters ?? []) as unknown as (Field & { in: string; schema?: Schema })[]).map(
          ({ name, in: place, required, description = '', schema }) => ({
            name,
            in: place,
            required: required ?? false,
            description,
            type: typeOf(schema),
          }),
        ),
        body: fieldsOf(document, body?.content?.['application/json']?.schema),
        answers: Object.entries(operation.responses as Record<string, { description?: string; content?: unknown }>)
          .filter(([status]) => status !== 'default')
          .map(([status, { description = '', content }]) => ({
            status,
            description,
            fields: fieldsOf(
              document,
              (content as Record<string, { schema?: Schema }> | undefined)?.['application/json']?.schema,
            ),
          })),
      };
      tags.set(tag, [...(tags.get(tag) ?? []), shown]);
    }
  return [...tags].sort(([a], [b]) => a.localeCompare(b)).map(([name, operations]) => ({ name, operations }));
}

/** A reference with something said beside it is wrapped in `allOf`. */
const refOf = ({ $ref, allOf = [] }: Schema): string | undefined => $ref ?? (allOf as { $ref?: string }[])[0]?.$ref;
const nameOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1);

function resolved(document: OpenAPIObject, schema: Schema | undefined): Schema | undefined {
  const ref = schema && refOf(schema);
  return ref === undefined ? schema : document.components?.schemas?.[nameOf(ref)];
}

/** The fields of an object, and of the rows of its list. */
function fieldsOf(document: OpenAPIObject, schema: Schema | undefined, above = '', depth = 0): Field[] {
  const { properties = {}, required = [] } = resolved(document, schema) ?? {};
  return Object.entries(properties as Record<string, Schema>).flatMap(([name, field]) => {
    const path = `${above}${name}`;
    const inner = field.type === 'array' ? field.items : field;
    const nested =
      depth < 3 ? fieldsOf(document, inner, `${path}${field.type === 'array' ? '[]' : ''}.`, depth + 1) : [];
    return [
      { name: path, type: typeOf(field), required: required.includes(name), description: field.description ?? '' },
      ...nested,
    ];
  });
}

function typeOf(schema: Schema | undefined): string {
  if (!schema) return '';
  const ref = refOf(schema);
  const words = schema.enum ? schema.enum.join(' | ') : ref ? nameOf(ref) : (schema.type as string | undefined);
  const shown = schema.type === 'array' ? `${typeOf(schema.items)}[]` : (words ?? 'any');
  return schema.nullable ? `${shown} | null` : shown;
}
