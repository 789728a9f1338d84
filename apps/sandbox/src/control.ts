import { type FastifyInstance } from 'fastify';
import { Settings, type Sandbox } from './sandbox.js';

/** `/__sandbox/`: lets tests see and steer the sandbox. It needs no token, because the sandbox listens on loopback only, and its requests are not recorded. */
export function control(app: FastifyInstance, sandbox: Sandbox): void {
  app.get('/__sandbox/requests', () => sandbox.journal.requests());
  app.get('/__sandbox/stats', () => sandbox.journal.stats());
  app.post('/__sandbox/reset', () => {
    sandbox.reset();
    return {};
  });
  app.post('/__sandbox/config', (request, reply) => {
    const settings = Settings.safeParse(request.body ?? {});
    if (!settings.success)
      return reply.code(400).send({
        err: settings.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
        ECODE: 'SANDBOX_400',
      });
    sandbox.configure(settings.data);
    return {};
  });
}
