import { existsSync } from 'node:fs';
import { dashboards, filled } from '../../apps/cli/src/dashboards/panels.js';
import { type Prometheus, PROMETHEUS, startPrometheus } from '../../apps/cli/src/dashboards/prometheus.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey } from '../support/connect.js';
import { blocksOf } from '../support/documented.js';
import { freePort } from '../support/free-port.js';
import { describeIf } from '../support/needs.js';

const METRICS_TOKEN = 'prometheus-token-0123456789';
/** What a panel has nothing to show of while all is well, by its query. */
const EMPTY_WHILE_WELL = [
  'count(gateway_leaving == 1)',
  'sum by (code) (rate(gateway_errors_total{code=~"rate_limited|quota_exceeded"}[$__rate_interval]))',
];
const ASKED = dashboards().flatMap(({ name, panels }) =>
  panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [name, title, expr] as const)),
);

describeIf(existsSync(PROMETHEUS), 'Prometheus (apt-get install prometheus)')('a real Prometheus', () => {
  let app: TestApp;
  let prometheus: Prometheus;
  let isOver = false;
  let load: Promise<void>;

  /** Calls of every outcome that panels tell apart, until the end. */
  async function callOn(): Promise<void> {
    const { token } = await apiKey(app.gateway);
    while (!isOver) {
      const call = (tool: string, args: object) => callTool(app.url, token, tool, args);
      await Promise.all([
        call('get_task', { task_id: 'ENG-123' }),
        call('get_task', { task_id: '86cnosuch' }),
        call('find_tasks', { assignees: ['me'] }),
        call('create_task', { list_id: '90144360426', name: 'For the dashboards' }),
        fetch(`${app.url}/mcp`, { method: 'POST', headers: { authorization: 'Bearer cuk_no:such' } }),
      ]);
    }
  }

  beforeAll(async () => {
    app = await startTestApp({ env: { METRICS_TOKEN, LOG_LEVEL: 'error' } });
    app.sandbox.configure({
      faults: [
        { operation: 'GetTask', rate: 0.2, kind: 'status', status: 503 },
        { operation: 'GetTask', rate: 0.1, kind: 'status', status: 429 },
      ],
    });
    prometheus = await startPrometheus(await freePort(), [app.url], METRICS_TOKEN, '250ms');
    load = callOn();
  });
  afterAll(async () => {
    isOver = true;
    await load;
    await prometheus?.close();
    await app?.close();
  });

  /** What has been of an expression in the last seconds, once there is something; bounded, for the test to say what there is not. */
  async function told(expression: string, looks = 60): Promise<number> {
    for (let look = 0; ; look += 1) {
      const now = Date.now() / 1000;
      const lines = await prometheus.ask(filled(expression, '10s'), now - 2, now, 1);
      if (lines.length > 0 || look >= looks) return lines.length;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  test.each(ASKED.filter(([, , expr]) => !EMPTY_WHILE_WELL.includes(expr)))(
    '%s, "%s" shows %s',
    async (_, __, expr) => {
      expect(await told(expr)).toBeGreaterThan(0);
    },
  );

  test('what is empty while all is well is asked, understood, and empty', async () => {
    for (const expr of EMPTY_WHILE_WELL) {
      expect(ASKED.map(([, , asked]) => asked)).toContain(expr);
      expect(await told(expr, 0)).toBe(0);
    }
  });

  test('docs/slo.md measures each objective by one figure, and it is kept', async () => {
    const blocks = blocksOf('docs/slo.md').filter(({ language }) => language === 'promql');
    for (const { code } of blocks) {
      expect(await told(code)).toBe(1);
      const now = Date.now() / 1000;
      const [line] = await prometheus.ask(code, now, now, 1);
      expect(Number(line!.values[0]![1])).toBeGreaterThan(0.5);
    }
  });

  test('the rules are loaded, and none is about a gateway that is well but for ClickUp', async () => {
    expect(
      (await prometheus.alerts()).filter((alert) => !/^(ClickUp|AddedLatency|EventLoop|GatewaySlow)/.test(alert)),
    ).toEqual([]);
  });
});
