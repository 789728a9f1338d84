import { type Operation, OPERATIONS } from '#libs/clickup';
import { Ajv, type ErrorObject } from 'ajv';
import { type z } from 'zod';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningSandbox, startSandbox } from '../../apps/sandbox/src/index.js';
import { HANDLERS } from '../../apps/sandbox/src/handlers/index.js';
import { describeIf, OPENAPI_FOLDER } from '../support/needs.js';
import {
  type Arguments,
  type Ids,
  NOW,
  prepare as prepareSamples,
  SAMPLES,
  WRONG_IN_THE_DOCUMENTS,
} from '../support/samples/index.js';

const needed = new Set<string>();
const excused = (error: ErrorObject) => {
  const reasons = WRONG_IN_THE_DOCUMENTS.filter(({ where }) => where(error)).map(({ reason }) => reason);
  for (const reason of reasons) needed.add(reason);
  return reasons.length > 0;
};

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 120, now: () => NOW });
});
afterAll(() => sandbox.close());

/** Fresh data, and the ids that samples need. */
function prepare(): Promise<Ids> {
  sandbox.reset();
  return prepareSamples(async (row, args) => (await send(row, args)).body);
}

async function send(
  row: Operation,
  { path = {}, query = {}, body }: Arguments,
): Promise<{ status: number; body: any }> {
  const url = new URL(
    sandbox.url +
      (row.path as string).replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? '')),
  );
  for (const [key, value] of Object.entries(query)) {
    if (!Array.isArray(value)) url.searchParams.append(key, String(value));
    else if (row.csv?.includes(key)) url.searchParams.append(key, value.join(','));
    else
      for (const item of value) url.searchParams.append(row.repeated?.includes(key) ? key : `${key}[]`, String(item));
  }
  const response = await fetch(url, {
    method: row.method,
    headers: {
      authorization: 'pk_sandbox_owner',
      ...(body === undefined || row.multipart ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : row.multipart ? formOf(body as Form) : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : {} };
}

type Form = Record<string, string | { filename: string; content: string; content_type?: string }[]>;
function formOf(body: Form): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'string') form.append(name, value);
    else
      for (const { filename, content, content_type } of value)
        form.append(name, new Blob([Buffer.from(content, 'base64')], { type: content_type }), filename);
  }
  return form;
}

const issues = (schema: z.ZodType | undefined, value: unknown) =>
  (schema?.safeParse(value).error?.issues ?? [])
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);

/** The documents say which of them is answered. */
const SUCCESSES = [200, 201, 204];
const ROWS = OPERATIONS.map((row) => [row.id, row] as const);
const DOCUMENTED = ROWS.filter(([, { documentedAt }]) => documentedAt === undefined);

describe('the sandbox and the operation table', () => {
  it('have the same operations: a handler and a sample for every row, a row for every handler', () => {
    const rows = OPERATIONS.map(({ id }) => id).sort();
    expect(Object.keys(HANDLERS).sort()).toEqual(rows);
    expect(Object.keys(SAMPLES).sort()).toEqual(rows);
  });

  it.each(ROWS)('%s answers what its row says', async (id, row) => {
    const sample = SAMPLES[id]?.(await prepare()) ?? {};
    const { status, body } = await send(row, sample);
    expect([SUCCESSES.includes(status), issues(row.response as z.ZodType, body)]).toEqual([true, []]);
    expect(issues(row.body as z.ZodType | undefined, sample.body)).toEqual([]);
    expect(issues(row.query as z.ZodType | undefined, sample.query ?? {})).toEqual([]);
  });
});

const FILES = ['openapi-v2.json', 'openapi-v3.json'];
const present = FILES.every((file) => existsSync(join(OPENAPI_FOLDER, file)));

interface Document {
  servers: { url: string }[];
  paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, { content?: Record<string, unknown> }> }>
  >;
}
const documents = present
  ? FILES.map((file) => [file, JSON.parse(readFileSync(join(OPENAPI_FOLDER, file), 'utf8')) as Document] as const)
  : [];
const documented = documents.flatMap(([file, { paths, servers }]) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, value]) => value.operationId)
      .map(([method, { operationId, responses }]) => ({
        file,
        path,
        method,
        operationId,
        responses,
        wire: new URL(servers[0]?.url ?? '').pathname.replace(/\/$/, '') + path,
      })),
  ),
);
const pointer = (...steps: string[]) =>
  steps.map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

describeIf(present, `ClickUp's OpenAPI documents in ${OPENAPI_FOLDER} (CLICKUP_OPENAPI_DIR)`)(
  'the sandbox and the OpenAPI documents',
  () => {
    const ajv = new Ajv({
      strict: false,
      allErrors: true,
      verbose: true,
      validateFormats: false,
      validateSchema: false,
    });
    for (const [file, document] of documents) ajv.addSchema(document, file);

    it('the rows are all that is documented, and nothing else', () => {
      const known = DOCUMENTED.map(([id, { method, path }]) => `${method} ${path} ${id}`);
      expect(known.sort()).toEqual(
        documented.map(({ method, wire, operationId }) => `${method.toUpperCase()} ${wire} ${operationId}`).sort(),
      );
    });

    it.each(DOCUMENTED)('%s answers what the document says, where it is right', async (id, row) => {
      const found = documented.find(({ operationId }) => operationId === id);
      const [status, response] = Object.entries(found?.responses ?? {}).find(([code]) => code.startsWith('2')) ?? [];
      const type = Object.keys(response?.content ?? {})[0];
      if (!found || !status) throw new Error(`${id} is documented without a successful answer.`);
      // Where only the status is documented, any answer will do.
      const says = type ? (response?.content?.[type] as { schema?: object }).schema : undefined;
      const validate = ajv.compile(
        says
          ? {
              $ref: `${found.file}#${pointer('paths', found.path, found.method, 'responses', status, 'content', type ?? '', 'schema')}`,
            }
          : {},
      );
      const answer = await send(row, SAMPLES[id]?.(await prepare()) ?? {});
      validate(answer.body);
      const wrong = (validate.errors ?? []).filter(
        (error) => !['oneOf', 'anyOf'].includes(error.keyword) && !excused(error),
      );
      expect(
        wrong.map(
          ({ instancePath, message, data }) => `${instancePath} ${message} (${JSON.stringify(data)?.slice(0, 60)})`,
        ),
      ).toEqual([]);
      expect(String(answer.status)).toBe(status);
    });

    it('needs every excuse it has', () => {
      expect(WRONG_IN_THE_DOCUMENTS.map(({ reason }) => reason).filter((reason) => !needed.has(reason))).toEqual([]);
    });
  },
);
