import { Container } from '@cloudflare/containers';
import { forwardedHeaders, instanceFor, keysFor } from './routing';

/** What wrangler.jsonc binds. Everything else is a key of docs/configuration.md. */
interface Env {
  GATEWAY: DurableObjectNamespace<Gateway>;
  /** How many instances there are. */
  INSTANCES: string;
}

/** One instance of the gateway: a container of the image, which this object starts with the first request. */
export class Gateway extends Container<Env> {
  override defaultPort = 3000;
  /** After so long without a request or an open stream it gets SIGTERM. */
  override sleepAfter = '15m';
  /** Host and path of the question whether the port is open: loopback is a Host that the gateway serves. */
  override pingEndpoint = 'localhost/health/live';
  override envVars = keysFor(this.env as unknown as Record<string, unknown>);
}

export default {
  async fetch(request, env) {
    const forwarded = new Request(request);
    for (const [name, value] of Object.entries(forwardedHeaders(request))) forwarded.headers.set(name, value);
    try {
      return await env.GATEWAY.getByName(instanceFor(request, Number(env.INSTANCES))).fetch(forwarded);
    } catch {
      // Never sent a second time: it may have reached the instance.
      const message =
        'The gateway was not reached, or ended before it answered: what became of the request is not known.';
      return Response.json({ error: { code: 'unavailable', message, details: {} } }, { status: 502 });
    }
  },
  /** Keeps one instance awake. */
  async scheduled(_event, env) {
    await env.GATEWAY.getByName('0').fetch('http://localhost/health/live');
  },
} satisfies ExportedHandler<Env>;
