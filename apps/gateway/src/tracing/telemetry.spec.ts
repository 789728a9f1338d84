import { loadConfig } from '#libs/core';
import { type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import * as traces from '@opentelemetry/sdk-trace-base';
import { batched } from './batched-spans.js';
import { samplerOf } from './sampler.js';
import { openTelemetry } from './telemetry.js';

/** Spans of a provider that sends them nowhere. */
const spanOf = (sampled = true) =>
  ({ spanContext: () => ({ traceFlags: Number(sampled) }), resource: {} }) as unknown as ReadableSpan;

describe('spans on their way', () => {
  let dropped = 0;
  let exporter: { batches: ReadableSpan[][]; answer?: (code: number) => void } & SpanExporter;
  beforeEach(() => {
    dropped = 0;
    exporter = {
      batches: [],
      export: (spans, done) => {
        exporter.batches.push(spans);
        exporter.answer = (code) => done({ code });
      },
      shutdown: () => Promise.resolve(),
    };
  });
  const start = (most: number) =>
    batched(
      exporter,
      (to, maxQueueSize) => new traces.BatchSpanProcessor(to, { maxQueueSize, maxExportBatchSize: maxQueueSize }),
      (count) => (dropped += count),
      most,
    );

  test('are bounded while nobody takes them, and what is dropped is counted', async () => {
    const spans = start(10);
    for (let n = 0; n < 25; n += 1) spans.onEnd(spanOf());
    expect(dropped).toBe(15);
    const flushed = spans.forceFlush();
    exporter.answer!(0);
    await flushed;
    spans.onEnd(spanOf());
    expect(dropped).toBe(15);
    expect(exporter.batches.map(({ length }) => length)).toEqual([10]);
  });

  test('are counted as dropped when a batch is refused, and when the process ends before it has arrived', async () => {
    const spans = start(10);
    for (let n = 0; n < 4; n += 1) spans.onEnd(spanOf());
    const flushed = spans.forceFlush().catch(() => undefined);
    exporter.answer!(1);
    await flushed;
    expect(dropped).toBe(4);
    for (let n = 0; n < 3; n += 1) spans.onEnd(spanOf());
    spans.giveUp();
    expect(dropped).toBe(7);
  });

  test('that nobody is to see do not count', () => {
    const spans = start(1);
    for (let n = 0; n < 3; n += 1) spans.onEnd(spanOf(false));
    expect(dropped).toBe(0);
  });
});

test.each([
  ['parentbased_always_on', undefined, 'ParentBased{root=AlwaysOnSampler'],
  ['parentbased_traceidratio', '0.25', 'ParentBased{root=TraceIdRatioBased{0.25}'],
  ['traceidratio', '0.5', 'TraceIdRatioBased{0.5}'],
  ['always_off', undefined, 'AlwaysOffSampler'],
])('OTEL_TRACES_SAMPLER=%s, with the argument %s', (name, argument, said) => {
  const config = loadConfig({
    OTEL_TRACES_SAMPLER: name,
    ...(argument !== undefined && { OTEL_TRACES_SAMPLER_ARG: argument }),
  });
  expect(samplerOf(traces, config).toString()).toContain(said);
});

test('without an endpoint there is nothing', async () => {
  expect(await openTelemetry(loadConfig({ OTEL_SERVICE_NAME: 'x' }), 'one')).toBeUndefined();
});

test.each([
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'must be http/protobuf'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'authorization' }, 'must be name=value'],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=%zz' }, 'must be name=value'],
  [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'must be a number from 0 to 1'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'must be a URL'],
])('%j stops the start', (environment, problem) => {
  expect(() => loadConfig(environment)).toThrow(problem);
});
