import { AppError } from '#libs/core';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of JSON Schema that the documents and zod use. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** One operation as ClickUp documents it, with its path as it is on the wire. */
export interface Documented {
  id: string;
  method: string;
  path: string;
  parameters: { name: string; in: string; required?: boolean; schema: Schema }[];
  body?: Schema;
  /** Of its successful answers; none where the document names no schema. */
  answers: Schema[];
  /** Follows a `$ref` of the document that the operation stands in. */
  resolve: (ref: string) => Schema;
}

interface Operation {
  operationId: string;
  parameters?: Documented['parameters'];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses?: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}
interface Document {
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/** A JSON Pointer in a URI fragment (RFC 6901 section 6). */
const pointer = (document: unknown, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((value, step) => (value as Record<string, unknown>)[step], document);

function operationsOf(document: Document): Documented[] {
  const prefix = new URL(document.servers[0]?.url ?? 'https://api.clickup.com').pathname.replace(/\/$/, '');
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => method in methods).map((method): Documented => {
      const { operationId, parameters = [], requestBody, responses = {} } = methods[method] as Operation;
      const body = Object.values(requestBody?.content ?? {})[0]?.schema;
      const answers = Object.entries(responses).flatMap(([status, { content = {} }]) =>
        status.startsWith('2') ? Object.values(content).flatMap(({ schema }) => (schema ? [schema] : [])) : [],
      );
      return {
        id: operationId,
        method: method.toUpperCase(),
        path: prefix + path,
        parameters,
        body,
        answers,
        resolve: (ref) => pointer(document, ref) as Schema,
      };
    }),
  );
}

/**
 * The operations of one OpenAPI document, given as its text.
 * @throws AppError `invalid_parameters` when it is none
 */
export function readOperations(text: string): Documented[] {
  const document = parse(text);
  if (typeof document?.paths !== 'object' || !Array.isArray(document.servers))
    throw new AppError('invalid_parameters', 'This is not an OpenAPI document in JSON: it has no paths and servers.');
  return operationsOf(document);
}

function parse(text: string): Document | undefined {
  try {
    return JSON.parse(text) as Document;
  } catch {
    return undefined;
  }
}

/** Every operation of both documents by operationId, or undefined when the directory lacks one of them. */
export function readDocuments(directory: string): ReadonlyMap<string, Documented> | undefined {
  const files = ['openapi-v2.json', 'openapi-v3.json'].map((name) => join(directory, name));
  if (!files.every(existsSync)) return undefined;
  return new Map(
    files.flatMap((file) => readOperations(readFileSync(file, 'utf8'))).map((operation) => [operation.id, operation]),
  );
}
