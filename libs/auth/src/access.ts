import { type Caller } from '#libs/connections';
import { AppError, CONFIG, type Config, deriveKey, ERRORS, MASTER_KEY } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import { GlobalKeys } from './global-keys.js';
import { Origins } from './origins.js';
import { presentedCredential } from './presented-credential.js';
import { routePolicy } from './routes.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set on every route whose policy demands a caller. */
    caller?: Caller;
  }
}

/** Decides on the matched route, before its body is read, whether a request comes in at all. */
@Injectable()
export class Access {
  private readonly origins: Origins;
  private readonly keys: GlobalKeys | undefined;
  private baseUrl = () => '';

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    this.origins = new Origins(config);
    this.keys = masterKey && new GlobalKeys(config, deriveKey(masterKey, 'pseudonym'));
  }

  /**
   * Installs the hooks; call it before the first route is registered. From then on a route without a row in the table throws.
   * @param baseUrl a function, because with PORT=0 the URL is known only after listening
   */
  register(fastify: FastifyInstance, baseUrl: () => string): void {
    this.baseUrl = baseUrl;
    fastify.addHook('onRoute', (route) => this.applyPolicy(route));
    fastify.addHook('onRequest', (request, reply, done) => {
      try {
        this.admit(request);
        done();
      } catch (error) {
        challenge(reply, error, baseUrl());
        done(error as Error);
      }
    });
  }

  /** The challenge for a token that was granted too little: all scopes that are needed then, because clients forget the ones they had (RFC 6750 section 3.1). */
  scopeChallenge(): string {
    return bearer(`error="insufficient_scope", error_description="${ERRORS.insufficient_scope.message}", `, this.baseUrl());
  }

  private admit(request: FastifyRequest): void {
    const policy = routePolicy(request.method, request.routeOptions.url ?? '');
    this.origins.checkHost(request.raw);
    if (policy?.origin === 'listed') this.origins.checkOrigin(request.raw);
    if (policy?.auth === 'caller') request.caller = this.authenticate(request);
  }

  private authenticate(request: FastifyRequest): Caller {
    if (!this.keys) throw new AppError('not_configured', undefined, { details: { fix: 'Set MASTER_KEY (make one with: openssl rand -hex 32) and restart.' } });
    const query = this.config.MCP_API_KEY_IN_QUERY ? (request.query as { apiKey?: unknown }).apiKey : undefined;
    const presented = presentedCredential(request.raw, typeof query === 'string' ? query : undefined);
    if (!presented) throw new AppError('unauthorized');
    if (presented.from === 'query') request.log.warn({ reqId: request.id }, 'an API key was sent in the URL: discouraged, use a header');
    const caller = this.keys.find(presented.token);
    if (!caller) throw new AppError('invalid_token');
    return caller;
  }

  private applyPolicy(route: RouteOptions): void {
    for (const method of [route.method].flat()) {
      const policy = routePolicy(method, route.url);
      if (!policy) throw new Error(`Route ${method} ${route.url} has no row in libs/auth/src/routes.ts`);
      // Fastify wants a positive limit; a route that takes no body gets the smallest.
      route.bodyLimit = policy.bodyLimit === 'mcp' ? this.config.MCP_BODY_LIMIT_BYTES : Math.max(1, policy.bodyLimit);
    }
  }
}

/** RFC 6750 section 3 and RFC 9728 section 5.1: no `error` when nothing was sent. */
function challenge(reply: FastifyReply, error: unknown, baseUrl: string): void {
  if (!(error instanceof AppError) || error.http !== 401) return;
  const problem = error.code === 'unauthorized' ? '' : `error="invalid_token", error_description="${error.message}", `;
  reply.header('www-authenticate', bearer(problem, baseUrl));
}

const bearer = (problem: string, baseUrl: string) => `Bearer ${problem}resource_metadata="${baseUrl}/.well-known/oauth-protected-resource/mcp", scope="read write"`;
