import { Pages } from '#libs/web';
import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { inTheirLanguage } from '../oauth/authorize-request.js';
import { Authorizations } from '../oauth/authorizations.service.js';
import { Consent } from './consent.service.js';
import { type Flow } from './flow.js';
import { SignIn } from './sign-in.service.js';
import { Flows } from './flows.service.js';

/** The consent pages of `/authorize` (A5): each client is consented to each time it asks (row 101). */
@Controller('connect/:uid')
export class AuthorizeController {
  constructor(
    private readonly pages: Pages,
    private readonly flows: Flows,
    private readonly consent: Consent,
    private readonly signIn: SignIn,
    private readonly authorizations: Authorizations,
  ) {}

  @Get() async begin(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    this.flows.begin(await this.flow(uid, request), request, reply);
  }

  @Post('credential') async prove(
    @Param('uid') uid: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.flows.prove(await this.flow(uid, request), request, reply);
  }

  @Post('clickup') async toClickUp(
    @Param('uid') uid: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    await this.signIn.start(await this.flow(uid, request), request, reply);
  }

  @Get('access') async choose(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    await this.consent.choose(await this.flow(uid, request), request, reply);
  }

  @Post('grant') async approve(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    if (await this.consent.repeated(flowOf(uid), request, reply)) return;
    await this.consent.decide(
      await this.flow(uid, request),
      request,
      reply,
      ({ proof: { identity }, workspaceId, policy }, use) => {
        const connection = { workspaceId, person: identity.person, credential: identity.token, policy };
        return this.authorizations
          .approve(uid, request, connection, (manager, to) => use(manager, { to }))
          .catch(inTheirLanguage);
      },
    );
  }

  @Post('cancel') async cancel(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    this.pages.redirect(reply, await this.authorizations.deny(uid, request).catch(inTheirLanguage));
  }

  /** @throws PageError when nothing waits for this browser under this uid */
  private async flow(uid: string, request: FastifyRequest): Promise<Flow> {
    const { client, redirectUri, scopes } = await this.authorizations.pending(uid, request).catch(inTheirLanguage);
    return { ...flowOf(uid), asking: { ...client, redirectUri }, readOnly: !scopes.includes('write') };
  }
}

const flowOf = (uid: string): Flow => ({
  kind: 'authorize',
  purpose: `authorize:${uid}`,
  base: `/connect/${encodeURIComponent(uid)}`,
  start: `/connect/${encodeURIComponent(uid)}`,
});
