import { type FastifyInstance } from 'fastify';
import { type Sandbox } from './sandbox.js';

/** The smallest picture there is: one dark pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * The file server that ClickUp has at `t<Workspace>.p.clickup-attachments.com`: whoever knows the address of a file gets it, without a
 * token. It has a host of its own there, so its requests are not recorded among those of the API.
 */
export function files(app: FastifyInstance, sandbox: Sandbox): void {
  app.get<{ Params: { workspace: string; id: string; title: string } }>(
    '/:workspace(^t\\d+)/:id/:title',
    async (request, reply) => {
      const { id, title } = request.params;
      const known = [...sandbox.world.tasks.values()].flatMap(({ relations }) => relations.attachments);
      const file = known.find((each) => each.id === id && each.title === title);
      if (!file || (!file.content && file.mime !== 'image/png'))
        return reply.code(404).type('application/xml').send('<Error><Code>NoSuchKey</Code></Error>');
      return reply.type(file.mime).send(file.content ? Buffer.from(await file.content.arrayBuffer()) : PIXEL);
    },
  );
}
