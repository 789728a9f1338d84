import { ClickUpTransport, credential, type Operation, OPERATIONS, planOf } from '#libs/clickup';
import { type AppError, isRead } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { type z } from 'zod';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningSandbox, startSandbox } from '../../apps/sandbox/src/index.js';
import { type Behaviour, empty, json, MisbehavingServer, text } from '../support/misbehaving-server.js';
import { describeIf, OPENAPI_FOLDER } from '../support/needs.js';
import { type Ids, NOW, prepare, SAMPLES } from '../support/samples/index.js';

const ROWS = OPERATIONS.map((row) => [row.id, row] as const);
const says = (row: Operation, answer: unknown): boolean => (row.response as z.ZodType).safeParse(answer).success;
/** Whether the schema of a row demands nothing of its answer. */
const mayBeEmpty = (row: Operation) => says(row, {});
const deep = (depth: number) => `${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`;

let sandbox: RunningSandbox;
let server: MisbehavingServer;
const transports: ClickUpTransport[] = [];
let wrong: ReturnType<typeof caller>;
let ids: Ids;
let calls = 0;
/** What the sandbox answers, by row. */
const good = new Map<string, unknown>();

/** Sends a row's sample, each time as somebody else, and tells the answer or the code of the error. */
function caller(url: string) {
  const settings = { CLICKUP_API_URL: url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 10_000_000 };
  const transport = new ClickUpTransport(settings, new MemoryBudget({ limit: 1_000_000 }), { backoffMs: 1 });
  transports.push(transport);
  return async (row: Operation, token: string): Promise<{ answer?: any; code?: string }> => {
    const client = transport.client({
      credential: credential(token),
      person: 'one',
      priority: 'interactive',
      deadline: performance.now() + 60_000,
      authorize: () => Promise.resolve(),
    });
    const { path, query, body } = SAMPLES[row.id]?.(ids) ?? {};
    return client.call(row, { path, query, body } as never).then(
      (answer) => ({ answer: answer as unknown }),
      (error: AppError) => ({ code: error.code ?? `not an AppError: ${String(error)}` }),
    );
  };
}

beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 120, now: () => NOW });
  server = await new MisbehavingServer().listen();
  wrong = caller(server.url);
  const right = caller(sandbox.url);
  for (const row of OPERATIONS) {
    await fresh();
    good.set(row.id, await right(row, 'pk_sandbox_owner'));
  }
});
afterAll(async () => {
  await Promise.all(transports.map((transport) => transport.close()));
  await server.close();
  await sandbox.close();
});

async function fresh(): Promise<void> {
  sandbox.reset();
  ids = await prepare(async (row, { path = {}, query = {}, body }) => {
    const url = new URL(
      sandbox.url +
        (row.path as string).replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? '')),
    );
    for (const [key, value] of Object.entries(query)) url.searchParams.append(key, String(value));
    const response = await fetch(url, {
      method: row.method,
      headers: { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return response.json();
  });
}
const answered = (row: Operation, behaviour: Behaviour) => {
  server.play(behaviour);
  return wrong(row, `pk_${++calls}`);
};
const refused = (row: Operation) => ({ code: isRead(row.verb) ? 'clickup_api_error' : 'unknown_outcome' });

const NEVER: [string, Behaviour][] = [
  ['nothing', empty(200)],
  ['204', empty(204)],
  ['null', text('null')],
  ['an array of nothing', json([null])],
  ['a text', json('text')],
  ['a number', json(1)],
];

describe.each(ROWS)('%s', (_, row) => {
  test('takes the answer of ClickUp, also with further fields', async () => {
    const { answer } = good.get(row.id) as { answer?: unknown };
    expect(answer).toBeDefined();
    const more = Array.isArray(answer) ? answer : { ...(answer as object), not_documented: { at: [1, null] } };
    expect(await answered(row, json(more))).toEqual({ answer: more });
  });

  test('refuses everything that is no such answer', async () => {
    for (const [what, behaviour] of NEVER) {
      const outcome = await answered(row, behaviour);
      expect([what, outcome]).toEqual([what, !isRead(row.verb) && mayBeEmpty(row) ? { answer: {} } : refused(row)]);
    }
    expect(await answered(row, json({}))).toEqual(mayBeEmpty(row) ? { answer: {} } : refused(row));
    // A list may have nothing in it.
    if (!says(row, []))
      expect(await answered(row, json([]))).toEqual(
        !isRead(row.verb) && mayBeEmpty(row) ? { answer: {} } : refused(row),
      );
  });

  test('is refused, and nothing else, where something is missing or is of another kind', async () => {
    const { answer } = good.get(row.id) as { answer?: unknown };
    if (Array.isArray(answer) || mayBeEmpty(row)) return;
    for (const [key, value] of Object.entries(answer as object)) {
      // Ids and lists are what tools read first.
      const essential =
        (key === 'id' || Array.isArray(value)) && !says(row, { ...(answer as object), [key]: undefined });
      for (const spoilt of [undefined, null, 'text']) {
        const part = { ...(answer as object), [key]: spoilt };
        const outcome = await answered(row, json(part));
        if (outcome.code !== undefined) expect([key, outcome]).toEqual([key, refused(row)]);
        if (essential && (spoilt === undefined || spoilt === null)) expect([key, outcome]).toEqual([key, refused(row)]);
      }
    }
  });

  test('is refused when it is nested too deeply', async () => {
    expect(await answered(row, text(`{"data":${deep(5_000)},"id":"1"}`))).toEqual(refused(row));
  });
});

const FILES = ['openapi-v2.json', 'openapi-v3.json'].map((file) => join(OPENAPI_FOLDER, file));

interface Content {
  example?: unknown;
  examples?: Record<string, { value?: unknown }>;
}
interface Document {
  paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, { content?: Record<string, Content> }> }>
  >;
}

describeIf(FILES.every(existsSync), `ClickUp's OpenAPI documents in ${OPENAPI_FOLDER} (CLICKUP_OPENAPI_DIR)`)(
  "the examples in ClickUp's documents",
  () => {
    const examples = FILES.flatMap((file) => Object.values((JSON.parse(readFileSync(file, 'utf8')) as Document).paths))
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ operationId, responses = {} }) =>
        Object.entries(responses)
          .filter(([status]) => status.startsWith('2'))
          .flatMap(([, { content = {} }]) => Object.values(content))
          .flatMap(({ example, examples: more = {} }) => [example, ...Object.values(more).map(({ value }) => value)])
          .filter((value) => value !== undefined)
          .map((value) => [operationId, value] as const),
      );

    /** Their own schemas, and what is seen live, say otherwise: an answer in an array, a list that is none. */
    const WRONG = ['GetCustomItems', 'Getsingulartimeentry', 'GetView', 'GetViewTasks'];

    test.each(examples.filter(([operationId]) => !WRONG.includes(operationId)))('%s', (operationId, value) => {
      const row = OPERATIONS.find(({ id }) => id === operationId)!;
      expect(planOf(row).accepted(value)).toBeDefined();
    });
  },
);
