import { Connections } from '#libs/connections';
import { CONFIG, type Config } from '#libs/core';
import { PageError, Pages, PublicUrl } from '#libs/web';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Consent } from './consent.service.js';
import { KEY_FLOW } from './flow.js';
import { SignIn } from './sign-in.service.js';
import { snippets } from './snippets.js';
import { Flows } from './flows.service.js';

/** A person makes an API key of their own (feature A7); its first page is `/`. */
@Controller('key')
export class KeyController {
  constructor(
    private readonly pages: Pages,
    private readonly flows: Flows,
    private readonly consent: Consent,
    private readonly signIn: SignIn,
    private readonly connections: Connections,
    private readonly url: PublicUrl,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('credential') prove(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.flows.prove(this.flow, request, reply);
  }

  @Post('clickup') toClickUp(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.signIn.start(this.flow, request, reply);
  }

  @Get('access') choose(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.consent.choose(this.flow, request, reply);
  }

  @Post('grant') async make(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    if (await this.consent.repeated(this.flow, request, reply)) return;
    await this.consent.decide(this.flow, request, reply, ({ proof: { identity, label }, workspaceId, policy }, use) => {
      const grant = { kind: 'api_key', label: label || 'API key' } as const;
      const connection = { workspaceId, person: identity.person, credential: identity.token, policy, grant };
      return this.connections.connect(connection, (manager, { grantId, secret }) =>
        use(manager, { show: `cuk_${grantId}:${secret}` }),
      );
    });
  }

  /** The one time the key is shown. @throws PageError afterwards */
  @Get('done') async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    // What only looks whether the page is there must not use up the one showing.
    if (request.method === 'HEAD') return void reply.send();
    const key = (await this.consent.outcome(this.flow, request))?.show;
    if (typeof key !== 'string') throw new PageError('not_found', 'problem.key_shown', '/sessions');
    this.pages.render(request, reply, { name: 'key', data: { key, snippets: snippets(this.url.mcp, key) } });
  }

  @Post('cancel') cancel(@Res() reply: FastifyReply): void {
    this.pages.redirect(reply, '/');
  }

  /** @throws PageError where people cannot make keys */
  private get flow() {
    if (this.config.API_KEY_MODE !== 'user_bound') throw new PageError('not_found', 'problem.no_keys', '/');
    return KEY_FLOW;
  }
}
