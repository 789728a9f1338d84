import { Pool } from 'undici';

export interface LoadResult {
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Sends `total` POSTs over `connections` connections, each as soon as the one before it is answered, the bodies in turn. Any answer but 200 ends it. */
export async function load(
  url: string,
  total: number,
  connections: number,
  headers: Record<string, string>,
  body: string | ((n: number) => string),
): Promise<LoadResult> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const times: number[] = [];
  let left = total;
  const started = performance.now();
  const worker = async () => {
    while (left-- > 0) {
      const from = performance.now();
      const sent = typeof body === 'string' ? body : body(left);
      const answer = await pool.request({ method: 'POST', path: '/mcp', headers, body: sent });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || text.includes('"isError":true'))
        throw new Error(`answered ${answer.statusCode}: ${text.slice(0, 300)}`);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  times.sort((a, b) => a - b);
  return { requestsPerSecond: total / seconds, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

/** Bodies that are sent one after the other, and again from the beginning. */
export const inTurn =
  (bodies: readonly string[]) =>
  (n: number): string =>
    bodies[n % bodies.length]!;
