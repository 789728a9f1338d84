import { isRead } from '#libs/core';
import { OPERATIONS } from '#libs/clickup';
import { fastify, type FastifyInstance } from 'fastify';
import { authorize } from './authorize.js';
import { control } from './control.js';
import { files } from './files.js';
import { HANDLERS } from './handlers/index.js';
import { parseForm } from './form.js';
import { parseQuery } from './query.js';
import { refuse, Refusal } from './refusal.js';
import { type Route, serve } from './routes.js';
import { type Sandbox } from './sandbox.js';

const BODY_LIMIT = 32 << 20;

/** ClickUp over HTTP: a route for every row of the operation table and for every documented operation that has no row yet. */
export function server(sandbox: Sandbox): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4096, querystringParser: parseQuery },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text: string, done) => {
    if (!text) return done(null, undefined);
    try {
      done(null, JSON.parse(text));
    } catch {
      done(refuse.badJson());
    }
  });
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, parseForm);
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, text: string, done) =>
    done(null, parseQuery(text)),
  );
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
  for (const { id, method, path, verb, toolset } of OPERATIONS) {
    const needs = isRead(verb) ? 'read' : toolset === 'comments' ? 'comment' : 'edit';
    register(app, sandbox, method, path as string, {
      operation: id,
      writes: !isRead(verb),
      creates: verb === 'create',
      needs,
      handler: HANDLERS[id],
    });
  }
  sandbox.connections.attach(app.server);
  app.addHook('preClose', () => sandbox.connections.close());
  app.addHook('onClose', () => sandbox.deliveries.clear());
  authorize(app, sandbox);
  control(app, sandbox);
  files(app, sandbox);
  app.setNotFoundHandler(() => {
    throw refuse.noRoute();
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const refusal =
      error instanceof Refusal ? error : new Refusal(error.statusCode ?? 500, error.message, 'SANDBOX_500');
    return reply.code(refusal.status).send({ err: refusal.message, ECODE: refusal.ecode });
  });
  return app;
}

function register(app: FastifyInstance, sandbox: Sandbox, method: string, path: string, route: Route): void {
  const url = path.replaceAll(/\{([^}]+)\}/g, ':$1');
  if (app.hasRoute({ method: method, url })) return;
  app.route({ method: method, url, exposeHeadRoute: false, handler: serve(sandbox, route) });
}
