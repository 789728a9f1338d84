import { connect, type Socket } from 'node:net';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { type Sandbox } from '../support/app.js';
import { sightings } from '../support/canaries.js';
import { oddText, oddValue } from '../support/hostile.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { type Program, startProgram } from '../support/program.js';
import { type Dice, dice } from '../support/random-world.js';

/**
 * Frames to `/mcp/ws` of the built program: messages of the right structure, in parts broken, in frames that are right, cut in pieces, or
 * wrong in a bit. FC_SEED repeats a run, and begins it with the connection that a failure names; FUZZ_SECONDS makes it longer. Secrets are
 * planted in what is sent and what is configured: none may come back, or into the log.
 */
const SEED = Number(process.env.FC_SEED ?? Date.now() % 1_000_000_000);
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 8);
/** After the last frame; who waits for more is left. */
const LISTENS_MS = 60;
const MASTER_KEY = 'c0ffee'.repeat(10) + '5eed';
const KEY = 'a-key-of-the-fuzzer-0123456789';
const PLANTED = 'cuk_PLANTED0CANARY0OF0THE0:FUZZER00FUZZER00';

let database: TestDatabase;
let sandbox: Sandbox;
let program: Program;
let url: string;
beforeAll(async () => {
  [database, sandbox] = await Promise.all([testDatabase(), startSandbox({ tasks: 20 })]);
  program = startProgram({
    DATABASE_URL: database.url,
    MASTER_KEY,
    MCP_API_KEY: KEY,
    CLICKUP_API_URL: sandbox.url,
    CLICKUP_API_TOKEN: 'pk_sandbox_owner',
    MAX_STREAMS_PER_CREDENTIAL: '1000',
    MCP_RATE_LIMIT_PER_MINUTE: '0',
    MCP_RATE_LIMIT_PER_HOUR: '0',
    MCP_RATE_LIMIT_PER_DAY: '0',
    LOG_LEVEL: 'trace',
  });
  url = await program.url;
});
afterAll(async () => {
  program.child.kill('SIGKILL');
  await program.exit;
  await Promise.all([database.drop(), sandbox.close()]);
});

const METHODS = [
  'tools/list',
  'tools/call',
  'initialize',
  'ping',
  'auth',
  'notifications/cancelled',
  'server/discover',
];
const PARAMS = (die: Dice): unknown =>
  die.pick<unknown>([
    {},
    { name: 'get_task', arguments: { task_id: 'ENG-123' } },
    { name: 'find_tasks', arguments: { query: oddText(die) } },
    { token: die.pick([KEY, PLANTED, oddText(die)]) },
    { requestId: die.below(5) },
    { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: oddText(die), version: '1' } },
    oddValue(die),
  ]);

function message(die: Dice): unknown {
  if (die.chance(0.1)) return Array.from({ length: die.below(5) }, () => message(die));
  if (die.chance(0.1)) return oddValue(die);
  return {
    ...(die.chance(0.9) && { jsonrpc: '2.0' }),
    ...(die.chance(0.9) && { id: die.chance(0.9) ? die.below(5) : oddValue(die) }),
    method: die.chance(0.9) ? die.pick(METHODS) : oddText(die),
    ...(die.chance(0.8) && { params: PARAMS(die) }),
  };
}

function text(die: Dice): Buffer {
  const json = JSON.stringify(message(die)) ?? '';
  if (die.chance(0.85)) return Buffer.from(json);
  if (die.chance(0.5)) return Buffer.from(json.slice(0, die.below(json.length + 1)));
  return die.chance(0.5) ? Buffer.from(oddText(die)) : Buffer.from([0xff, die.below(256), 0xc0]);
}

/** One frame (RFC 6455 section 5.2); `wrong` lets a bit of its head be one that no client sets. */
function frame(die: Dice, opcode: number, payload: Buffer, fin: boolean, wrong: boolean): Buffer {
  const masked = !wrong || die.chance(0.8);
  const reserved = wrong && die.chance(0.3) ? die.below(8) << 4 : 0;
  const length = wrong && die.chance(0.2) ? die.below(1 << 20) : payload.length;
  const size =
    length < 126
      ? [length]
      : length < 65_536 && !(wrong && die.chance(0.3))
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, (length >> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  size[0]! |= masked ? 128 : 0;
  const mask = Buffer.from([die.below(256), die.below(256), die.below(256), die.below(256)]);
  const body = masked ? Buffer.from(payload.map((byte, at) => byte ^ mask[at % 4]!)) : payload;
  return Buffer.concat([
    Buffer.from([(fin ? 128 : 0) | reserved | opcode, ...size]),
    masked ? mask : Buffer.alloc(0),
    body,
  ]);
}

function frames(die: Dice): Buffer[] {
  const wrong = die.chance(0.1);
  if (die.chance(0.1)) {
    // Control frames, and opcodes that there are not. A ping comes back as it was sent (RFC 6455 section 5.5.3): no secret is in it.
    const payload = Buffer.from(oddText(die));
    const opcode = die.pick([8, 9, 10, 3, 11, 15]);
    const code = die.pick([0, 999, 1000, 1005, 1006, 1015, 3000, 65_535]);
    return [
      frame(
        die,
        opcode,
        Buffer.concat([Buffer.from([code >> 8, code & 255]), payload]).subarray(0, die.chance(0.8) ? 125 : 200),
        true,
        wrong,
      ),
    ];
  }
  const payload = text(die);
  const opcode = die.chance(0.95) ? 1 : die.pick([0, 2]);
  if (die.chance(0.8)) return [frame(die, opcode, payload, true, wrong)];
  const cut = die.below(payload.length + 1);
  const middle = die.chance(0.5) ? [frame(die, 9, Buffer.from('ping'), true, false)] : [];
  return [
    frame(die, opcode, payload.subarray(0, cut), false, wrong),
    ...middle,
    frame(die, die.chance(0.9) ? 0 : 1, payload.subarray(cut), die.chance(0.9), wrong),
  ];
}

function handshake(die: Dice): string {
  const by = die.pick(['header', 'query', 'none', 'bad']);
  const query = by === 'query' ? `?token=${encodeURIComponent(die.pick([KEY, PLANTED]))}` : '';
  const odd = die.chance(0.05) ? encodeURIComponent(Buffer.from(oddText(die)).toString()).slice(0, 200) : undefined;
  return [
    `GET /mcp/ws${query} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    'connection: Upgrade',
    'upgrade: websocket',
    `sec-websocket-version: ${odd ?? 13}`,
    `sec-websocket-key: ${die.chance(0.97) ? 'dGhlIHNhbXBsZSBub25jZQ==' : 'x'}`,
    ...(die.chance(0.2) ? [`sec-websocket-protocol: ${die.pick(['mcp', 'x', 'mcp, x', ','])}`] : []),
    ...(die.chance(0.2) ? ['sec-websocket-extensions: permessage-deflate; client_max_window_bits'] : []),
    ...(by === 'header' ? [`authorization: Bearer ${KEY}`] : by === 'bad' ? [`authorization: Bearer ${PLANTED}`] : []),
    '',
    '',
  ].join('\r\n');
}

/** @returns everything that came back */
async function converse(die: Dice): Promise<Buffer> {
  const came: Buffer[] = [];
  const socket: Socket = connect(Number(new URL(url).port), '127.0.0.1');
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('data', (piece: Buffer) => came.push(piece)).on('error', () => undefined);
  socket.write(handshake(die));
  const first = new Promise<void>((resolve) => socket.once('data', () => resolve()));
  if (die.chance(0.9)) await Promise.race([first, over]);
  const sent = Buffer.concat(Array.from({ length: 1 + die.below(12) }, () => frames(die)).flat());
  for (let at = 0; at < sent.length;) {
    const piece = die.chance(0.5) ? sent.length : 1 + die.below(200);
    if (!socket.destroyed) socket.write(sent.subarray(at, at + piece));
    at += piece;
  }
  if (die.chance(0.2)) socket.destroy();
  else if (die.chance(0.2)) socket.end();
  const leave = setTimeout(() => socket.destroy(), LISTENS_MS);
  await over;
  clearTimeout(leave);
  return Buffer.concat(came);
}

const SECRETS = () =>
  new Map(
    Object.entries({
      'master key': MASTER_KEY,
      'planted secret': PLANTED.split(':')[1]!,
      'key of the server': 'pk_sandbox_owner',
      'key of the gateway': KEY,
      'password of the database': new URL(database.url).password,
    }).map(([name, value]) => [name, new Set([value])]),
  );

test(
  `whatever frames are sent: no end, no failure of ours, no secret (FC_SEED=${SEED})`,
  async () => {
    console.info(`fuzz-websocket: FC_SEED=${SEED}, ${SECONDS} seconds`);
    const [wrong, statuses]: [string[], Map<string, number>] = [[], new Map()];
    let answers = 0;
    const end = performance.now() + SECONDS * 1000;
    let seed = SEED;
    for (; performance.now() < end && wrong.length < 10; seed += 1) {
      const came = (await converse(dice(seed))).toString('latin1');
      const status = /^HTTP\/1\.1 (\d{3})/.exec(came)?.[1] ?? 'none';
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      answers += came.split('"jsonrpc":"2.0"').length - 1;
      const found: string[] = [...sightings(SECRETS(), [['what came back', came]])];
      if (/^5(?!03)/.test(status)) found.push(`status ${status}`);
      if (came.includes('"code":-32603')) found.push('an internal error');
      if (program.child.exitCode !== null) found.push(`the process ended: ${program.output().slice(-500)}`);
      wrong.push(...found.map((what) => `FC_SEED=${seed}: ${what}: ${came.slice(0, 1500)}`));
      if (program.child.exitCode !== null) break;
    }
    console.info(
      `fuzz-websocket: ${seed - SEED} connections, by status: ${JSON.stringify(Object.fromEntries(statuses))}, ${answers} messages came back`,
    );
    expect(wrong).toEqual([]);
    expect(answers).toBeGreaterThan(0);
    expect([...sightings(SECRETS(), [['the log', program.output()]])]).toEqual([]);
    expect(program.output()).not.toContain('nobody caught');
    expect(program.output()).not.toContain('failed unexpectedly');
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  },
  (SECONDS + 60) * 1000,
);
