import { type FastifyInstance } from 'fastify';
import { type Sandbox } from './sandbox.js';
import { SettingsError, settingsOf } from './settings.js';

/** `/__sandbox/`: lets tests see and steer the sandbox. It needs no token, because the sandbox listens on loopback only, and its requests are not recorded. */
export function control(app: FastifyInstance, sandbox: Sandbox): void {
  app.get('/__sandbox/requests', () => sandbox.journal.requests());
  app.get('/__sandbox/stats', () => sandbox.journal.stats());
  app.get('/__sandbox/faults', () => sandbox.faults.report());
  app.get('/__sandbox/budget', () => sandbox.rateLimit.budget());
  app.get('/__sandbox/writes', (request) => {
    const { marker } = request.query as { marker?: string };
    return marker === undefined ? sandbox.ledger.writes() : sandbox.ledger.effectsOf(marker);
  });
  app.post('/__sandbox/reset', () => {
    sandbox.reset();
    return {};
  });
  app.post('/__sandbox/config', (request, reply) => {
    try {
      const settings = settingsOf(request.body ?? {});
      // The answer goes out before the service does.
      reply.raw.once('close', () => sandbox.leave(settings));
      sandbox.apply(settings);
      return {};
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return reply.code(400).send({ err: error.message, ECODE: 'SANDBOX_400' });
    }
  });
}
