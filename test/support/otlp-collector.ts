import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

type Values = Record<string, unknown>;

/** A span, as it came over the wire. */
export interface Span {
  traceId: string;
  spanId: string;
  /** Empty where it has none. */
  parentId: string;
  traceState: string;
  name: string;
  kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'UNSPECIFIED' | 'PRODUCER' | 'CONSUMER';
  /** Nanoseconds. */
  startedAt: bigint;
  endedAt: bigint;
  attributes: Values;
  links: { traceId: string; spanId: string }[];
  failed: boolean;
  resource: Values;
}

/** The points of one histogram. */
export interface Points {
  name: string;
  unit: string;
  bounds: number[];
  points: { count: number; sum: number; attributes: Values }[];
}

/** What is answered to each request, by its path. */
type Behaviour = (response: ServerResponse, path: string) => void;

const { root } = protobuf.parse(readFileSync(new URL('otlp.proto', import.meta.url), 'utf8'));
const decode = (type: string, bytes: Buffer): any =>
  root.lookupType(`otlp.${type}`).toObject(root.lookupType(`otlp.${type}`).decode(bytes), {
    enums: String,
    longs: String,
    defaults: true,
    arrays: true,
    oneofs: true,
  });

/** A collector of OpenTelemetry that understands what it is sent: OTLP over HTTP, in protobuf. */
export async function startCollector(): Promise<{
  url: string;
  /** Everything that came, in the order in which it came. */
  spans: Span[];
  histograms: Points[];
  requests: { path: string; headers: IncomingHttpHeaders }[];
  /** What it does from now on instead of taking what comes; undefined: it takes it again. */
  behave(behaviour: Behaviour | undefined): void;
  close(): void;
}> {
  const spans: Span[] = [];
  const histograms: Points[] = [];
  const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  let behaviour: Behaviour | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url!;
      requests.push({ path, headers: request.headers });
      if (behaviour) return behaviour(response, path);
      const sent = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      if (path === '/v1/traces') spans.push(...spansIn(body));
      if (path === '/v1/metrics') histograms.push(...histogramsIn(body));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    histograms,
    requests,
    behave: (next) => void (behaviour = next),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function spansIn(body: Buffer): Span[] {
  const { resourceSpans } = decode('ExportTraceServiceRequest', body);
  return resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    scopeSpans.flatMap((scope: any) =>
      scope.spans.map((span: any): Span => ({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentId: hex(span.parentSpanId),
        traceState: span.traceState,
        name: span.name,
        kind: span.kind.replace('SPAN_KIND_', ''),
        startedAt: BigInt(span.startTimeUnixNano),
        endedAt: BigInt(span.endTimeUnixNano),
        attributes: valuesOf(span.attributes),
        links: span.links.map((link: any) => ({ traceId: hex(link.traceId), spanId: hex(link.spanId) })),
        failed: span.status?.code === 2,
        resource: valuesOf(resource.attributes),
      })),
    ),
  );
}

function histogramsIn(body: Buffer): Points[] {
  const { resourceMetrics } = decode('ExportMetricsServiceRequest', body);
  return resourceMetrics.flatMap(({ scopeMetrics }: any) =>
    scopeMetrics.flatMap(({ metrics }: any) =>
      metrics.map(({ name, unit, histogram }: any): Points => ({
        name,
        unit,
        bounds: histogram.dataPoints[0]?.explicitBounds ?? [],
        points: histogram.dataPoints.map(({ count, sum, attributes }: any) => ({
          count: Number(count),
          sum,
          attributes: valuesOf(attributes),
        })),
      })),
    ),
  );
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const valuesOf = (pairs: any[]): Values =>
  Object.fromEntries(
    pairs.map(({ key, value }) => {
      const given = value[value.value];
      return [key, value.value === 'intValue' ? Number(given) : given];
    }),
  );
