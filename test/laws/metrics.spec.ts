import { readdirSync, readFileSync } from 'node:fs';
import { registry } from '#libs/audit';
import { sourcesUnder } from '../support/sources.js';
import { describedMetrics } from '../../apps/gateway/src/metrics/render-metrics.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const RULES = read('docker/observability/alerts.yaml');
const OURS = describedMetrics();
const valuesOf = (key: string) => [...RULES.matchAll(new RegExp(`^ +${key}: (.*)$`, 'gm'))].map(([, value]) => value!);

/** As GitHub makes them of headings. */
const anchorsOf = (markdown: string) =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

test('names say what a metric counts, and in which unit', () => {
  const wrong = OURS.filter(
    ({ name, type, help }) =>
      !/^(audit|mcp|clickup|gateway|database|directory|callers|vault|log)_[a-z_]+$/.test(name) ||
      (type === 'counter') !== name.endsWith('_total') ||
      (type === 'histogram') !== name.endsWith('_seconds') ||
      help.endsWith('.'),
  );
  expect(wrong).toEqual([]);
  expect(new Set(OURS.map(({ name }) => name)).size).toBe(OURS.length);
});

test('labels are those whose values are counted in metrics.e2e-spec.ts', () => {
  const labels = new Set(OURS.flatMap((metric) => metric.labels));
  const counted = read('test/e2e/metrics.e2e-spec.ts');
  expect([...labels].filter((label) => !counted.includes(`      ${label}: `))).toEqual([]);
});

/** The labels of each metric, those of the Node process too. */
const LABELS = new Map<string, readonly string[]>([
  ...registry.getMetricsAsArray().map(({ name }) => [name, []] as const),
  ...OURS.map(({ name, labels }) => [name, labels] as const),
]);
/** Those that Prometheus adds, or that a histogram has. */
const ADDED = ['instance', 'job'];

/** What an expression asks for that is not there: metrics, and labels that none of its metrics has. */
function unknownIn(expression: string): string[] {
  const asked = new Set<string>(ADDED);
  // What is quoted is the value of a label; functions are followed by a bracket.
  const metrics = [
    ...expression.matchAll(/\b(?<!")([a-z]+(?:_[a-z0-9]+)+)\b(?!\s*\()(?:\{((?:[^}"]|"[^"]*")*)\})?(?![^{}]*\})/g),
  ];
  const unknown = metrics.flatMap(([, name = '', selector = '']) => {
    const labels = LABELS.get(name) ?? LABELS.get(name.replace(/_(bucket|count|sum)$/, ''));
    if (!labels) return [name];
    const own = name.endsWith('_bucket') ? [...labels, 'le'] : labels;
    for (const label of own) asked.add(label);
    const wanted = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label!);
    return wanted.filter((label) => ![...own, ...ADDED].includes(label)).map((label) => `${name}{${label}}`);
  });
  const grouped = [...expression.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list]) => list!.split(/\s*,\s*/));
  if (metrics.length === 0) unknown.push(expression);
  return [...unknown, ...grouped.filter((label) => !asked.has(label)).map((label) => `by (${label})`)];
}

test('alerts ask for metrics and labels that there are', () => {
  const expressions = valuesOf('expr');
  expect(expressions.length).toBeGreaterThan(10);
  expect(expressions.flatMap(unknownIn)).toEqual([]);
});

test.each([
  ['sum(rate(mcp_tool_calls_totals[5m]))', ['mcp_tool_calls_totals']],
  ['sum by (tool) (rate(gateway_errors_total[5m]))', ['by (tool)']],
  ['rate(mcp_tool_calls_total{tool="a",kind="b"}[5m])', ['mcp_tool_calls_total{kind}']],
  ['histogram_quantile(0.9, sum by (le, tool) (rate(mcp_tool_call_seconds_bucket{tool=~"$tool"}[5m])))', []],
  ['up_and_down > 1', ['up_and_down']],
])('%s asks for what is not there: %j', (expression, unknown) => {
  expect(unknownIn(expression)).toEqual(unknown);
});

describe('dashboards', () => {
  const FOLDER = 'docker/observability/dashboards';
  const dashboards = readdirSync(FOLDER).map(
    (file) => [file, JSON.parse(read(`${FOLDER}/${file}`)) as Dashboard] as const,
  );

  test.each(dashboards)('%s asks for metrics and labels that there are', (_, { panels, templating }) => {
    const targets = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })));
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.flatMap(({ title, expr }) => unknownIn(expr).map((what) => `${title}: ${what}`))).toEqual([]);
    const variables = new Set(['__rate_interval', ...templating.list.map(({ name }) => name)]);
    const texts = targets.map(({ expr, legendFormat }) => ({ expr, legendFormat }));
    for (const { expr, legendFormat } of texts) {
      expect([...expr.matchAll(/\$\{?(\w+)/g)].filter(([, name]) => !variables.has(name!))).toEqual([]);
      // What a line is named by, its values have to be kept apart by.
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
      const grouped =
        /\bby\s*\(([^)]*)\)/.exec(expr)?.[1]?.split(/\s*,\s*/) ??
        (/^\w*(sum|histogram_quantile)\b/.test(expr) ? [] : ADDED);
      expect(named.filter((label) => !grouped.includes(label))).toEqual([]);
    }
    for (const { query } of templating.list)
      if (typeof query === 'object') {
        const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(query.query)!;
        expect(LABELS.get(metric!)).toContain(label);
      }
  });

  test('each has a name of its own, panels beside each other, and descriptions that lead somewhere', () => {
    expect(new Set(dashboards.map(([, { uid }]) => uid)).size).toBe(dashboards.length);
    for (const [, { panels }] of dashboards) {
      const taken = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
        expect(x + w).toBeLessThanOrEqual(24);
        return Array.from({ length: w * h }, (_, n) => `${x + (n % w)}/${y + Math.floor(n / w)}`);
      });
      expect(new Set(taken).size).toBe(taken.length);
      for (const { description = '' } of panels)
        for (const [, path, anchor] of description.matchAll(/(docs\/\S+\.md)#(\S+)/g))
          expect(anchorsOf(read(path!))).toContain(anchor);
    }
  });
});

test('each objective is measured, and alerted, by metrics that there are', () => {
  const slo = read('docs/slo.md');
  const blocks = [...slo.matchAll(/```promql\n([^`]*)```/g)].map(([, block]) => block!.replace(/\s+/g, ' ').trim());
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  expect(blocks.flatMap(unknownIn)).toEqual([]);
  const alerts = valuesOf('- alert');
  const named = [...slo.matchAll(/`(\w+BurnsFast|\w+BurnsSlowly)`/g)].map(([, name]) => name!);
  expect(new Set(named)).toEqual(new Set(alerts.filter((alert) => /Burns/.test(alert))));
  expect(named.length).toBeGreaterThan(0);
});

interface Dashboard {
  uid: string;
  panels: {
    title: string;
    description?: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets?: { expr: string; legendFormat: string }[];
  }[];
  templating: { list: { name: string; query: string | { query: string } }[] };
}

test('each alert says what to do, in a chapter that is there', () => {
  const runbooks = valuesOf('runbook');
  expect(runbooks).toHaveLength(valuesOf('- alert').length);
  const broken = runbooks.filter((runbook) => {
    const [path, anchor] = runbook.split('#');
    return !anchorsOf(read(path!)).includes(anchor!);
  });
  expect(broken).toEqual([]);
});

test('OpenTelemetry is loaded only where it is switched on', () => {
  const loads = sourcesUnder('apps', 'libs').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^.*['"]@opentelemetry\/.*$/gm)].map(([line]) => ({ path, line })),
  );
  const others = loads.filter(({ line }) => !/^import (type |\{( type \w+,?)+ \} from )/.test(line));
  expect([...new Set(others.map(({ path }) => path))]).toEqual(['apps/gateway/src/tracing/telemetry.ts']);
  expect(others.every(({ line }) => /^ +import\('[^']+'\),$/.test(line))).toBe(true);
});
