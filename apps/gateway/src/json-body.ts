import { type FastifyInstance } from 'fastify';

/** Deeper JSON is refused: parsing survives any depth, but code that walks or stringifies the value does not (SEC-D12). */
const MAX_DEPTH = 64;

/** JSON is the only body there is: prototype poisoning and depth are refused before any code sees the value. */
export function registerJsonBody(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    // No body is no body, whatever the Content-Type says: DELETE often carries one.
    if (text === '') return done(null, undefined);
    void parse(request, text, (error, value: unknown) => {
      if (error) return done(unreadable(error));
      if (isDeeper(value, MAX_DEPTH)) return done(unreadable(new Error(`JSON deeper than ${MAX_DEPTH} levels`)));
      done(null, value);
    });
  });
}

const unreadable = (cause: Error) => Object.assign(new Error('unreadable body', { cause }), { code: 'FST_ERR_CTP_INVALID_JSON_BODY', statusCode: 400 });

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const item of Array.isArray(value) ? value : Object.values(value)) if (isDeeper(item, levels - 1)) return true;
  return false;
}
