import { OPERATIONS } from '#libs/clickup';
import { CATALOGUE, visible, wireTool } from '#libs/tools';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { type Sandbox } from '../support/app.js';
import { sightings } from '../support/canaries.js';
import { messagesOf } from '../support/event-stream.js';
import { oddText, oddValue } from '../support/hostile.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { type Program, startProgram } from '../support/program.js';
import { type Dice, dice } from '../support/random-world.js';
import { SPRINT_42 } from '../support/samples/index.js';

/**
 * Odd text and values in arguments, in the envelope and in ClickUp itself, in all framings and both eras, against the built
 * program. FC_SEED repeats a run, and begins it with the exchange that a failure names; FUZZ_SECONDS makes it longer.
 */
const SEED = Number(process.env.FC_SEED ?? Date.now() % 1_000_000_000);
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 40);
const KEY = 'fuzz-key-0123456789abcdef';
const OWNER = { authorization: 'pk_sandbox_owner', 'content-type': 'application/json' };
const META = 'io.modelcontextprotocol/';
const MASTER_KEY = '5e'.repeat(32);

let database: TestDatabase;
let sandbox: Sandbox;
let program: Program;
let url: string;
beforeAll(async () => {
  [database, sandbox] = await Promise.all([testDatabase(), startSandbox({ tasks: 60 })]);
  program = startProgram({
    DATABASE_URL: database.url,
    MASTER_KEY,
    MCP_API_KEY: KEY,
    MCP_API_KEY_WRITE_MODE: 'write',
    CLICKUP_API_URL: sandbox.url,
    CLICKUP_API_TOKEN: 'pk_sandbox_owner',
    CLICKUP_RATE_LIMIT: '10000',
  });
  url = await program.url;
});
afterAll(async () => {
  program.child.kill('SIGKILL');
  await program.exit;
  await Promise.all([database.drop(), sandbox.close()]);
});

const inputs = new Map(
  CATALOGUE.map((tool) => [
    tool.name,
    wireTool(tool).inputSchema as {
      properties?: Record<string, { enum?: unknown[]; type?: string }>;
      required?: string[];
    },
  ]),
);
const tasks: string[] = [];

/** What makes a call go further than its first check. */
function honest(key: string, { pick, chance }: Dice): unknown {
  if (/task_id$|^parent$/.test(key)) return pick(tasks);
  if (/list_id$/.test(key)) return chance(0.7) ? SPRINT_42 : 'Engineering / Backend / Sprint 42';
  if (/date|since|until|start|end|due/.test(key)) return pick(['tomorrow', 'nov 25 5pm', 'in 3 days', '2026-12-01']);
  if (/duration|estimate/.test(key)) return pick(['2h', '1,500 minutes', '90']);
  if (/assignee|member|person|user/.test(key)) return pick(['me', ['me']]);
  return pick(['name', 'x', 1, true, ['x']]);
}

function argumentsFor(name: string, die: Dice): Record<string, unknown> {
  const { properties = {}, required = [] } = inputs.get(name) ?? {};
  const args: Record<string, unknown> = {};
  for (const [key, { enum: values }] of Object.entries(properties)) {
    if (!required.includes(key) && die.chance(0.6)) continue;
    args[key] = die.chance(0.4)
      ? oddValue(die)
      : values && die.chance(0.7)
        ? die.pick(values)
        : die.chance(0.3)
          ? oddText(die)
          : honest(key, die);
  }
  if (name === 'bulk_create_tasks' && die.chance(0.8))
    args.tasks = Array.from({ length: 1 + die.below(3) }, () => argumentsFor('create_task', die));
  if (/^call_(read|write)_operation$/.test(name) && die.chance(0.9)) {
    const row = die.pick(OPERATIONS);
    const at = (key: string) => (die.chance(0.5) ? honest(key, die) : oddText(die));
    Object.assign(args, {
      operation: row.id,
      path: Object.fromEntries([...row.path.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => [key, at(key)])),
    });
    if (die.chance(0.5)) args.query = { [die.chance(0.5) ? 'page' : oddText(die)]: oddValue(die) };
    if (die.chance(0.5)) args.body = { [die.chance(0.7) ? 'name' : oddText(die)]: oddValue(die) };
  }
  if (die.chance(0.05)) args[oddText(die)] = oddValue(die);
  return args;
}

const OTHERS = [
  'tools/list',
  'ping',
  'initialize',
  'server/discover',
  'subscriptions/listen',
  'resources/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/initialized',
];

function message(die: Dice, modern: boolean, id: unknown): Record<string, unknown> {
  const called = die.chance(0.85);
  const method = called ? 'tools/call' : die.chance(0.1) ? oddText(die) : die.pick(OTHERS);
  const name = die.chance(0.03) ? oddText(die) : die.pick(CATALOGUE).name;
  const params: Record<string, unknown> = called
    ? { name, arguments: die.chance(0.03) ? oddValue(die) : argumentsFor(name, die) }
    : die.chance(0.5)
      ? {}
      : { [oddText(die)]: oddValue(die), requestId: id, notifications: {} };
  const meta = {
    ...(modern ? { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {} } : {}),
    ...(die.chance(0.5) ? { progressToken: die.chance(0.5) ? oddText(die) : die.below(9) } : {}),
    ...(die.chance(0.05) ? { [oddText(die)]: oddValue(die) } : {}),
  };
  return {
    jsonrpc: '2.0',
    ...(method.startsWith('notifications/') ? {} : { id }),
    method,
    params: { ...params, ...(die.chance(0.9) || modern ? { _meta: meta } : {}) },
  };
}

interface Exchange {
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

const inHeader = (text: unknown) =>
  /^[\x21-\x7e]{1,200}$/.test(String(text))
    ? String(text)
    : `=?base64?${Buffer.from(String(text)).toString('base64').slice(0, 4000)}?=`;

function exchange(die: Dice): Exchange {
  const accept = die.pick([
    undefined,
    '*/*',
    'application/json',
    'text/event-stream',
    'application/json, text/event-stream',
  ]);
  const headers: Record<string, string> = {
    authorization: `Bearer ${KEY}`,
    'content-type': 'application/json',
    ...(accept === undefined ? {} : { accept }),
  };
  const modern = die.chance(0.4);
  const id = (index: number) => (die.chance(0.2) ? `${index}${oddText(die)}` : index);
  const batch = !modern && die.chance(0.2);
  const one = message(die, modern, id(0));
  const sent = batch
    ? [one, ...Array.from({ length: die.below(4) }, (_, index) => message(die, false, id(index + 1)))]
    : one;
  if (modern)
    Object.assign(headers, {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': inHeader(one.method),
      ...(one.method === 'tools/call' ? { 'mcp-name': inHeader((one.params as { name: string }).name) } : {}),
    });
  else if (!batch && die.chance(0.5))
    headers['mcp-protocol-version'] = die.pick(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']);
  const text = JSON.stringify(sent);
  if (die.chance(0.97)) return { headers, body: text };
  const bytes = new Uint8Array(Buffer.from(text));
  if (die.chance(0.5)) return { headers, body: bytes.slice(0, die.below(bytes.length)) };
  bytes[die.below(bytes.length)] = 0x80 + die.below(128);
  return { headers, body: bytes };
}

const PLACES: [string, string, (text: string) => unknown][] = [
  ['PUT', `/api/v2/list/${SPRINT_42}`, (content) => ({ name: `Sprint 42 ${content}`, content })],
  [
    'POST',
    `/api/v2/list/${SPRINT_42}/task`,
    (name) => ({ name: `n${name}`, description: name, markdown_content: name, tags: [name] }),
  ],
  ['PUT', '/api/v2/task/TASK', (name) => ({ name: `n${name}`, description: name })],
  ['POST', '/api/v2/task/TASK/comment', (text) => ({ comment_text: text })],
  [
    'POST',
    '/api/v2/task/TASK/comment',
    (text) => ({
      comment: [
        { text, attributes: { bold: true } },
        { text: '\n', attributes: { list: { list: 'bullet' } } },
        { text },
      ],
    }),
  ],
  [
    'POST',
    '/api/v2/team/12345/time_entries',
    (description) => ({ description, start: Date.now() - 60_000, duration: 30_000 }),
  ],
  ['POST', `/api/v2/space/SPACE/tag`, (name) => ({ tag: { name } })],
];

/** Somebody else writes in ClickUp; what ClickUp refuses does not matter here. */
async function write(die: Dice): Promise<void> {
  const [method, path, body] = die.pick(PLACES);
  const answer = await fetch(sandbox.url + path.replace('TASK', die.pick(tasks)), {
    method,
    headers: OWNER,
    body: JSON.stringify(body(oddText(die))),
  });
  await answer.text();
}

/** What is in no answer and in no line of the log. */
const SECRETS = () =>
  new Map(
    Object.entries({
      'master key': MASTER_KEY,
      'key of the caller': KEY,
      'ClickUp token': 'pk_sandbox_owner',
      'password of the database': new URL(database.url).password,
    }).map(([name, value]) => [name, new Set([value])]),
  );

async function ask({ headers, body }: Exchange): Promise<string[]> {
  const answer = await fetch(`${url}/mcp`, { method: 'POST', headers, body });
  const text = await answer.text();
  const wrong: string[] = [];
  if (answer.status >= 500 && answer.status !== 503) wrong.push(`status ${answer.status}`);
  wrong.push(...sightings(SECRETS(), [['an answer', JSON.stringify([...answer.headers]) + text]]));
  let messages: any[] = [];
  try {
    messages = messagesOf({ headers: Object.fromEntries(answer.headers), body: text });
  } catch (error) {
    wrong.push(`does not parse: ${(error as Error).message}`);
  }
  for (const { result, error } of messages) {
    if (result === undefined && error === undefined) continue;
    // The id of a subscription comes back as it was sent.
    const { _meta: { [`${META}subscriptionId`]: _, ...meta } = {}, ...rest } = result ?? {};
    if (JSON.stringify(visible([rest, meta])) !== JSON.stringify([rest, meta]))
      wrong.push('a result with characters that nobody sees');
    if (error && answer.status < 400 && typeof error.data?.details !== 'string') wrong.push('an error without details');
    if (error?.code === -32_603 || result?._meta?.error?.code === 'internal_error') wrong.push('an internal error');
  }
  return wrong;
}

const HONEST: Exchange = {
  headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'get_list', arguments: { list_id: SPRINT_42 } },
  }),
};

async function honestly(): Promise<string[]> {
  const answer = await fetch(`${url}/mcp`, { method: 'POST', ...HONEST });
  const { result } = (await answer.json()) as { result?: { isError: boolean } };
  return result?.isError === false ? [] : ['an honest call fails'];
}

async function listTasks(): Promise<void> {
  const answer = await fetch(`${sandbox.url}/api/v2/list/${SPRINT_42}/task`, { headers: OWNER });
  tasks.splice(0, tasks.length, ...((await answer.json()) as { tasks: { id: string }[] }).tasks.map(({ id }) => id));
}

test(
  `whatever comes, the process stays and answers in its own words (FC_SEED=${SEED})`,
  async () => {
    console.info(`fuzz: FC_SEED=${SEED}, ${SECONDS} seconds`);
    const wrong: string[] = [];
    const end = performance.now() + SECONDS * 1000;
    let seed = SEED;
    await listTasks();
    for (; performance.now() < end && wrong.length < 10; seed += 1) {
      const die = dice(seed);
      if (die.chance(0.1)) await write(die);
      const sent = exchange(die);
      const found = await ask(sent).catch(async (error: unknown) => {
        await sleep(200);
        return [`no answer: ${String((error as Error).cause ?? error)}`];
      });
      if (seed % 20 === 0) found.push(...(await honestly().catch(() => ['an honest call is not answered'])));
      wrong.push(
        ...found.map((what) => `FC_SEED=${seed}: ${what}: ${Buffer.from(sent.body).toString().slice(0, 400)}`),
      );
      if (program.child.exitCode !== null || program.output().includes('nobody caught')) {
        wrong.push(`FC_SEED=${seed}: the process ended`);
        break;
      }
    }
    console.info(`fuzz: ${seed - SEED} exchanges`);
    expect(wrong).toEqual([]);
    expect([...sightings(SECRETS(), [['the log', program.output()]])]).toEqual([]);
    expect(await honestly()).toEqual([]);
    expect(program.child.exitCode).toBeNull();
  },
  (SECONDS + 60) * 1000,
);
