import { spansDropped } from '#libs/audit';
import { type Config, Tracing } from '#libs/core';
import { SERVER_INFO } from '#libs/mcp';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchedSpans, batched } from './batched-spans.js';
import { samplerOf } from './sampler.js';

/** A collector that does not answer is not waited for any longer when the process ends. */
const LAST_SPANS_MS = 3_000;
/** One attempt to send a batch, with its repetitions. */
const SEND_MS = 10_000;
const DURATIONS_EVERY_MS = 60_000;

export type TelemetryConfig = Pick<
  Config,
  | 'OTEL_EXPORTER_OTLP_ENDPOINT'
  | 'OTEL_EXPORTER_OTLP_HEADERS'
  | 'OTEL_SERVICE_NAME'
  | 'OTEL_RESOURCE_ATTRIBUTES'
  | 'OTEL_TRACES_SAMPLER'
  | 'OTEL_TRACES_SAMPLER_ARG'
  | 'OTEL_BSP_SCHEDULE_DELAY'
>;

/** Traces of this process on their way to a collector. */
export interface Telemetry {
  tracing: Tracing;
  /** Sends what is left, for so many milliseconds at most: else for a few seconds. Never rejects. */
  close(ms?: number): Promise<void>;
}

/**
 * Switches OpenTelemetry on where OTEL_EXPORTER_OTLP_ENDPOINT says where to; its packages are loaded only then. Nothing is registered for
 * the whole process, so that several gateways can live in one. A collector that is away costs spans, which are counted, and nothing else.
 * @param instance like that of no other process
 */
export async function openTelemetry(config: TelemetryConfig, instance: string): Promise<Telemetry | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = config;
  if (endpoint === undefined) return undefined;
  const [api, traces, metrics, { resourceFromAttributes }, { OTLPTraceExporter }, { OTLPMetricExporter }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-proto'),
      import('@opentelemetry/exporter-metrics-otlp-proto'),
    ]);
  const { name, version } = SERVER_INFO;
  const resource = resourceFromAttributes({
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': 'nodejs',
    'service.version': version,
    'service.instance.id': instance,
    'service.name': name,
    ...config.OTEL_RESOURCE_ATTRIBUTES,
    ...(config.OTEL_SERVICE_NAME !== undefined && { 'service.name': config.OTEL_SERVICE_NAME }),
  });
  const to = (path: string) => ({ url: `${endpoint}${path}`, headers, timeoutMillis: SEND_MS });
  const spans: BatchedSpans = batched(
    new OTLPTraceExporter(to('/v1/traces')),
    (exporter, most) =>
      new traces.BatchSpanProcessor(exporter, {
        maxQueueSize: most,
        maxExportBatchSize: Math.min(most, 512),
        scheduledDelayMillis: config.OTEL_BSP_SCHEDULE_DELAY,
      }),
    (count) => spansDropped.inc(count),
  );
  const provider = new traces.BasicTracerProvider({
    resource,
    sampler: samplerOf(traces, config),
    spanProcessors: [spans],
  });
  const meters = new metrics.MeterProvider({
    resource,
    readers: [
      new metrics.PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(to('/v1/metrics')),
        exportIntervalMillis: DURATIONS_EVERY_MS,
        exportTimeoutMillis: SEND_MS,
      }),
    ],
  });
  return {
    tracing: new Tracing(api, provider.getTracer(name, version), meters.getMeter(name, version)),
    close: async (ms = LAST_SPANS_MS) => {
      const sent = Promise.allSettled([provider.shutdown(), meters.shutdown()]);
      await Promise.race([sent, sleep(ms, undefined, { ref: false })]);
      spans.giveUp();
    },
  };
}
