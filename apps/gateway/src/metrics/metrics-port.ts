import { type Config } from '#libs/core';
import { createServer } from 'node:http';
import { listen } from '../door.js';
import { type Metrics } from './metrics.service.js';

/**
 * Opens METRICS_PORT, which answers `GET /metrics` and nothing else.
 * @returns undefined where it is not set
 * @throws ConfigError when it is taken or not allowed
 */
export async function openMetricsPort(
  { HOST, METRICS_PORT }: Pick<Config, 'HOST' | 'METRICS_PORT'>,
  metrics: Metrics,
): Promise<{ port: number; close: () => void } | undefined> {
  if (METRICS_PORT === undefined) return undefined;
  const server = createServer({ headersTimeout: 15_000, requestTimeout: 30_000 }, ({ method, url }, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    if (url !== '/metrics') return void response.writeHead(404).end();
    if (method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end();
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const port = await listen(server, HOST === 'localhost' ? '127.0.0.1' : HOST, METRICS_PORT, 'METRICS_PORT');
  // Collectors keep their connection; the end of the process does not wait for them.
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port, close };
}
