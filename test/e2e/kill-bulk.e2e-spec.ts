import { callTool } from '../support/call-tool.js';
import { killedPrograms } from '../support/killed-programs.js';
import { type Interruption, type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.js';
import { type Program } from '../support/program.js';
import { KEY, programBench } from '../support/program-bench.js';
import { ACME, L1 } from '../support/scoped.js';

/**
 * kill -9 at the writes to the database of a call on many objects, and the same call again: everything once. The ordinary run takes
 * what lasts, each when it is done and nobody has heard of it; KILL_POINTS=all kills before and after every write.
 */
const ALL = process.env.KILL_POINTS === 'all';
const SIDES: readonly Interruption['side'][] = ALL ? ['before', 'after'] : ['after'];
const TASKS = 2;
/** ClickUp's clock, minutes beside ours, both ways. */
const CLOCKS_MS = [-600_000, 600_000];

jest.setTimeout(ALL ? 900_000 : 240_000);
const bench = programBench();
const { start, later } = killedPrograms((more) => bench.env({ TEAM_ID: ACME, CLICKUP_RATE_LIMIT: '100000', ...more }));
let proxy: PostgresProxy;
let program: Program;
const begin = async () => {
  program = start({ DATABASE_URL: proxy.url });
  await program.url;
};
beforeAll(async () => {
  proxy = await startPostgresProxy(bench.env().DATABASE_URL);
});
afterAll(() => proxy?.close());
afterEach(() => bench.sandbox().configure({ clock: null }));

/** @returns undefined when the process ended before it had answered */
const create = async (word: string): Promise<any> => {
  const tasks = Array.from({ length: TASKS }, (_, n) => ({ name: `${word} ${n}` }));
  return callTool(await program.url, KEY, 'bulk_create_tasks', { list_id: L1, tasks }).catch(() => undefined);
};
const made = (word: string) =>
  [...bench.sandbox().world.tasks.values()].filter(({ name }) => name.startsWith(`${word} `)).length;
/** Those of one call, in the order in which they come. */
async function writes(): Promise<string[]> {
  const names: string[] = [];
  proxy.forget();
  proxy.onWrite = ({ name, lasts }) => void ((ALL || lasts) && name.includes('requested_items') && names.push(name));
  await create('Rehearsal');
  // What is done once the answer has left.
  for (let seen = 0; seen < names.length; await new Promise((done) => setTimeout(done, 200))) seen = names.length;
  proxy.onWrite = () => undefined;
  return names;
}

async function killedAt(name: string, side: Interruption['side'], word: string): Promise<string[]> {
  proxy.forget();
  const { child, exit } = program;
  let reached = false;
  proxy.onWrite = (write) => (write.name === name ? { side, act: () => (reached = child.kill('SIGKILL')) } : undefined);
  const first = await create(word);
  for (let waits = 0; !reached && waits < 50; waits += 1) await new Promise((done) => setTimeout(done, 20));
  proxy.onWrite = () => undefined;
  if (!reached) return ['not reached'];
  await exit;
  await begin();
  await later();
  const told = first ?? (await create(word));
  const { created, created_before = 0 } = told.structuredContent ?? {};
  return [
    ...(created + created_before === TASKS ? [] : [`told: ${JSON.stringify(told)}`]),
    ...(made(word) === TASKS ? [] : [`there are ${made(word)} of ${TASKS}`]),
  ];
}

test('killed at any write of a call that makes many tasks, whatever the clocks say: the same call again, and each is there once', async () => {
  await begin();
  const names = await writes();

  // Each task is noted when it is sent and when it is made, and all are forgotten once their caller knows.
  expect(names.length).toBeGreaterThanOrEqual(2 * TASKS + 1);
  const wrong: Record<string, string[]> = {};
  for (const [index, name] of names.entries())
    for (const side of SIDES) {
      bench.sandbox().configure({ clock: { offsetMs: CLOCKS_MS[index % CLOCKS_MS.length]! } });
      wrong[`${side} ${name}`] = await killedAt(name, side, `Point${index}${side}`);
    }
  expect(Object.fromEntries(Object.entries(wrong).filter(([, found]) => found.length))).toEqual({});
});
