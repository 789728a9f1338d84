import { ConnectionStore } from '#libs/connections';
import { CONFIG, type Config } from '#libs/core';
import { PageError, Pages, PublicUrl } from '#libs/web';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Consent } from './consent.service.js';
import { KEY_ERRAND } from './errand.js';
import { SignIn } from './sign-in.service.js';
import { snippets } from './snippets.js';
import { Wizard } from './wizard.service.js';

/** A person makes an API key of their own (A7); its first page is `/`. */
@Controller('key')
export class KeyController {
  constructor(
    private readonly pages: Pages,
    private readonly wizard: Wizard,
    private readonly consent: Consent,
    private readonly signIn: SignIn,
    private readonly connections: ConnectionStore,
    private readonly url: PublicUrl,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('credential') prove(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.wizard.prove(this.errand, request, reply);
  }

  @Post('clickup') toClickUp(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.signIn.start(this.errand, request, reply);
  }

  @Get('access') choose(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.consent.choose(this.errand, request, reply);
  }

  @Post('grant') async make(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    if (await this.consent.repeated(this.errand, request, reply)) return;
    await this.consent.decide(
      this.errand,
      request,
      reply,
      ({ proof: { identity, label }, workspaceId, policy }, use) => {
        const grant = { kind: 'api_key', label: label || 'API key' } as const;
        const connection = { workspaceId, person: identity.person, credential: identity.token, policy, grant };
        return this.connections.connect(connection, (manager, { grantId, secret }) =>
          use(manager, { show: `cuk_${grantId}:${secret}` }),
        );
      },
    );
  }

  /** The one time the key is shown. @throws PageError afterwards */
  @Get('done') async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    // What only looks whether the page is there must not use up the one showing.
    if (request.method === 'HEAD') return void reply.send();
    const key = (await this.consent.outcome(this.errand, request))?.show;
    if (typeof key !== 'string') throw new PageError('not_found', 'problem.key_shown', '/sessions');
    this.pages.render(request, reply, { name: 'key', data: { key, snippets: snippets(this.url.mcp, key) } });
  }

  @Post('cancel') cancel(@Res() reply: FastifyReply): void {
    this.pages.redirect(reply, '/');
  }

  /** @throws PageError where people cannot make keys */
  private get errand() {
    if (this.config.API_KEY_MODE !== 'user_bound') throw new PageError('not_found', 'problem.no_keys', '/');
    return KEY_ERRAND;
  }
}
