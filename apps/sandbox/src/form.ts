import { type FastifyRequest } from 'fastify';
import { refuse } from './refusal.js';

/** A multipart form as an object: texts as they are, files in arrays by field. @throws Refusal 400 */
export async function parseForm(request: FastifyRequest, bytes: Buffer): Promise<Record<string, string | File[]>> {
  const form = await new Response(bytes, { headers: { 'content-type': request.headers['content-type'] ?? '' } })
    .formData()
    .catch(() => {
      throw refuse.badForm();
    });
  const body: Record<string, string | File[]> = {};
  for (const [name, value] of form) {
    const before = body[name];
    if (typeof value === 'string') body[name] = value;
    else body[name] = [...(Array.isArray(before) ? before : []), value];
  }
  return body;
}
