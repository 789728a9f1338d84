import { requestsLetIn } from '#libs/audit';
import { type Caller } from '#libs/connections';
import { AppError, CONFIG, type Config, ERRORS } from '#libs/core';
import { ASSETS, attachPolicy, isBrowser, policyOf } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import { Authentication } from './authentication.js';
import { CallerLimits } from './caller-limits.js';
import { Cors } from './cors.js';
import { NetworkLimits } from './network-limits.js';
import { Origins } from './origins.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set on every route whose policy demands a caller. */
    caller?: Caller;
    /** Why an upgrade to a socket has no caller: it is said over the socket, because a script in a browser cannot see the answer to an upgrade. */
    refused?: AppError;
    /** What the line of the request says beside its own fields: what was asked for, why it was refused. Never content. */
    told?: {
      /** The line of the tool call says everything: that of the request is written at level debug only. */
      call?: true;
      [field: string]: string | number | true | undefined;
    };
  }
}

/**
 * Lets in whoever may administer, or not: for routes with `auth: 'admin'`.
 * @returns the caller, where a credential of a person was presented, to be counted as at other routes
 * @throws AppError (by rejecting) for everybody else
 */
export type Administration = (request: FastifyRequest) => Promise<Caller | undefined>;

/** Decides by the row of the matched route, before the body is read, whether a request is let in. */
@Injectable()
export class Access {
  private readonly origins: Origins;
  private readonly cors: Cors;
  private readonly limits = new NetworkLimits();
  private baseUrl = () => '';
  private administration: Administration | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly authentication: Authentication,
    private readonly callerLimits: CallerLimits,
  ) {
    this.origins = new Origins(config);
    this.cors = new Cors(this.origins);
  }

  /**
   * Installs the hooks; call it before the first route is registered. From then on a route without a row in the table throws.
   * @param baseUrl a function, because with PORT=0 the URL is known only after listening
   */
  register(fastify: FastifyInstance, baseUrl: () => string): void {
    this.baseUrl = baseUrl;
    fastify.addHook('onRoute', (route) => this.applyPolicy(route));
    fastify.addHook('onRequest', (request, reply, done) => {
      const refuse = (error: unknown) => {
        const page = pageFor(request, error);
        if (page !== undefined) return void reply.header('vary', 'Accept').redirect(`${baseUrl()}${page}`, 303);
        challenge(reply, error, baseUrl());
        done(error as Error);
      };
      let admitted: Promise<void> | undefined;
      try {
        admitted = this.admit(request, reply, baseUrl());
      } catch (error) {
        return refuse(error);
      }
      // Most callers are remembered and come without a promise, which would cost each request a turn of the event loop.
      if (!admitted) return done();
      admitted.then(() => done(), refuse);
    });
    this.cors.register(fastify);
  }

  /** Who decides about the routes of the administration. While nobody does, none of them lets anybody in. */
  administeredBy(administration: Administration): void {
    this.administration = administration;
  }

  /** See `Authentication.again`. */
  again(by: Pick<Caller, 'kind' | 'id' | 'workspaceId' | 'scopes'>): Promise<Caller | undefined> {
    return this.authentication.again(by);
  }

  /**
   * The caller of a request that has become a stream, with its rights as they are now.
   * @param inMessage the credential, where it came over the stream
   * @throws AppError (or rejects) as when it was let in
   */
  callerNow(request: FastifyRequest, inMessage?: string): Caller | Promise<Caller> {
    return this.authentication.callerOf(request, inMessage);
  }

  /** The caller of a request to administer. @throws AppError (by rejecting) as {@link callerNow} */
  administratorNow(request: FastifyRequest): Promise<Caller> {
    return this.authentication.administratorOf(request);
  }

  /**
   * Counts requests that came over a stream.
   * @throws AppError (or rejects) `rate_limited`, `quota_exceeded`: none of them may begin
   */
  countMessages(caller: Caller, requests: number): Promise<void> | undefined {
    return this.callerLimits.count(caller, undefined, requests);
  }

  /**
   * Counts the requests of a batch but for the first, which was counted when it came.
   * @param others how many they are
   * @throws AppError (or rejects) `rate_limited`, `quota_exceeded`: nothing of the batch may begin
   */
  countOthers(others: number, { caller }: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    return caller && others > 0 ? this.callerLimits.count(caller, reply, others) : undefined;
  }

  /** The most requests that a batch can hold; more could never pass. */
  get largestBatch(): number {
    return this.callerLimits.most;
  }

  /** For what a cookie lets in: only our own pages may send it. @throws AppError `forbidden` */
  checkOwnPage({ raw }: FastifyRequest): void {
    this.origins.checkOwn(raw, this.baseUrl());
  }

  /** The public URL of a page, to be shown to people. */
  pageUrl(path: string): string {
    return `${this.baseUrl()}${path}`;
  }

  /** Where clients find the gateway's icon; undefined where nothing serves it. */
  iconUrl(): string | undefined {
    return this.pageUrl(ASSETS['icon.svg'].url);
  }

  /** The challenge for a token without the scope that is needed (RFC 6750 section 3.1). It names all scopes: clients ask for exactly those, and forget the ones they had. */
  scopeChallenge(): string {
    return bearer(
      `error="insufficient_scope", error_description="${ERRORS.insufficient_scope.message}", `,
      this.baseUrl(),
    );
  }

  /** For a request whose path the router cannot decode: no hook runs for it. @throws AppError `forbidden`, `invalid_parameters` */
  checkUnrouted(request: FastifyRequest): void {
    this.origins.checkHost(request.raw);
  }

  private admit(request: FastifyRequest, reply: FastifyReply, baseUrl: string): Promise<void> | undefined {
    const policy = policyOf(request);
    this.origins.checkHost(request.raw);
    if (policy) this.cors.apply(policy.cors, request, reply);
    if (policy?.origin === 'listed') this.origins.checkOrigin(request.raw);
    if (policy?.origin === 'own') this.origins.checkOwn(request.raw, baseUrl);
    if (policy?.limit) this.limits.count(policy.limit, request.ip);
    if (policy?.auth === 'admin') return this.admitAdministrator(request, reply);
    if (policy?.auth !== 'caller') return undefined;
    if (policy.socket && isUpgrade(request)) return this.admitSocket(request, reply);
    const caller = this.authentication.callerOf(request);
    if (caller instanceof Promise) return caller.then((found) => this.letIn(found, request, reply));
    return this.letIn(caller, request, reply);
  }

  private async admitAdministrator(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!this.administration) throw new Error('nobody decides who may administer');
    const caller = await this.administration(request);
    if (caller) await this.letIn(caller, request, reply);
  }

  private async admitSocket(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    let caller: Caller;
    try {
      caller = await this.authentication.callerOf(request);
    } catch (error) {
      if (!(error instanceof AppError) || error.http !== 401) throw error;
      request.refused = error;
      return;
    }
    await this.letIn(caller, request, reply);
  }

  /** Every request counts, whatever it asks for: of a batch the first, the others when it has been read (`countOthers`). */
  private letIn(caller: Caller, request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    request.caller = caller;
    requestsLetIn.add(caller.kind);
    return policyOf(request)?.uncounted ? undefined : this.callerLimits.count(caller, reply, 1);
  }

  private applyPolicy(route: RouteOptions): void {
    const { bodyLimit } = attachPolicy(route);
    // Fastify wants a positive limit; a route that takes no body gets the smallest.
    route.bodyLimit = bodyLimit === 'mcp' ? this.config.MCP_BODY_LIMIT_BYTES : Math.max(1, bodyLimit);
  }
}

/** Whether Node has handed over the connection (apps/gateway/src/upgrades.ts), so that nothing but a socket can become of it. */
const isUpgrade = ({ raw }: FastifyRequest): boolean => (raw as { upgrade?: boolean }).upgrade === true;

/** Where a person is led who has opened an address for clients: MCP clients never ask for text/html. Whoever sent a credential is told what is wrong with it. */
function pageFor(request: FastifyRequest, error: unknown): string | undefined {
  if (request.method !== 'GET' || !isBrowser(request) || !(error instanceof AppError)) return undefined;
  return error.code === 'unauthorized' || error.code === 'not_configured' ? policyOf(request)?.browsers : undefined;
}

/** RFC 6750 section 3 and RFC 9728 section 5.1: no `error` when nothing was sent. */
function challenge(reply: FastifyReply, error: unknown, baseUrl: string): void {
  if (!(error instanceof AppError) || error.http !== 401) return;
  const problem = error.code === 'unauthorized' ? '' : `error="invalid_token", error_description="${error.message}"`;
  // Whoever is led to sign in would come back with a token that does not help.
  if (error.details.final) return void reply.header('www-authenticate', `Bearer ${problem}`);
  reply.header('www-authenticate', bearer(problem && `${problem}, `, baseUrl));
}

const bearer = (problem: string, baseUrl: string) =>
  `Bearer ${problem}resource_metadata="${baseUrl}/.well-known/oauth-protected-resource/mcp", scope="read write"`;
