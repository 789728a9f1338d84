import { type FastifyInstance } from 'fastify';

/** Forms, for the routes that take them. A parameter that is given twice becomes an array, for its reader to judge. */
export function registerFormBody(fastify: FastifyInstance): void {
  fastify.addContentTypeParser<string>('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, text, done) => {
    const body: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
    for (const [name, value] of new URLSearchParams(text)) body[name] = name in body ? [body[name]!, value].flat() : value;
    done(null, body);
  });
}
