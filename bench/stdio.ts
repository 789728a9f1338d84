import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../apps/sandbox/src/index.js';
import { median } from './load.js';

const ROUNDS = 9;
const TARGET = { ratio: 1.5 };
const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } },
};

/** How long a client waits for the first answer of a server that it starts, beside a bare server of the SDK and the loading of our modules. */
export async function stdio(): Promise<boolean> {
  const sandbox = await startSandbox();
  const env = { CLICKUP_API_TOKEN: 'pk_sandbox_owner', CLICKUP_API_URL: sandbox.url, LOG_LEVEL: 'error' };
  const figures: Record<'bare' | 'modules' | 'ours', number[]> = { bare: [], modules: [], ours: [] };
  const measures = {
    bare: () => firstAnswer([script('./stdio-floor.js')], {}),
    modules: () => loading(),
    ours: () => firstAnswer([script('../../dist/apps/cli/src/main.js'), 'stdio'], env),
  };
  try {
    for (let round = -1; round < ROUNDS; round += 1) {
      // The order turns, so that a machine that gets slower or faster favours none.
      const names = Object.keys(figures) as (keyof typeof figures)[];
      for (const name of round % 2 ? names : names.reverse()) {
        const ms = await measures[name]();
        if (round >= 0) figures[name].push(ms); // round -1 fills the file cache
      }
    }
  } finally {
    await sandbox.close();
  }
  const [bare, modules, ours] = [median(figures.bare), median(figures.modules), median(figures.ours)];
  const ratio = median(figures.ours.map((ms, round) => ms / (figures.bare[round]! + figures.modules[round]!)));
  const held = ratio <= TARGET.ratio;
  console.log(`\nFirst answer over stdio, ms: median of ${ROUNDS} rounds, interleaved`);
  console.table({
    'bare SDK server, to its first answer': { ms: Math.round(bare) },
    'loading our modules': { ms: Math.round(modules) },
    'clickup-mcp stdio, to its first answer': { ms: Math.round(ours) },
  });
  console.log(`${ratio.toFixed(2)}× the two together (target ≤ ${TARGET.ratio}×): ${held ? 'held' : 'MISSED'}`);
  return held;
}

async function firstAnswer(args: string[], env: Record<string, string>): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  await once(child.stdout, 'data');
  const ms = performance.now() - started;
  const exited = once(child, 'exit');
  child.stdin.end();
  await exited;
  return ms;
}

async function loading(): Promise<number> {
  const child = spawn(process.execPath, [script('./stdio-modules.js')], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  if (child.exitCode === null) await once(child, 'exit');
  return Number(String(printed).trim().split('\n').at(-1));
}
