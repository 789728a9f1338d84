// Run by the Node that came with wrangler: the Worker's bundle in workerd, until its input ends. Arguments: the folder of wrangler, the bundle, the gateway.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, bundle, gateway] = process.argv.slice(2);
const require = createRequire(join(folder, 'node_modules/wrangler/package.json'));
const { Miniflare } = await import(pathToFileURL(require.resolve('miniflare')).href).then((it) => it.default ?? it);

const INSTANCES = `
import { DurableObject } from 'cloudflare:workers';
export class Gateway extends DurableObject {
  async fetch(request) {
    const { pathname, search } = new URL(request.url);
    const forwarded = new Request('${gateway}' + pathname + search, request);
    const answer = await fetch(forwarded);
    const named = new Response(answer.body, answer);
    named.headers.set('x-instance', this.ctx.id.name);
    named.headers.set('x-was-forwarded', request.headers.get('x-forwarded-for') + ' ' + request.headers.get('x-forwarded-proto'));
    return named;
  }
}
export default { fetch: () => new Response(null, { status: 404 }) };`;

const compatibilityDate = '2026-06-01';
const miniflare = new Miniflare({
  host: '127.0.0.1',
  port: 0,
  workers: [
    {
      name: 'worker',
      compatibilityDate,
      modules: [{ type: 'ESModule', path: 'worker.js', contents: readFileSync(bundle, 'utf8') }],
      bindings: { INSTANCES: '2' },
      durableObjects: { GATEWAY: { className: 'Gateway', scriptName: 'instances' } },
    },
    {
      name: 'instances',
      compatibilityDate,
      modules: [{ type: 'ESModule', path: 'instances.js', contents: INSTANCES }],
      durableObjects: { SELF: 'Gateway' },
    },
  ],
});
console.log((await miniflare.ready).origin);
process.stdin.resume().on('end', () => void miniflare.dispose().then(() => process.exit(0)));
