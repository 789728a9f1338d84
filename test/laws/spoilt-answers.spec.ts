import { ClickUpTransport, credential, type Operation, OPERATIONS } from '#libs/clickup';
import { type AppError, isRead } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { type z } from 'zod';
import { type RunningSandbox, startSandbox } from '../../apps/sandbox/src/index.js';
import { type Arguments, type Ids, prepare, SAMPLES } from '../support/samples/index.js';

const WRITES = OPERATIONS.filter(({ verb }) => !isRead(verb)).map((row) => [row.id, row] as const);
/** Everything that may come back of a write that was done, other than the right answer. */
const SPOILT = [
  { kind: 'shape', shape: 'empty' },
  { kind: 'shape', shape: 'no_content' },
  { kind: 'shape', shape: 'html' },
  { kind: 'shape', shape: 'other_object' },
  { kind: 'shape', shape: 'error' },
  { kind: 'shape', shape: 'missing_id' },
  { kind: 'shape', shape: 'object_id' },
  { kind: 'shape', shape: 'foreign_id' },
  { kind: 'shape', shape: 'half_json' },
  { kind: 'truncate' },
  { kind: 'reset_after' },
] as const;
/**
 * Creations whose answer holds nothing but new ids, and what their caller sent: an id of another object looks exactly like the right one.
 * A row may leave this list, never enter it without a reason.
 */
const TELLS_ONLY_AN_ID: readonly string[] = [
  'CreateChatViewComment',
  'CreateChecklist',
  'CreateFolderFromTemplate',
  'CreateFolderListFromTemplate',
  'CreateFolderView',
  'CreateFolderlessList',
  'CreateGoal',
  'CreateKeyResult',
  'CreateListComment',
  'CreateListView',
  'CreateSpace',
  'CreateSpaceListFromTemplate',
  'CreateSpaceView',
  'CreateTaskAttachment',
  'CreateTaskComment',
  'CreateTaskFromTemplate',
  'CreateTeamView',
  'CreateThreadedComment',
  'CreateUserGroup',
  'CreateWebhook',
  'StartatimeEntry',
  'StopatimeEntry',
  'Tracktime',
  'createChatChannel',
  'createChatMessage',
  'createDirectMessageChatChannel',
  'createDocPublic',
  'createLocationChatChannel',
  'createPagePublic',
  'createReplyMessage',
  'postEntityAttachment',
];

let sandbox: RunningSandbox;
let transport: ClickUpTransport;
let ids: Ids;
let calls = 0;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 20 });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  const settings = { CLICKUP_API_URL: sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 1_000_000 };
  transport = new ClickUpTransport(settings, new MemoryBudget({ limit: 1_000_000 }), { backoffMs: 1 });
});
afterEach(() => transport.close());

const call = (row: Operation, { path, query, body }: Arguments): Promise<any> =>
  transport
    .client({
      // Each time for another Workspace member in the eyes of the circuit, which is not what this is about.
      credential: { ...credential('pk_sandbox_owner'), hash: `call ${++calls}` },
      person: 'one',
      priority: 'interactive',
      deadline: performance.now() + 60_000,
      authorize: () => Promise.resolve(),
    })
    .call(row, { path, query, body } as never);
const sample = (row: Operation) => SAMPLES[row.id]!(ids);

/** All ids that an answer gives to the object itself, be it in an envelope or not. */
const idsOf = (answer: any): unknown[] =>
  [answer, ...Object.values(answer ?? {})]
    .filter((object) => typeof object === 'object' && object !== null && 'id' in object)
    .map(({ id }) => id as unknown);
/** Whether the row demands something of its answer, and it is not there. */
const lacks = ({ response, verb }: Operation, answer: unknown): boolean => {
  // What is gone when it is asked for again has no answer.
  if (verb === 'delete' || verb === 'remove') return false;
  const says = (value: unknown) => (response as z.ZodType).safeParse(value).success;
  return !says({}) && !says(answer);
};
const isSpoilt = (id: unknown) => (typeof id === 'object' && id !== null) || id === '86czzzzzz' || id === 999_999_999;

describe.each(WRITES)('%s', (_, row) => {
  test('never passes a spoilt answer for what was done, and never doubles', async () => {
    const wrong: unknown[] = [];
    for (const fault of SPOILT) {
      sandbox.reset();
      ids = await prepare((operation, args) => call(operation, args));
      const args = sample(row);
      sandbox.configure({ faults: [{ operation: row.id, times: 1, ...fault }] });
      const count = () => sandbox.stats().operations[row.id] ?? 0;
      const before = count();
      const outcome = await call(row, args).then(
        (answer: unknown) => ({ answer }),
        (error: AppError) => ({ code: error.code, message: error.message }),
      );
      const sent = count() - before;
      const name = 'shape' in fault ? fault.shape : fault.kind;
      const isWrong =
        'code' in outcome
          ? outcome.code !== 'unknown_outcome'
          : idsOf(outcome.answer).some(isSpoilt) || lacks(row, outcome.answer);
      if (isWrong)
        if (name !== 'foreign_id' || !TELLS_ONLY_AN_ID.includes(row.id))
          wrong.push([name, 'code' in outcome ? outcome.code : JSON.stringify(outcome.answer).slice(0, 160)]);
      if (row.verb === 'create' && sent > 1) wrong.push([name, `sent ${sent} times`]);
    }
    expect(wrong).toEqual([]);
  });
});
