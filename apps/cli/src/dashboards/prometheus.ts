import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';

/** As Debian's package `prometheus` puts it there. */
export const PROMETHEUS = '/usr/bin/prometheus';
const RULES = resolve('docker/observability/alerts.yaml');

/** A line of an answer: its labels, and its values by Unix seconds. */
export interface Line {
  metric: Readonly<Record<string, string>>;
  values: readonly (readonly [seconds: number, value: string])[];
}

/** A Prometheus that reads the metrics of gateways. */
export interface Prometheus {
  /** What an expression has been, from one moment to another (Unix seconds). @throws Error where Prometheus does not understand it */
  ask(expression: string, from: number, to: number, stepSeconds: number): Promise<Line[]>;
  /** Names of the alerts that are pending or fire. */
  alerts(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Starts one with the rules of `docker/observability`, in a folder of its own.
 * @param port of the loopback address, where nobody listens
 * @param targets URLs of gateways
 * @param token METRICS_TOKEN of all of them
 * @param every how often they are read, as Prometheus writes it
 */
export async function startPrometheus(
  port: number,
  targets: readonly string[],
  token: string,
  every: string,
): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'clickup-mcp-prometheus-'));
  const config = {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: [RULES],
    scrape_configs: [
      {
        job_name: 'clickup-mcp',
        authorization: { credentials: token },
        static_configs: [{ targets: targets.map((url) => new URL(url).host) }],
      },
    ],
  };
  await writeFile(join(folder, 'prometheus.yaml'), stringify(config));
  const address = `127.0.0.1:${port}`;
  const child = spawn(
    PROMETHEUS,
    [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = once(child, 'close');
  const get = async (path: string, query: Record<string, string> = {}) => {
    const answer = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
    const { status, data, error } = (await answer.json()) as { status: string; data: unknown; error?: string };
    if (status !== 'success') throw new Error(`${query.query}: ${error}`);
    return data;
  };
  while (!(await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`Prometheus has ended: ${said}`);
    await sleep(100);
  }
  return {
    ask: async (query, from, to, stepSeconds) => {
      const range = { query, start: String(from), end: String(to), step: String(stepSeconds) };
      return ((await get('query_range', range)) as { result: Line[] }).result;
    },
    alerts: async () => {
      const { alerts } = (await get('alerts')) as { alerts: { labels: { alertname: string } }[] };
      return alerts.map(({ labels }) => labels.alertname);
    },
    close: async () => {
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
