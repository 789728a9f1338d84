import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Manifest } from './render.js';

/**
 * Probes as the kubelet does, until it is ended: at the period, each with its timeout, with its headers.
 * @param probe of a manifest, by `httpGet`
 * @param port what the name of its port means
 * @param heard each time a threshold is reached, however often
 */
export async function probing(
  { httpGet, periodSeconds, timeoutSeconds, failureThreshold, successThreshold = 1 }: Manifest['spec'],
  { address, port, until }: { address: string; port: number; until: AbortSignal },
  heard: (succeeds: boolean) => void,
): Promise<void> {
  let [good, bad] = [0, 0];
  const headers = Object.fromEntries(
    (httpGet.httpHeaders as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
  );
  while (!until.aborted) {
    if (await succeeds(`http://${address}:${port}${httpGet.path}`, headers, timeoutSeconds * 1000)) {
      [good, bad] = [good + 1, 0];
      if (good >= successThreshold) heard(true);
    } else {
      [good, bad] = [0, bad + 1];
      if (bad >= failureThreshold) heard(false);
    }
    await sleep(periodSeconds * 1000, undefined, { signal: until }).catch(() => undefined);
  }
}

/** Not `fetch`, which sends no Host but its own. */
function succeeds(url: string, headers: Record<string, string>, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(url, { headers, agent: false, signal: AbortSignal.timeout(timeout) }, (answer) => {
      answer.resume();
      answer.on('error', () => resolve(false));
      answer.on('end', () => resolve(answer.statusCode! >= 200 && answer.statusCode! < 400));
    });
    asked.on('error', () => resolve(false)).end();
  });
}
