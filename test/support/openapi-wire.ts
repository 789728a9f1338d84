import { DEVIATIONS, type Operation } from '#libs/clickup';
import { Ajv, type ErrorObject } from 'ajv';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Exchange } from './recording-proxy.js';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: { type?: string };
}
interface Documented {
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, unknown> };
  operationId: string;
}
interface Document {
  servers: { url: string }[];
  paths: Record<string, Record<string, Documented>>;
}

const OPTIONS = { strict: false, allErrors: true, validateFormats: false, validateSchema: false };
const FILES = ['openapi-v2.json', 'openapi-v3.json'];
const pointer = (...steps: (string | number)[]) =>
  steps.map((step) => `/${encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

/** What is excused for an operation: where its row deviates from the document, with a reason beside it. */
function excused(operation: string, where: string): boolean {
  return DEVIATIONS.some(
    (deviation) =>
      deviation.operation === operation && where.startsWith(deviation.where.replace(/ (enum|one of).*$/, '')),
  );
}

const located = (at: string, { instancePath, params }: ErrorObject): string =>
  [at + instancePath.replaceAll(/\/\d+/g, '[]').replaceAll('/', '.'), params.missingProperty].filter(Boolean).join('.');

/** Judges requests by ClickUp's documents alone, with ajv: nothing of the gateway's own schemas is used. */
export class WireContract {
  /** Path and query are text on the wire, whatever they mean; a body has types. */
  private readonly texts = new Ajv({ ...OPTIONS, coerceTypes: true });
  private readonly bodies = new Ajv(OPTIONS);
  private readonly operations = new Map<string, Documented & { base: string; path: string }>();

  /** undefined when the directory lacks a document */
  static read(directory: string): WireContract | undefined {
    return FILES.every((file) => existsSync(join(directory, file))) ? new WireContract(directory) : undefined;
  }

  private constructor(directory: string) {
    for (const file of FILES) {
      const document = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Document;
      for (const ajv of [this.texts, this.bodies]) ajv.addSchema(document, file);
      const prefix = new URL(document.servers[0]?.url ?? '').pathname.replace(/\/$/, '');
      for (const [path, methods] of Object.entries(document.paths)) {
        for (const [method, documented] of Object.entries(methods)) {
          if (documented.operationId)
            this.operations.set(documented.operationId, {
              ...documented,
              path: prefix + path,
              base: `${file}#${pointer('paths', path, method)}`,
            });
        }
      }
    }
  }

  /** Everything in which a request is not what the document says; a body in several parts is looked at no further. */
  problems({ id, multipart }: Operation & { multipart?: unknown }, { url, type, body }: Exchange): string[] {
    const documented = this.operations.get(id);
    if (!documented) return [`${id} is not documented`];
    const { pathname, searchParams } = new URL(url, 'http://host.invalid');
    const { parameters = [], path, base, requestBody } = documented;
    const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
    const values = new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '([^/]+)')}$`)
      .exec(pathname)
      ?.slice(1)
      .map(decodeURIComponent);
    if (!values) return [`${pathname} is not ${path}`];
    const found = [...parameters.entries()].flatMap(([index, parameter]) => {
      const value =
        parameter.in === 'path'
          ? values[names.indexOf(parameter.name)]
          : parameter.in === 'query'
            ? fromQuery(searchParams, parameter)
            : undefined;
      if (value === undefined)
        return parameter.required && parameter.in !== 'header' && !excused(id, `${parameter.in}.${parameter.name}`)
          ? [`${parameter.in}.${parameter.name}: required`]
          : [];
      return this.check(
        this.texts,
        id,
        `${parameter.in}.${parameter.name.replace('[]', '')}`,
        `${base}${pointer('parameters', index, 'schema')}`,
        value,
      );
    });
    const known = new Set(
      parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name.replace('[]', '')),
    );
    const unknown = [...searchParams.keys()]
      .map((name) => name.replace('[]', ''))
      .filter((name) => !known.has(name) && !excused(id, `query.${name}`))
      .map((name) => `query.${name}: not documented`);
    const content = Object.keys(requestBody?.content ?? {})[0];
    if (multipart) return [...found, ...unknown];
    return [
      ...found,
      ...unknown,
      ...(content
        ? this.bodyProblems(id, `${base}${pointer('requestBody', 'content', content, 'schema')}`, type, body)
        : body.length
          ? ['body: not documented']
          : []),
    ];
  }

  private bodyProblems(id: string, ref: string, type: string, body: Buffer): string[] {
    if (!type.startsWith('application/json')) return [`content-type: ${type}`];
    return this.check(this.bodies, id, 'body', ref, JSON.parse(body.toString('utf8')));
  }

  private check(ajv: Ajv, id: string, at: string, ref: string, value: unknown): string[] {
    // In an object, because ajv coerces only what it can write back.
    const validate = ajv.compile({ type: 'object', properties: { value: { $ref: ref } } });
    validate({ value });
    return (validate.errors ?? [])
      .map((error) => ({
        where: located(at, { ...error, instancePath: error.instancePath.replace(/^\/value/, '') }),
        message: error.message,
      }))
      .filter(({ where }) => !excused(id, where))
      .map(({ where, message }) => `${where}: ${message}`);
  }
}

/** A list may be written `x[]=a&x[]=b`, `x=a&x=b` or `x=a,b`. */
function fromQuery(search: URLSearchParams, { name, schema }: Parameter): unknown {
  const plain = name.replace('[]', '');
  const values = [...search.getAll(`${plain}[]`), ...search.getAll(plain)];
  if (values.length === 0) return undefined;
  if (schema.type !== 'array') return values.length === 1 ? values[0] : values;
  return search.has(`${plain}[]`) || values.length > 1 ? values : values.flatMap((value) => value.split(','));
}
