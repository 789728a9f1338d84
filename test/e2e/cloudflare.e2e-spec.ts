import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { installedWrangler, startWorker, type RunningWorker, wrangler } from '../support/cloudflare/wrangler.js';
import { describeIf } from '../support/needs.js';

const installed = installedWrangler();

describeIf(installed !== undefined, 'wrangler (380 MB), which "node test/support/cloudflare/fetch.mjs" installs')(
  'Cloudflare',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'clickup-mcp-worker-'));
    let deployed: { status: number; output: string };
    let app: TestApp;
    let worker: RunningWorker;
    beforeAll(async () => {
      // Without the image, for which it wants an engine.
      const options = ['--dry-run', '--containers-rollout', 'none', '--outdir', folder];
      [deployed, app] = await Promise.all([wrangler(installed!, folder, 'deploy', ...options), startTestApp()]);
      worker = await startWorker(installed!, join(folder, 'worker.js'), app.url);
    });
    afterAll(async () => {
      await worker?.close();
      await app?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test('wrangler deploy --dry-run takes the configuration as it is', () => {
      expect(deployed).toEqual({ status: 0, output: expect.stringContaining('--dry-run: exiting now') });
      expect(deployed.output).not.toMatch(/warning|unexpected field/i);
      expect(deployed.output).toMatch(/env\.GATEWAY \(Gateway\)/);
      expect(deployed.output).toMatch(/containers are available:\s+- clickup-mcp-gateway \(.*docker\/Dockerfile\)/);
    });

    const CALLER = { Authorization: `Bearer ${WRITE_KEY}` };
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(`${worker.url}/mcp`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      });
      const { headers: got, status } = answer;
      return {
        status,
        instance: got.get('x-instance'),
        forwarded: got.get('x-was-forwarded'),
        body: await answer.text(),
      };
    };

    test('in workerd a caller comes through the Worker to the gateway, always to the same instance', async () => {
      const answers = [await ask(CALLER), await ask(CALLER)];
      for (const { status, body } of answers)
        expect([status, body]).toEqual([200, expect.stringContaining('"get_task"')]);
      expect(answers[0]!.instance).toBe(answers[1]!.instance);
      const others = await Promise.all(
        Array.from({ length: 12 }, (_, at) => ask({ Authorization: `Bearer cuk_${at}` })),
      );
      expect(others.map(({ status }) => status)).toEqual(others.map(() => 401));
      expect(new Set(others.map(({ instance }) => instance))).toEqual(new Set(['0', '1']));
    });

    test('what a caller writes about its address does not reach the gateway', async () => {
      const { forwarded } = await ask({ ...CALLER, 'X-Forwarded-For': '198.51.100.9' });
      expect(forwarded).toMatch(/^\S+ http$/);
      expect(forwarded).not.toContain('198.51.100.9');
    });
  },
);
