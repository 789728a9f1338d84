import { ClickUpTransport, credential, type Operation, OPERATIONS } from '#libs/clickup';
import { type AppError } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { type RunningSandbox, startSandbox } from '../../apps/sandbox/src/index.js';
import { type Arguments, type Ids, prepare, SAMPLES } from '../support/samples/index.js';

/** The operations whose result can be found again after a lost answer. */
const ROWS = OPERATIONS.filter(({ verb, recover }) => recover && (verb === 'create' || verb === 'start')).map(
  (row) => [row.id, row] as const,
);

let sandbox: RunningSandbox;
let transport: ClickUpTransport;
let ids: Ids;
beforeEach(async () => {
  sandbox = await startSandbox({ tasks: 20 });
  const settings = { CLICKUP_API_URL: sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 1_000_000 };
  transport = new ClickUpTransport(settings, new MemoryBudget({ limit: 100_000 }), { backoffMs: 1 });
  ids = await prepare(async (row, args) => call(row, args));
});
afterEach(async () => {
  await transport.close();
  await sandbox.close();
});

const client = () =>
  transport.client({
    credential: credential('pk_sandbox_owner'),
    person: 'one',
    priority: 'interactive',
    deadline: performance.now() + 60_000,
    authorize: () => Promise.resolve(),
  });
const call = (row: Operation, { path, query, body }: Arguments): Promise<unknown> =>
  client().call(row, { path, query, body } as never);
const made = (row: Operation) => call(row, SAMPLES[row.id]!(ids));
/** What a call ended with: the id in its answer, or the code of its error. */
const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (answer) => {
      const { id, data } = answer as { id?: string; data?: { id?: string } };
      return String(id ?? data?.id ?? 'success');
    },
    (error: AppError) => error.code,
  );
const lose = (row: Operation, kind: 'reset_before' | 'reset_after', times = 1) =>
  sandbox.configure({ faults: [{ operation: row.id, times, kind }] });

test('some operations can be found again', () => {
  expect(ROWS.map(([id]) => id)).toEqual(
    expect.arrayContaining([
      'CreateTask',
      'CreateTaskComment',
      'Createatimeentry',
      'StartatimeEntry',
      'createChatMessage',
      'createReplyMessage',
    ]),
  );
});

describe.each(ROWS)('%s', (_, row) => {
  test('says by what its result is recognised', () => {
    expect(row.trace).toBeDefined();
  });

  test('is found again when its answer was lost and nobody else asked for the same', async () => {
    lose(row, 'reset_after');
    expect(await outcome(made(row))).not.toMatch(/unknown_outcome|error/);
  });

  test('is never taken for what an earlier call was answered with', async () => {
    const first = await outcome(made(row));
    lose(row, 'reset_before');
    const second = await outcome(made(row));
    if (second !== 'unknown_outcome') expect([row.verb, second === first]).toEqual(['start', false]);
  });

  test('is never taken for what another call under way makes', async () => {
    lose(row, 'reset_before');
    const [one, other] = await Promise.all([outcome(made(row)), outcome(made(row))]);
    const found = [one, other].filter((id) => id !== 'unknown_outcome');
    expect(new Set(found.filter((id) => id !== 'success')).size).toBe(found.filter((id) => id !== 'success').length);
    if (row.verb === 'create')
      expect([one, other].sort()).toEqual(
        [expect.any(String), 'unknown_outcome'].sort(
          (a, b) => Number(a === 'unknown_outcome') - Number(b === 'unknown_outcome'),
        ),
      );
  });
});

describe.each(ROWS.filter(([, { verb }]) => verb === 'create'))('%s, twice the same', (_, row) => {
  test('of two lost ones only one was done: both are unknown', async () => {
    sandbox.configure({
      faults: [
        { operation: row.id, times: 1, kind: 'reset_before' },
        { operation: row.id, times: 1, kind: 'reset_after' },
      ],
    });
    expect(await outcome(made(row))).toBe('unknown_outcome');
    expect(await outcome(made(row))).toBe('unknown_outcome');
  });

  test('both lost ones were done: each call is answered with one of them, or is unknown', async () => {
    lose(row, 'reset_after', 2);
    const found = (await Promise.all([outcome(made(row)), outcome(made(row))])).filter(
      (id) => id !== 'unknown_outcome' && id !== 'success',
    );
    expect(new Set(found).size).toBe(found.length);
  });
});
