import { type FastifyInstance } from 'fastify';

/** application/x-www-form-urlencoded: a field that was sent several times becomes a list. */
export function registerFormBody(fastify: FastifyInstance): void {
  fastify.addContentTypeParser<string>('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, text, done) => {
    const fields: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
    for (const [name, value] of new URLSearchParams(text)) {
      const before = fields[name];
      fields[name] = before === undefined ? value : [before, value].flat();
    }
    done(null, fields);
  });
}
