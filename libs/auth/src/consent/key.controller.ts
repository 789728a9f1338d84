import { Connections } from '#libs/connections';
import { CONFIG, type Config } from '#libs/core';
import { Form, type PageAnswer, PageController, PageError, PublicUrl, type Redirect, type View } from '#libs/web';
import { Get, Inject, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Consent } from './consent.service.js';
import { chosenExpiry, offeredExpiry } from './choice/expiry.js';
import { type Flow, KEY_FLOW } from './flow.js';
import { Flows } from './flows.service.js';
import { SignIn } from './sign-in.service.js';
import { snippets } from './snippets.js';

/** A person makes an API key of their own (feature A7); its first page is `/`. */
@PageController('key')
export class KeyController {
  constructor(
    private readonly flows: Flows,
    private readonly consent: Consent,
    private readonly signIn: SignIn,
    private readonly connections: Connections,
    private readonly url: PublicUrl,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('credential') prove(@Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.prove(this.flow, request);
  }

  @Post('clickup') toClickUp(@Req() request: FastifyRequest): Promise<Redirect> {
    return this.signIn.start(this.flow, request);
  }

  @Get('access') choose(@Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.consent.choose(this.flow, request);
  }

  @Post('grant') async make(@Req() request: FastifyRequest): Promise<PageAnswer> {
    const repeated = await this.consent.repeated(this.flow, request);
    if (repeated) return repeated;
    const expiresInSeconds = chosenExpiry(new Form(request.body), this.config);
    return this.consent.decide(this.flow, request, ({ proof: { identity, label }, workspaceId, policy }, use) => {
      const grant = { kind: 'api_key', label: label || 'API key', expiresInSeconds } as const;
      const connection = { workspaceId, person: identity.person, credential: identity.token, policy, grant };
      return this.connections.connect(connection, (manager, { grantId, secret }) =>
        use(manager, { show: `cuk_${grantId}:${secret}` }),
      );
    });
  }

  /** Shows the key, once. @throws PageError afterwards */
  @Get('done') async show(@Req() request: FastifyRequest): Promise<View> {
    const key = (await this.consent.outcome(this.flow, request))?.show;
    if (typeof key !== 'string')
      throw new PageError('not_found', 'problem.key_shown', '/sessions').under('problem.key_shown.heading');
    return { view: 'key', data: { key, snippets: snippets(this.url.mcp, key) } };
  }

  @Post('cancel') cancel(): Redirect {
    return { redirect: '/' };
  }

  /** @throws PageError where people cannot make keys */
  private get flow(): Flow {
    if (this.config.API_KEY_MODE !== 'user_bound') throw new PageError('not_found', 'problem.no_keys', '/');
    return { ...KEY_FLOW, expiry: offeredExpiry(this.config) };
  }
}
