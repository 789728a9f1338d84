import { CONFIG, type Config, MASTER_KEY, VENDORS } from '#libs/core';
import { isBrowser, type PageAnswer, PageController, PublicUrl } from '#libs/web';
import { Get, Header, Inject, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { KEY_FLOW } from './flow.js';
import { Flows } from './flows.service.js';

/** What this server is: a page for browsers, one JSON object for programs. */
@PageController()
export class HomeController {
  constructor(
    private readonly flows: Flows,
    private readonly url: PublicUrl,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MASTER_KEY) private readonly masterKey: Buffer | undefined,
  ) {}

  @Get()
  @Header('vary', 'Accept')
  async home(@Req() request: FastifyRequest): Promise<PageAnswer | object> {
    if (!isBrowser(request))
      return { name: 'ClickUp MCP Gateway', status: this.masterKey ? 'ok' : 'not configured', mcp: this.url.mcp };
    if (!this.masterKey) return { view: 'unconfigured' };
    if (this.config.API_KEY_MODE === 'user_bound') return this.flows.beginAgain(KEY_FLOW, request);
    const installs = VENDORS.flatMap(({ label, install }) => (install ? [{ label, link: install(this.url.mcp) }] : []));
    return { view: 'home', data: { installs } };
  }
}
