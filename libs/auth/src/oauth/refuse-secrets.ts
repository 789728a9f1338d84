import { AppError } from '#libs/core';
import { type FastifyReply, type FastifyRequest } from 'fastify';

const SECRETS = ['client_secret', 'client_assertion', 'client_assertion_type'];

/**
 * Refuses client secrets and assertions. They are not checked here, because clients are public; accepting one would let its sender
 * believe that it was found right (RFC 6749 section 5.2). An empty secret counts as none.
 * @throws AppError `unauthorized`, which is `invalid_client`
 */
export function refuseSecrets(
  { headers: { authorization } }: FastifyRequest,
  reply: FastifyReply,
  form: URLSearchParams,
): void {
  // A client's HTTP library may send its access token everywhere: that says nothing about the client.
  const inHeader = authorization !== undefined && authorization !== '' && !/^bearer\b/i.test(authorization);
  if (!inHeader && !SECRETS.some((name) => form.get(name))) return;
  if (inHeader) void reply.header('www-authenticate', 'Basic realm="clients are public"');
  throw new AppError(
    'unauthorized',
    'Clients are public here and have no secret: send client_id in the body, without client_secret, assertion or Authorization header.',
  );
}
