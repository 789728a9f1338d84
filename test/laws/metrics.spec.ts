import { readFileSync } from 'node:fs';
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

test('alerts ask for metrics and labels that there are', () => {
  const expressions = valuesOf('expr');
  expect(expressions.length).toBeGreaterThan(10);
  const known = new Map([
    ...registry.getMetricsAsArray().map(({ name }) => [name, []] as const),
    ...OURS.map(({ name, labels }) => [name, labels] as const),
  ]);
  const unknown = expressions.flatMap((expression) =>
    [...expression.matchAll(/\b([a-z]+(?:_[a-z0-9]+)+)(?:\{(\w+)=~?"[^"]*"\})?/g)]
      .filter(([, name]) => name !== 'histogram_quantile')
      .filter(([, name, label]) => {
        const labels = known.get(name!.replace(/_bucket$/, ''));
        return !labels || (label !== undefined && !labels.includes(label));
      })
      .map(([found]) => found),
  );
  expect(unknown).toEqual([]);
});

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
