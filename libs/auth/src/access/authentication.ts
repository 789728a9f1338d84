import { Sparingly } from '#libs/audit';
import { Bounds, type Caller, Grants } from '#libs/connections';
import { AppError, CONFIG, type Config, deriveKey, LOGGER, MASTER_KEY } from '#libs/core';
import { notConfigured, policyOf } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { ClientCredentials } from './client-credentials.js';
import { SessionTokens } from './session-tokens.service.js';
import { kindOf } from './credentials.js';
import { FailedCredentials } from './failed-credentials.js';
import { GlobalKeys } from './global-keys.js';
import { JwtCredential } from './jwt-credential.js';
import { inMessage, type PresentedCredential, presentedCredential } from './presented-credential.js';
import { RefusedCredentials } from './refused-credentials.js';
import { UrlCredential } from './url-credential.js';

/** The refusals of a credential; others, such as a database that does not answer, say nothing about it. */
const REFUSALS: readonly string[] = ['invalid_token', 'token_expired', 'invalid_credentials', 'rate_limited'];
/** Of a server URL also that it is not there: to whoever asks, a wrong secret looks like a path that nothing is at. */
const URL_REFUSALS: readonly string[] = [...REFUSALS, 'not_found'];

interface Configured {
  globalKeys: GlobalKeys;
  clientCredentials: ClientCredentials;
}

/** Finds out who calls and with which ClickUp credential; a client may answer the second question itself (contract item 9). */
@Injectable()
export class Authentication {
  /** Undefined = UNCONFIGURED. */
  private readonly configured: Configured | undefined;
  private readonly failures = new FailedCredentials();
  private readonly refused: RefusedCredentials;
  private readonly urls: UrlCredential;
  private readonly jwts: JwtCredential;
  /** Keys in URLs are told once a minute. */
  private readonly inUrls = new Sparingly({ total: 60, each: 1 }, () => undefined);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
    private readonly grants: Grants,
    tokens: SessionTokens,
    private readonly bounds: Bounds,
    @Inject(LOGGER) log: Logger,
  ) {
    this.refused = new RefusedCredentials(log, config);
    this.urls = new UrlCredential(grants, this.failures);
    this.jwts = new JwtCredential(grants, this.failures, tokens);
    const pseudonymKey = masterKey && deriveKey(masterKey, 'pseudonym');
    this.configured = pseudonymKey && {
      globalKeys: new GlobalKeys(config, pseudonymKey),
      clientCredentials: new ClientCredentials(config, pseudonymKey),
    };
  }

  /**
   * The caller of a request, within the bounds of its Workspace: at once unless the database has to be asked. In the path of a server URL it is the URL's.
   * @param given the credential that came in a message, where the request became a stream: then it counts, and nothing else
   * @throws AppError (or rejects) `unauthorized` without a credential, `invalid_token` for one that is not live, `token_expired` for a JWT, `invalid_credentials`
   * for one whose connection ClickUp refuses, `rate_limited` after too many that were not live, `invalid_parameters` for malformed
   * headers, `not_configured`, `unavailable`; those of {@link UrlCredential.callerOf} and of {@link Bounds.of}
   */
  callerOf(request: FastifyRequest, given?: string): Caller | Promise<Caller> {
    const caller = this.unbound(request, given);
    return caller instanceof Promise ? caller.then((found) => this.bounds.of(found)) : this.bounds.of(caller);
  }

  /** The same for whoever is to look after a Workspace, see {@link Bounds.ofAdministrator}. */
  async administratorOf(request: FastifyRequest): Promise<Caller> {
    return this.bounds.ofAdministrator(await this.unbound(request));
  }

  private unbound(request: FastifyRequest, given?: string): Caller | Promise<Caller> {
    const { configured } = this;
    if (!configured) throw notConfigured();
    const inPath = this.urls.in(request);
    if (inPath === undefined)
      return this.presented(configured, request, given) ?? this.withoutCredential(configured, request);
    let besides = false;
    const further = () => {
      besides = true;
      return this.presented(configured, request);
    };
    // What is wrong with a credential that came beside the URL has been told by itself.
    const tell = (error: unknown): never => {
      if (!besides) this.tell(request, { token: inPath, from: 'path' }, error);
      throw error;
    };
    try {
      const caller = this.urls.callerOf(request, inPath, further);
      return caller instanceof Promise ? caller.catch(tell) : caller;
    } catch (error) {
      return tell(error);
    }
  }

  /** The caller of the credential in the headers or the query; undefined when none was sent. */
  private presented(
    configured: Configured,
    request: FastifyRequest,
    given?: string,
  ): Caller | Promise<Caller> | undefined {
    let presented: PresentedCredential | undefined;
    const tell = (error: unknown): never => {
      this.tell(request, presented, error);
      throw error;
    };
    try {
      presented = given === undefined ? presentedCredential(request.raw, this.inQuery(request)) : inMessage(given);
      if (!presented) return undefined;
      const caller = this.withCredential(configured, request, presented);
      const { from } = presented;
      if (caller instanceof Promise) return caller.then((live) => this.discouraged(live, from, request), tell);
      return this.discouraged(caller, from, request);
    } catch (error) {
      return tell(error);
    }
  }

  private inQuery(request: FastifyRequest): string[] {
    if (!this.config.MCP_API_KEY_IN_QUERY) return [];
    const { apiKey = [], token = [] } = request.query as Record<'apiKey' | 'token', string | string[] | undefined>;
    return [apiKey, policyOf(request)?.queryToken ? token : []].flat();
  }

  /**
   * The caller of work that goes on without a request, as it is now; undefined when that credential has ended.
   * @throws AppError `unavailable`; those of {@link Bounds.of}
   */
  async again(by: Pick<Caller, 'kind' | 'id' | 'workspaceId' | 'scopes'>): Promise<Caller | undefined> {
    const caller = await this.live(by);
    return caller && this.bounds.of(caller);
  }

  private async live({
    kind,
    id,
    workspaceId,
    scopes,
  }: Pick<Caller, 'kind' | 'id' | 'workspaceId' | 'scopes'>): Promise<Caller | undefined> {
    if (kind === 'global_key') {
      const caller = this.config.API_KEY_MODE === 'global' ? this.configured?.globalKeys.known(id) : undefined;
      // The operator may have set another TEAM_ID since: the work is not of that Workspace.
      return caller?.workspaceId === workspaceId ? caller : undefined;
    }
    return workspaceId === undefined ? undefined : this.grants.again(id, workspaceId, scopes);
  }

  private discouraged(caller: Caller, from: PresentedCredential['from'], request: FastifyRequest): Caller {
    if (from === 'query' && this.inUrls.admits(caller.id))
      request.log.warn(
        { reqId: request.id, grant: caller.id },
        'an API key was sent in the URL: discouraged, use a header',
      );
    return caller;
  }

  /** Tells the operator of a credential that was refused, and why; the answer says less. */
  private tell(
    request: FastifyRequest,
    presented: { token: string; from: PresentedCredential['from'] | 'path' } | undefined,
    error: unknown,
  ): void {
    const { token = request.headers.authorization ?? '', from } = presented ?? {};
    const refusals = from === 'path' ? URL_REFUSALS : REFUSALS;
    if (!(error instanceof AppError) || !refusals.includes(error.code)) return;
    const { name, grant, global, signed, inQuery, belongs } = kindOf(token);
    const [, id, secret] = grant?.parts.exec(token) ?? [];
    const why = () => {
      if (!presented) return 'wrong form';
      if (error.code === 'invalid_credentials') return 'ClickUp refuses the credential of its connection';
      if (from === 'path' && global) return 'wrong form';
      if (from === 'path' && !belongs) return 'wrong place: the URL';
      if (from !== 'path' && belongs) return 'wrong place: a server URL outside the path';
      if (from === 'query' && !mayBeInQuery(inQuery, request)) return 'wrong place: the URL';
      if (signed) return this.jwts.whyNot(token);
      if (global) return this.config.API_KEY_MODE === 'global' ? 'unknown' : 'global keys are off: API_KEY_MODE';
      return id === undefined || secret === undefined ? 'wrong form' : this.grants.whyNot(id, secret);
    };
    this.refused
      .tell({ request, token, kind: presented ? name : 'an Authorization header', grant: id, why })
      .catch(() => undefined);
  }

  private withoutCredential({ globalKeys, clientCredentials }: Configured, request: FastifyRequest): Caller {
    const caller = globalKeys.size === 0 ? clientCredentials.alone(request.raw) : undefined;
    if (!caller) throw new AppError('unauthorized');
    return caller;
  }

  private withCredential(
    { globalKeys, clientCredentials }: Configured,
    request: FastifyRequest,
    { token, from }: PresentedCredential,
  ): Caller | Promise<Caller> {
    const { name, grant, global, signed, inQuery, belongs } = kindOf(token);
    if (belongs) throw new AppError('invalid_token', belongs);
    if (from === 'query' && !mayBeInQuery(inQuery, request))
      throw new AppError('invalid_token', `The URL is no place for ${name}: send it as Authorization: Bearer.`);
    if (signed) return this.jwts.callerOf(request, token);
    const [, id, secret] = grant?.parts.exec(token) ?? [];
    if (grant && id !== undefined && secret !== undefined) {
      // Callers that are remembered come first, so that failed attempts of others in their network do not lock them out.
      return (
        this.grants.remembered(grant.kind, id, secret) ??
        this.ask(request.ip, token, () => this.grants.ask(grant.kind, id, secret), id)
      );
    }
    const caller = global && this.config.API_KEY_MODE === 'global' ? globalKeys.find(token) : undefined;
    if (!caller) throw this.failures.note(request.ip, undefined, token);
    return clientCredentials.beside(caller, request.raw);
  }

  private async ask(
    address: string,
    token: string,
    look: () => Promise<Caller | undefined>,
    id: string,
  ): Promise<Caller> {
    this.failures.check(address, id, token);
    const caller = await look();
    if (!caller) throw this.failures.note(address, id, token);
    return caller;
  }
}

const mayBeInQuery = (where: 'anywhere' | 'streams' | undefined, request: FastifyRequest): boolean =>
  where === 'anywhere' || (where === 'streams' && policyOf(request)?.queryToken === true);
