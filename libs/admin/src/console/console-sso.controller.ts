import { Proofs } from '#libs/auth';
import { Form, PageController, PageError, Pages, type Redirect } from '#libs/web';
import { Get, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Attempt, IdentityProvider, newAttempt } from '../sso/identity-provider.service.js';
import { SignOn } from '../access/sign-on.service.js';
import { CONSOLE_FLOW } from './console-flow.js';

/** Of the notes about attempts that are under way. */
const PURPOSE = 'sso';

/** How somebody comes into the console through the company's identity provider (feature E7). */
@PageController('console/sso')
export class ConsoleSsoController {
  constructor(
    private readonly provider: IdentityProvider,
    private readonly signOn: SignOn,
    private readonly proofs: Proofs,
    private readonly pages: Pages,
  ) {}

  /** Sends somebody there. What they come back with is of use in this browser only, and once. */
  @Post() async begin(@Req() request: FastifyRequest): Promise<Redirect> {
    this.offered();
    const attempt = newAttempt();
    const state = await this.proofs.put(this.holder(request), attempt);
    return { redirect: await this.provider.begin(state, attempt) };
  }

  @Get('callback') async enter(@Req() request: FastifyRequest): Promise<Redirect> {
    this.offered();
    const [holder, state] = [this.holder(request), new Form(request.query).text('state')];
    // Used up before anything is asked: whoever sends the address again gets nothing.
    const attempt = holder.browser ? await this.proofs.take<Attempt>(holder, state) : undefined;
    if (!attempt) throw new PageError('invalid_parameters', 'problem.sign_in_state', CONSOLE_FLOW.start);
    const [, query = ''] = request.url.split('?');
    const who = await this.provider.finish(query, state, attempt);
    if (!(await this.signOn.enter(request, who)))
      throw new PageError('forbidden', 'problem.sso.no_role', CONSOLE_FLOW.start);
    // Always there, whatever the address says.
    return { redirect: '/console' };
  }

  /** @throws PageError where there is no identity provider */
  private offered(): void {
    if (!this.provider.offered) throw new PageError('not_found', 'problem.sso.none', CONSOLE_FLOW.start);
  }

  private holder(request: FastifyRequest) {
    return { purpose: PURPOSE, browser: this.pages.browser.cookie(request, 'browser') ?? '' };
  }
}
