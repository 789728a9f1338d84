import { CONFIG, type Config, MASTER_KEY } from '#libs/core';
import { isBrowser, Pages, PublicUrl } from '#libs/web';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { KEY_FLOW } from './flow.js';
import { Flows } from './flows.service.js';

/** What this server is: for people a page, for programs a line of JSON. */
@Controller()
export class HomeController {
  constructor(
    private readonly pages: Pages,
    private readonly flows: Flows,
    private readonly url: PublicUrl,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MASTER_KEY) private readonly masterKey: Buffer | undefined,
  ) {}

  @Get() home(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    void reply.header('vary', 'Accept');
    if (!isBrowser(request)) {
      void reply.send({
        name: 'ClickUp MCP Gateway',
        status: this.masterKey ? 'ok' : 'not configured',
        mcp: this.url.mcp,
      });
    } else if (!this.masterKey) {
      this.pages.render(request, reply, { name: 'unconfigured' });
    } else if (this.config.API_KEY_MODE === 'user_bound') {
      this.flows.begin(KEY_FLOW, request, reply);
    } else {
      this.pages.render(request, reply, { name: 'home' });
    }
  }
}
