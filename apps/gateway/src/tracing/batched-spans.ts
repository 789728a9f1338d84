import { type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Spans that wait for a collector, or are on their way to it, at most. */
const MOST_SPANS = 2_048;
/** `ExportResultCode.SUCCESS`, of a package that is not loaded for a number. */
const SUCCESS = 0;

export interface BatchedSpans extends SpanProcessor {
  /** Counts what has not arrived by now as dropped. */
  giveUp(): void;
}

/**
 * Sends spans in batches, and knows of each what became of it: the batching of the SDK tells nobody what it drops. While a collector does
 * not take them, a bounded number waits.
 * @param batch makes what collects them into batches for an exporter
 * @param dropped told of spans that no collector has taken
 */
export function batched(
  exporter: SpanExporter,
  batch: (exporter: SpanExporter, most: number) => SpanProcessor,
  dropped: (count: number) => void,
  most = MOST_SPANS,
): BatchedSpans {
  let waiting = 0;
  const counted: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        waiting -= spans.length;
        if ((result.code as number) !== SUCCESS) dropped(spans.length);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
  const batches = batch(counted, most);
  return {
    onStart: (span, context) => batches.onStart(span, context),
    onEnd: (span: ReadableSpan) => {
      if (!(span.spanContext().traceFlags & 1)) return;
      if (waiting >= most) return dropped(1);
      waiting += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
    giveUp: () => {
      if (waiting > 0) dropped(waiting);
      waiting = 0;
    },
  };
}
