import { registry } from '#libs/audit';
import { type Metric, type Registry } from 'prom-client';
import { observations } from './gauges.js';

/** What prom-client knows of a metric, and does not show in its types. */
type Described = Metric & { name: string; help: string; labelNames: readonly string[] };

/** Every metric of ours, in the order in which they are written down; those of the Node process come from prom-client. */
export function describedMetrics(): { name: string; type: string; help: string; labels: readonly string[] }[] {
  const of = (registry: Registry) =>
    registry.getMetricsAsArray().map((metric) => {
      const { name, help, labelNames } = metric as unknown as Described;
      return { name, help, labels: labelNames, type: metric.constructor.name.toLowerCase() };
    });
  return [...of(registry).filter(({ name }) => !/^(process|nodejs)_/.test(name)), ...of(observations())];
}

/** docs/metrics.md */
export function renderMetrics(): string {
  const rows = describedMetrics().map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ') || '–'} | ${help} |`,
  );
  return `# Metrics

Generated from \`libs/audit/src/metrics.ts\` and \`apps/gateway/src/metrics/gauges.ts\` by \`npm run docs\`.

\`GET /metrics\` answers in the text format of Prometheus, once METRICS_TOKEN is set (to \`Authorization: Bearer\` with that token) or on METRICS_PORT, which wants no token and belongs into a network that only the operator reaches. Each process counts for itself, from its start on: add the replicas up. Labels have closed sets of values; no metric tells a person, a Workspace or an object, so none grows with the number of callers. Beside these there are those of the Node process (\`process_…\`, \`nodejs_…\`: memory, CPU, garbage collection, \`nodejs_eventloop_lag_p99_seconds\`). What to watch and what to do about it: [operations.md](operations.md#metrics).

| metric | type | labels | what it says |
|---|---|---|---|
${rows.join('\n')}
`;
}
