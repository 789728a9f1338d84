import { CONFIG, type Config, LOGGER } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Form, type PageAnswer, PageController, PageError, Pages, PublicUrl, type Redirect } from '#libs/web';
import { Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { Consent, NOTHING_LEFT } from '../consent/consent.service.js';
import { type Flow } from '../consent/flow.js';
import { Flows } from '../consent/flows.service.js';
import { type Identity } from '../consent/identities.service.js';
import { Offers } from '../consent/offers.service.js';
import { Proofs } from '../consent/proofs.service.js';
import { SignIn } from '../consent/sign-in.service.js';
import { redirectRefused } from '../oauth/clients/redirect-refused.js';
import { RedirectUris, redirectTarget } from '../oauth/clients/redirect-uris.js';
import { type LoginRequest, loginRequest } from './login-request.js';
import { Logins, returnTo, type StoredSession } from './logins.service.js';

const CALLBACK = '/auth/callback';
const PURPOSE = 'jwt:';
/** As whom a session of this login calls. */
const MAKES = { kind: 'jwt' } as const;
/** How long a person has for the pages, as with `/authorize`. */
const MINUTES = 30;

/** Somebody signs in for a JWT session (feature A11). Where there is nothing to decide, nothing is asked. */
@PageController('auth')
export class LoginController {
  constructor(
    private readonly flows: Flows,
    private readonly consent: Consent,
    private readonly offers: Offers,
    private readonly proofs: Proofs,
    private readonly signIn: SignIn,
    private readonly pages: Pages,
    private readonly url: PublicUrl,
    private readonly redirects: RedirectUris,
    private readonly logins: Logins,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Checks where the answer may go (SEC-99). Sends people to ClickUp, or, where the operator has no application there, to the page that asks for a personal token. */
  @Get('login') async login(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
  ): Promise<Redirect> {
    const asked = loginRequest(
      query,
      `${this.url.base}${CALLBACK}`,
      (uri) => this.redirects.allows(uri),
      (uri) => {
        throw redirectRefused(this.log, this.config, {
          redirectUris: [uri],
          address: request.ip,
          userAgent: request.headers['user-agent'],
        });
      },
    );
    const holder = { purpose: 'login', browser: this.pages.browser.id(request) };
    const flow = flowOf(await this.proofs.put(holder, asked, MINUTES), asked);
    if (!this.signIn.offered) return { redirect: flow.start, status: 302 };
    return { ...(await this.signIn.start(flow, request, CALLBACK)), status: 302 };
  }

  /** Where ClickUp sends people back to. */
  @Get('callback') callback(@Req() request: FastifyRequest): Promise<PageAnswer | object> {
    return this.signIn.returned<PageAnswer | object>(
      request,
      async ({ flow, identity }) => {
        const asked = await this.asked(flow.purpose.slice(PURPOSE.length), request);
        this.checkWorkspace(asked, identity, flow.start);
        const decided = await this.decided(asked, identity);
        if (!decided) return this.flows.carryOn(flow, request, { identity, label: '' });
        return this.logins.answer(await this.logins.store({ request: asked, identity, ...decided }));
      },
      ({ purpose }) => purpose.startsWith(PURPOSE),
    );
  }

  @Get(':login') async begin(@Param('login') id: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.begin(await this.flow(id, request));
  }

  @Post(':login/credential') async prove(
    @Param('login') id: string,
    @Req() request: FastifyRequest,
  ): Promise<PageAnswer> {
    return this.flows.prove(await this.flow(id, request), request);
  }

  @Post(':login/clickup') async toClickUp(@Param('login') id: string, @Req() request: FastifyRequest) {
    return this.signIn.start(await this.flow(id, request), request, CALLBACK);
  }

  @Get(':login/access') async choose(@Param('login') id: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    const asked = await this.asked(id, request);
    const flow = flowOf(id, asked);
    const { identity } = await this.flows.proofOf(flow, request, new Form(request.query));
    this.checkWorkspace(asked, identity, flow.start);
    return this.consent.choose(flow, request);
  }

  @Post(':login/grant') async approve(@Param('login') id: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    const asked = await this.asked(id, request);
    const flow = flowOf(id, asked);
    const repeated = await this.consent.repeated(flow, request);
    if (repeated) return repeated;
    return this.consent.decide(flow, request, ({ proof: { identity }, workspaceId, policy, replaces }, use) =>
      this.logins.store({ request: asked, identity, workspaceId, policy, replaces }, (manager, stored, to) =>
        use(manager, to === undefined ? { show: stored } : { to }, 'connected'),
      ),
    );
  }

  /** Shows the JWT, once. @throws PageError afterwards */
  @Get(':login/done') async show(@Param('login') id: string, @Req() request: FastifyRequest): Promise<object> {
    const { show } = (await this.consent.outcome(await this.flow(id, request), request)) ?? {};
    if (show === undefined)
      throw new PageError('not_found', 'problem.jwt_shown', '/sessions').under('problem.jwt_shown.heading');
    return this.logins.answer(show as StoredSession);
  }

  @Post(':login/cancel') async cancel(@Param('login') id: string, @Req() request: FastifyRequest): Promise<Redirect> {
    const asked = await this.asked(id, request);
    if (asked.redirectUri === undefined) return { redirect: '/' };
    const nothingLeft = await this.consent.nothingLeft(flowOf(id, asked), request);
    const description = nothingLeft && { error_description: NOTHING_LEFT };
    return { redirect: returnTo(asked, { error: 'access_denied', ...description }, this.url.base) };
  }

  /** What is decided by the login itself; undefined where the person has to choose, or to be asked for the program that gets the code. */
  private async decided(
    { redirectUri, mode, workspace }: LoginRequest,
    { workspaces }: Identity,
  ): Promise<{ workspaceId: string; policy: Policy } | undefined> {
    const id = workspace ?? (workspaces.length === 1 ? workspaces[0]!.id : undefined);
    if (redirectUri !== undefined || id === undefined) return undefined;
    const [offered] = await this.offers.workspaces({ makes: MAKES }, [{ id, name: '' }]);
    if (offered?.closed) return undefined;
    const allowed = this.offers.modes({}, await this.offers.above(id));
    const capped = allowed.includes(mode) ? mode : allowed.at(-1);
    if (capped === undefined || capped === 'selective') return undefined;
    return { workspaceId: id, policy: { mode: capped } };
  }

  /** @throws PageError for a Workspace that the person does not reach, or that the operator does not let in */
  private checkWorkspace({ workspace }: LoginRequest, { workspaces }: Identity, start: string): void {
    if (workspace !== undefined && !workspaces.some(({ id }) => id === workspace))
      throw new PageError('forbidden', 'problem.not_your_workspace', start);
  }

  private async flow(id: string, request: FastifyRequest): Promise<Flow> {
    return flowOf(id, await this.asked(id, request));
  }

  /** What this browser has begun to sign in for. @throws PageError when it has begun nothing under this id, or too long ago */
  private async asked(id: string, request: FastifyRequest): Promise<LoginRequest> {
    const browser = this.pages.browser.cookie(request, 'browser') ?? '';
    const asked = browser && (await this.proofs.read<LoginRequest>({ purpose: 'login', browser }, id));
    if (!asked) throw new PageError('invalid_parameters', browser ? 'problem.login_expired' : 'problem.no_cookie', '/');
    return asked;
  }
}

function flowOf(id: string, { redirectUri, mode, workspace }: LoginRequest): Flow {
  const path = `/auth/${encodeURIComponent(id)}`;
  return {
    kind: 'jwt',
    purpose: `${PURPOSE}${id}`,
    base: path,
    start: path,
    makes: MAKES,
    ...(redirectUri !== undefined && {
      asking: { id: redirectUri, name: redirectTarget(redirectUri).host, verified: false, redirectUri },
    }),
    ...(mode !== 'selective' && { asked: mode }),
    ...(workspace !== undefined && { workspace }),
  };
}
