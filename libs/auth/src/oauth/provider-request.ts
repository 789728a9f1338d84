import { AppError } from '#libs/core';
import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { showGrantInToken } from './token-request.js';

/** A request to the authorization server, already read and checked. */
export interface ProviderRequest {
  method: 'GET' | 'POST';
  /** Path and query. */
  url: string;
  body?: { type: 'application/json' | 'application/x-www-form-urlencoded'; text: string };
}

export interface ProviderAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: unknown;
  /** Set when no answer may be sent to the client: then the person is told, and the rest is not used. */
  problem?: AuthorizeProblem;
}

/** An authorization error of a client or redirect URI that cannot be trusted with a redirect (AS-B5). */
export interface AuthorizeProblem {
  error: string;
  error_description?: string;
}

class RequestMessage extends IncomingMessage {
  failure?: unknown;
  answer?: ProviderAnswer;
}

/**
 * Asks the library as if by HTTP, with a request and response of our own. So it sees only the headers that matter (not
 * Host, which it would make URLs of, nor Origin), a body that is read already, and no other path than the matched route's;
 * and its answer goes out like every other: through our hooks, as headers and a body.
 */
export function askProvider(provider: Provider): (question: ProviderRequest) => Promise<ProviderAnswer> {
  const issuer = new URL(provider.issuer);
  // Makes the library read the public URL from forwarding headers. They are set below, never taken from the client.
  provider.proxy = true;
  provider.silent = true;
  Object.defineProperty(provider.context, 'cookies', {
    get(this: KoaContextWithOIDC) {
      return jar(this);
    },
  });
  provider.on('server_error', (ctx, error) => ((ctx.req as RequestMessage).failure = error));
  provider.use(async (ctx, next) => {
    ctx.respond = false;
    await next();
    (ctx.req as RequestMessage).answer = {
      status: ctx.status,
      headers: ownHeaders(ctx.res.getHeaders()),
      body: ctx.body,
      problem: (ctx.state as { problem?: AuthorizeProblem }).problem,
    };
  });
  provider.use(showGrantInToken);
  const handle = provider.callback();
  return async ({ method, url, body }) => {
    const message = new RequestMessage(new Socket());
    const length = body && String(Buffer.byteLength(body.text));
    const headers = {
      host: issuer.host,
      'x-forwarded-proto': issuer.protocol.slice(0, -1),
      accept: 'application/json',
      'content-type': body?.type,
      'content-length': length,
    };
    Object.assign(message, {
      method,
      url,
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    });
    if (body) message.push(body.text);
    message.push(null);
    await handle(message, new ServerResponse(message));
    if (message.failure !== undefined) throw AppError.of(message.failure);
    if (!message.answer)
      throw new AppError('internal_error', undefined, { cause: new Error('the authorization server gave no answer') });
    return message.answer;
  };
}

/**
 * The cookies that the library sees. It would set one for each authorization, and requests of a browser with many of them would become too
 * large. `Authorizations.begun` checks which browser began an authorization before the library is asked, so the library is given the
 * `resume` cookie that it expects, and what it sets is dropped.
 */
const jar = ({ path }: KoaContextWithOIDC) => ({
  get: (name: string) => (name === 'resume' ? path.split('/').at(-1) : undefined),
  set: () => undefined,
});

/** Headers that are not passed on: CORS is decided by our table of routes, and the length is set when we send. */
const NOT_THEIRS = /^(access-control-.*|vary|content-length)$/;

const ownHeaders = (headers: OutgoingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_THEIRS.test(name)));
