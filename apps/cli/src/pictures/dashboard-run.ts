import { loadConfig } from '#libs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../../gateway/src/logging.js';
import { startGateway } from '../../../gateway/src/gateway.js';
import { startSandbox } from '../../../sandbox/src/index.js';
import { dashboards, filled } from '../dashboards/panels.js';
import { startPrometheus } from '../dashboards/prometheus.js';
import { type Drawn, legend } from './panels-page.js';

/** How long the gateway works, with a ClickUp that is slow and fails for the middle third. */
const RUN_SECONDS = 75;
const AT_ONCE = 8;
const [STEP_SECONDS, RATE_INTERVAL] = [2, '10s'];

/**
 * A gateway at work before a sandbox, whose ClickUp is slow and fails for a while, read by a real Prometheus.
 * @param port of Prometheus
 * @returns for each dashboard, by its name, what every panel shows of that
 */
export async function dashboardRun(
  port: number,
  dataDir: string,
): Promise<Map<string, { title: string; drawn: Drawn[] }>> {
  const sandbox = await startSandbox({ port: 0, tasks: 300, latencyMs: 60, rateLimit: 10_000 });
  const [key, token] = ['key-of-the-pictures-0123456789', 'token-of-the-pictures-0123456789'];
  const gateway = await startGateway({
    config: {
      ...loadConfig({}),
      DATA_DIR: dataDir,
      PORT: 0,
      MCP_API_KEY: key,
      MCP_API_KEY_WRITE_MODE: 'write',
      CLICKUP_API_TOKEN: 'pk_sandbox_owner',
      CLICKUP_API_URL: sandbox.url,
      CLICKUP_RATE_LIMIT: 5_000,
      MCP_RATE_LIMIT_PER_MINUTE: 100_000,
      MCP_RATE_LIMIT_PER_HOUR: 100_000,
      MCP_RATE_LIMIT_PER_DAY: 100_000,
      METRICS_TOKEN: token,
    },
    log: createLogger({ LOG_LEVEL: 'error' }, process.stderr),
  });
  const prometheus = await startPrometheus(port, [gateway.url], token, '1s');
  const began = Date.now() / 1000;
  const elapsed = () => Date.now() / 1000 - began;
  try {
    const working = Array.from({ length: AT_ONCE }, async (_, worker) => {
      for (let turn = 0; elapsed() < RUN_SECONDS; turn += 1) {
        const [name, args] = CALLS[(turn + worker) % CALLS.length]!;
        await call(gateway.url, turn % 60 === 59 ? 'not-the-key' : key, name, args);
        await sleep(60 * (2 + Math.sin(elapsed() / 12)));
      }
    });
    await sleep((RUN_SECONDS * 1000) / 3);
    sandbox.configure({ latencyMs: 250, faults: [{ kind: 'status', status: 503, rate: 0.15 }] });
    await sleep((RUN_SECONDS * 1000) / 3);
    sandbox.configure({ latencyMs: 60, faults: [] });
    await Promise.all(working);
    const ended = Date.now() / 1000;
    const shown = new Map<string, { title: string; drawn: Drawn[] }>();
    for (const { name, title, panels } of dashboards()) {
      const drawn = panels
        .filter(({ targets }) => targets)
        .map(async (panel) => {
          const lines = await Promise.all(
            panel.targets!.map(async ({ expr, legendFormat }) => {
              const found = await prometheus.ask(filled(expr, RATE_INTERVAL), began + 10, ended, STEP_SECONDS);
              return found.map(({ metric, values }) => ({ name: legend(legendFormat, metric), values }));
            }),
          );
          return { panel, lines: lines.flat() };
        });
      shown.set(name, { title, drawn: await Promise.all(drawn) });
    }
    return shown;
  } finally {
    await prometheus.close();
    await gateway.close();
    await sandbox.close();
  }
}

/** What its clients ask for. */
const CALLS: readonly (readonly [tool: string, args: object])[] = [
  ['get_task', { task_id: 'ENG-123' }],
  ['find_tasks', { assignees: ['me'] }],
  ['get_list', { list_id: 'Sprint 42' }],
  ['create_task', { list_id: 'Sprint 42', name: 'For the pictures' }],
  // ClickUp says 401 of what is not there.
  ['get_task', { task_id: '86cnosuch' }],
  ['list_comments', { task_id: 'ENG-123' }],
];

async function call(url: string, key: string, name: string, args: object): Promise<void> {
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
  await answer.arrayBuffer();
}
