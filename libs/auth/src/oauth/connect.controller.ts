import { Pages } from '#libs/web';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { RedirectUris } from './clients/redirect-uris.js';
import { shortConnectLocation } from './short-connect.js';

@Controller()
export class ConnectController {
  constructor(
    private readonly pages: Pages,
    private readonly redirectUris: RedirectUris,
  ) {}

  /** With `redirect_uri`: an authorization without a registered client. Without: a form that asks for it. */
  @Get('connect')
  connect(@Req() request: FastifyRequest<{ Querystring: Record<string, unknown> }>, @Res() reply: FastifyReply): void {
    const location = shortConnectLocation(request.query);
    if (!location)
      return this.pages.render(request, reply, { name: 'connect', data: { known: this.redirectUris.exactEntries() } });
    void reply.status(303).header('location', location).header('cache-control', 'no-store').send();
  }
}
