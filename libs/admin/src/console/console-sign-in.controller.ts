import { Flows, SignIn } from '#libs/auth';
import { productOf, securityEvent } from '#libs/audit';
import { CONFIG, type Config, LOGGER } from '#libs/core';
import { Form, type PageAnswer, PageController, PageError, type Redirect, type View } from '#libs/web';
import { Get, Inject, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { Administration } from '../access/administration.service.js';
import { AdminSessions } from '../access/admin-sessions.service.js';
import { IdentityProvider } from '../sso/identity-provider.service.js';
import { CONSOLE_FLOW } from './console-flow.js';

const INSIDE = '/console';

/** How somebody comes into the console, and leaves it: with the operator's token, or by showing their ClickUp credential. */
@PageController('console')
export class ConsoleSignInController {
  constructor(
    private readonly flows: Flows,
    private readonly signIn: SignIn,
    private readonly administration: Administration,
    private readonly sessions: AdminSessions,
    private readonly provider: IdentityProvider,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @Get('sign-in') async begin(@Req() request: FastifyRequest): Promise<View> {
    return this.page(await this.flows.beginAgain(CONSOLE_FLOW, request));
  }

  @Post('credential') async prove(@Req() request: FastifyRequest): Promise<PageAnswer> {
    const answer = await this.flows.prove(CONSOLE_FLOW, request);
    return 'view' in answer ? this.page(answer) : answer;
  }

  @Post('clickup') toClickUp(@Req() request: FastifyRequest): Promise<Redirect> {
    return this.signIn.start(CONSOLE_FLOW, request);
  }

  /** Where the steps of the flow lead: what was shown there becomes a session of this browser, once. */
  @Get('access') async enter(@Req() request: FastifyRequest): Promise<Redirect> {
    const { identity } = await this.flows.takeProof(CONSOLE_FLOW, request, new Form(request.query));
    await this.sessions.begin(request, { personId: identity.person.id, token: identity.token });
    return { redirect: INSIDE };
  }

  @Post('token') async operator(@Req() request: FastifyRequest): Promise<Redirect> {
    if (!this.administration.isOperator(new Form(request.body).text('admin_token', 400))) {
      securityEvent(this.log, this.config, 'credential_refused', {
        address: request.ip,
        kind: 'the operator’s token',
        reason: 'unknown',
        ...productOf(request.headers['user-agent']),
      });
      throw new PageError('forbidden', 'problem.operator_token', CONSOLE_FLOW.start);
    }
    await this.sessions.begin(request);
    return { redirect: INSIDE };
  }

  @Post('sign-out') async leave(@Req() request: FastifyRequest): Promise<Redirect> {
    await this.sessions.end(request);
    return { redirect: CONSOLE_FLOW.start };
  }

  private async page(view: View): Promise<View> {
    const provider = this.provider.offered ? await this.provider.page() : undefined;
    const data = {
      ...view.data,
      operatorToken: this.config.ADMIN_TOKEN !== undefined,
      sso: this.provider.offered && { away: provider === undefined },
    };
    // Its form ends at the provider.
    const endsAt = [...(view.endsAt ?? []), ...(provider === undefined ? [] : [provider])];
    return { ...view, view: 'console-sign-in', endsAt, data };
  }
}
