import { CONFIG, type Config } from '#libs/core';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Pages } from '../pages/pages.service.js';
import { RedirectUris } from './redirect-uris.js';
import { shortConnectLocation } from './short-connect.js';

@Controller()
export class ConnectController {
  private readonly known: readonly string[];

  constructor(
    private readonly pages: Pages,
    @Inject(CONFIG) config: Config,
  ) {
    this.known = new RedirectUris(config).exactEntries();
  }

  /** With `redirect_uri`: an authorization without a registered client. Without: a form that asks for it. */
  @Get('connect')
  connect(@Req() request: FastifyRequest<{ Querystring: Record<string, unknown> }>, @Res() reply: FastifyReply): void {
    const location = shortConnectLocation(request.query);
    if (!location) return this.pages.render(request, reply, { name: 'connect', data: { known: this.known } });
    void reply.status(303).header('location', location).header('cache-control', 'no-store').send();
  }
}
