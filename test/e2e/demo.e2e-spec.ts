import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STEPS } from '../../apps/cli/src/demo/steps.js';

const PROGRAM = fileURLToPath(new URL('../../dist/apps/cli/src/main.js', import.meta.url));

let dataDir: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run npm run build first`);
  dataDir = await mkdtemp(join(tmpdir(), 'clickup-mcp-demo-'));
  // Where the tests run as root, PostgreSQL runs as another user, who must be able to enter.
  await chmod(dataDir, 0o755);
});

afterAll(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await rm(dataDir, { recursive: true, force: true });
});

interface Demo {
  child: ChildProcess;
  /** Everything printed so far. */
  output: () => string;
  ended: Promise<number | null>;
}

/** The built program as a stranger runs it: no variables but these, and no .env. */
function demo(flags: string[], environment: Record<string, string>): Demo {
  const child = spawn(process.execPath, [PROGRAM, 'demo', ...flags], {
    cwd: dataDir,
    env: { PATH: process.env.PATH, DATA_DIR: join(dataDir, 'data'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, output: () => printed, ended };
}

test('with --exit every step is asked and answered, and its cost printed; then it ends with 0', async () => {
  const { output, ended } = demo(['--exit'], { PORT: '0' });
  expect({ code: await ended, output: output() }).toMatchObject({ code: 0 });

  for (const { ask, tool } of STEPS) {
    expect(output()).toContain(ask);
    expect(output()).toContain(tool);
  }
  expect(output().match(/✓ \d+ upstream calls?.* · [\d,]+ tokens? · \d+ ms/g)).toHaveLength(STEPS.length);
  expect(output()).toContain(`${STEPS.length} of ${STEPS.length} steps succeeded`);
  expect(output()).toMatch(/MCP 2026-07-28, \d+ tools/);
  expect(output()).toContain('Refactor Login Component');
  // Not a terminal, so no colours.
  expect(output()).not.toContain('\u001b');
});

test('a step that fails makes it end with 1, and the tour goes on', async () => {
  const { output, ended } = demo(['--exit'], { PORT: '0', SANDBOX_TASKS: '0' });
  expect(await ended).toBe(1);
  expect(output()).toContain('✗ failed');
  expect(output()).toContain(STEPS.at(-1)?.ask);
  expect(output()).toMatch(new RegExp(`(?!${STEPS.length})\\d+ of ${STEPS.length} steps succeeded`));
});

test('without --exit it stays up for another client, and Ctrl-C ends it with 0', async () => {
  const { child, output, ended } = demo([], { PORT: '0' });
  while (!output().includes('Running until Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(output());
    await once(child.stdout as NodeJS.ReadableStream, 'data');
  }
  const [write, read] = [...output().matchAll(/^(?:URL|Read-only) +(\S+)\nKey +(\S+)$/gm)];
  const names = async (door: RegExpMatchArray | undefined) => {
    const [, url = '', key = ''] = door ?? [];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    });
    const { result } = (await response.json()) as { result: { tools: { name: string }[] } };
    return result.tools.map(({ name }) => name);
  };
  expect(await names(write)).toContain('create_task');
  expect(await names(read)).toContain('get_task');
  expect(await names(read)).not.toContain('create_task');
  const metadata = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', write?.[1]));
  expect(await metadata.json()).toMatchObject({ resource: write?.[1] });
  expect(output()).toContain(
    `claude mcp add --transport http clickup ${write?.[1]} --header "Authorization: Bearer ${write?.[2]}"`,
  );

  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('a taken port is named, with the way to choose another', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  try {
    const { output, ended } = demo(['--exit'], { PORT: String(port) });
    expect(await ended).toBe(78);
    expect(output()).toContain(`PORT: ${port} on 127.0.0.1 is in use`);
    expect(output()).toContain(`PORT=${port + 1}`);
  } finally {
    server.close();
  }
});

test('two demos at once share a data directory', async () => {
  const demos = [demo(['--exit'], { PORT: '0' }), demo(['--exit'], { PORT: '0' })];
  const codes = await Promise.all(demos.map(({ ended }) => ended));
  expect({ codes, outputs: demos.map(({ output }) => output()) }).toMatchObject({ codes: [0, 0] });
});
