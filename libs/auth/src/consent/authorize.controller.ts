import { PageController, type PageAnswer, type Redirect } from '#libs/web';
import { Get, Param, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Authorizations } from '../oauth/authorizations.service.js';
import { inTheirLanguage } from '../oauth/authorize-request.js';
import { Consent, NOTHING_LEFT } from './consent.service.js';
import { type Flow } from './flow.js';
import { Flows } from './flows.service.js';
import { SignIn } from './sign-in.service.js';

/** The consent pages of `/authorize` (feature A5): a person consents to a client each time it asks (SEC-101). */
@PageController('connect/:uid')
export class AuthorizeController {
  constructor(
    private readonly flows: Flows,
    private readonly consent: Consent,
    private readonly signIn: SignIn,
    private readonly authorizations: Authorizations,
  ) {}

  @Get() async begin(@Param('uid') uid: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.beginAgain(await this.flow(uid, request), request);
  }

  @Post('credential') async prove(@Param('uid') uid: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.prove(await this.flow(uid, request), request);
  }

  @Post('clickup') async toClickUp(@Param('uid') uid: string, @Req() request: FastifyRequest): Promise<Redirect> {
    return this.signIn.start(await this.flow(uid, request), request);
  }

  @Get('access') async choose(@Param('uid') uid: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.consent.choose(await this.flow(uid, request), request);
  }

  @Post('grant') async approve(@Param('uid') uid: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    let flow: Flow;
    try {
      flow = await this.flow(uid, request);
    } catch (error) {
      // A double click comes after the decision of the first.
      const repeated = await this.consent.repeated(flowOf(uid), request);
      if (repeated) return repeated;
      throw error;
    }
    return this.consent.decide(flow, request, ({ proof: { identity }, workspaceId, policy, replaces }, use) => {
      const connection = { workspaceId, person: identity.person, credential: identity.token, policy, replaces };
      return this.authorizations
        .approve(uid, request, connection, (manager, to) => use(manager, { to }, 'connected'))
        .catch(inTheirLanguage);
    });
  }

  @Post('cancel') async cancel(@Param('uid') uid: string, @Req() request: FastifyRequest): Promise<Redirect> {
    let nothingLeft = false;
    // Judged here, whatever the form says: the client is told why only where that is true.
    const why = async (clientId: string) => {
      nothingLeft = await this.consent.nothingLeft({ ...flowOf(uid), makes: { kind: 'session', clientId } }, request);
      return nothingLeft ? NOTHING_LEFT : undefined;
    };
    const redirect = await this.authorizations
      .deny(uid, request, why)
      .catch((error: unknown) => this.flows.explain(flowOf(uid), request, error));
    await this.flows.mark(flowOf(uid), request, nothingLeft ? 'kept_out' : 'declined');
    return { redirect };
  }

  /** @throws PageError when nothing waits for this browser under this uid */
  private async flow(uid: string, request: FastifyRequest): Promise<Flow> {
    const { client, redirectUri, asked } = await this.authorizations
      .pending(uid, request)
      .catch((error: unknown) => this.flows.explain(flowOf(uid), request, error));
    const makes = { kind: 'session', clientId: client.id } as const;
    return { ...flowOf(uid), asking: { ...client, redirectUri }, asked, makes };
  }
}

const flowOf = (uid: string): Flow => ({
  kind: 'authorize',
  purpose: `authorize:${uid}`,
  base: `/connect/${encodeURIComponent(uid)}`,
  start: `/connect/${encodeURIComponent(uid)}`,
});
