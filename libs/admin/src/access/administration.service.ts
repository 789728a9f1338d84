import { Access, presentedCredential } from '#libs/auth';
import { type Caller, personPseudonyms } from '#libs/connections';
import { type Credential, credential } from '#libs/clickup';
import { AppError, CONFIG, type Config, MASTER_KEY, sameSecret } from '#libs/core';
import { notConfigured, Pages, policyOf } from '#libs/web';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { AdminSessions } from './admin-sessions.service.js';
import { type Administrator, type Standing } from './administrator.js';
import { mandateOf } from './mandate.js';
import { SignOn } from './sign-on.service.js';
import { Memberships } from './memberships.service.js';
import { Workspaces } from './workspaces.service.js';

/** Credentials that people hold themselves. A session of an AI client, and a server URL, are for a model, which must not administer. */
const OF_PEOPLE: readonly Caller['kind'][] = ['api_key', 'jwt'];

/** Finds out who asks to administer, and whether they may. */
@Injectable()
export class Administration implements OnModuleInit {
  private readonly pseudonym: ((personId: string) => string) | undefined;

  constructor(
    private readonly access: Access,
    private readonly sessions: AdminSessions,
    private readonly memberships: Memberships,
    private readonly workspaces: Workspaces,
    private readonly signOn: SignOn,
    private readonly pages: Pages,
    @Inject(CONFIG) private readonly config: Pick<Config, 'ADMIN_TOKEN'>,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    this.pseudonym = masterKey && personPseudonyms(masterKey);
  }

  onModuleInit(): void {
    this.access.administeredBy((request) => this.admit(request));
  }

  /** Whether this is the operator's token. */
  isOperator(token: string): boolean {
    return this.config.ADMIN_TOKEN !== undefined && sameSecret(token, this.config.ADMIN_TOKEN);
  }

  /** @throws AppError (by rejecting) `unauthorized`, `invalid_token`, those of {@link mandateOf} and of the caller's own credential */
  private async admit(request: FastifyRequest): Promise<Caller | undefined> {
    const { needs } = policyOf(request) ?? {};
    if (!this.pseudonym) throw notConfigured();
    if (!needs) throw new Error('a route of the administration without a right');
    const { administrator, caller } = await this.who(request);
    request.mandate = await mandateOf(administrator, needs, request);
    request.told = { ...request.told, administrator: administrator.id };
    return caller;
  }

  private async who(request: FastifyRequest): Promise<{ administrator: Administrator; caller?: Caller }> {
    const presented = presentedCredential(request.raw, []);
    if (!presented) return { administrator: await this.inBrowser(request) };
    if (this.isOperator(presented.token)) return { administrator: this.operator() };
    const caller = await this.access.administratorNow(request);
    if (!OF_PEOPLE.includes(caller.kind) || !caller.connection || !caller.credential)
      throw new AppError(
        'forbidden',
        'Only an API key of your own (cuk_…), a JWT or the operator’s token may administer: what was given to an AI client may not.',
        { details: { reason: 'kind of credential' } },
      );
    const narrowed = caller.policies.some(({ mode }) => mode !== 'write');
    const administrator = this.person(caller.connection.personId, caller.credential, {
      grantId: caller.id,
      home: caller.connection.tenantId,
      ...(narrowed && { readsOnly: 'this credential may not write everywhere' }),
    });
    return { administrator, caller };
  }

  /** @throws AppError `unauthorized` without a session; `forbidden` for what another site sends */
  private async inBrowser(request: FastifyRequest): Promise<Administrator> {
    const session = await this.sessions.of(request);
    if (!session) throw new AppError('unauthorized');
    // Pages have a token in each form, which their own hook compares.
    if (policyOf(request)?.surface === 'rest' && !['GET', 'HEAD'].includes(request.method)) this.checkSender(request);
    if (session.kind === 'operator') return this.operator();
    if (session.kind === 'person') return this.person(session.personId, credential(session.token), {});
    const administrator = this.signOn.administrator(session);
    // The table has changed, or there is no provider any more.
    if (!administrator) throw new AppError('unauthorized');
    return administrator;
  }

  /** A cookie is sent by the browser on its own, so a change needs a header that no other site can send (SEC-D21). */
  private checkSender(request: FastifyRequest): void {
    this.access.checkOwnPage(request);
    const { browser } = this.pages;
    const [cookie, sent] = [browser.cookie(request, 'browser'), request.headers['x-csrf-token']];
    if (cookie !== undefined && typeof sent === 'string' && sameSecret(sent, browser.csrf(cookie))) return;
    throw new AppError('forbidden', 'A change that a browser session makes needs the header X-CSRF-Token.', {
      details: { reason: 'csrf' },
    });
  }

  private operator(): Administrator {
    return {
      kind: 'operator',
      id: 'operator',
      everywhere: 'operator',
      roleIn: () => Promise.resolve('operator'),
      standings: () => this.workspaces.all('operator'),
    };
  }

  private person(
    personId: string,
    shown: Credential,
    { home, ...rest }: Pick<Administrator, 'grantId' | 'home' | 'readsOnly'>,
  ): Administrator {
    // A grant is for one Workspace, even if its ClickUp credential reaches more.
    const standings = async (): Promise<Standing[]> =>
      (await this.memberships.of(shown, personId)).filter(
        ({ workspaceId }) => home === undefined || workspaceId === home,
      );
    return {
      kind: 'person',
      id: this.pseudonym!(personId),
      personId,
      credential: shown,
      ...(home !== undefined && { home }),
      ...rest,
      standings,
      roleIn: async (workspaceId) => (await standings()).find((standing) => standing.workspaceId === workspaceId)?.role,
    };
  }
}
