import { AppError } from '#libs/core';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { shortConnectLocation } from './short-connect.js';

@Controller()
export class ConnectController {
  /** With `redirect_uri`: an authorization without a registered client. */
  @Get('connect')
  connect(@Req() request: FastifyRequest<{ Querystring: Record<string, unknown> }>, @Res() reply: FastifyReply): void {
    const location = shortConnectLocation(request.query);
    if (!location) throw new AppError('not_found');
    void reply.status(303).header('location', location).header('cache-control', 'no-store').send();
  }
}
