import { AppError } from '#libs/core';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { ASSETS } from './assets.js';

@Controller()
export class AssetsController {
  /** Browsers ask for it unbidden, also on answers that are no pages. The address never changes, so it is not kept for ever. */
  @Get('favicon.ico') favicon(@Res() reply: FastifyReply): void {
    const { type, body } = ASSETS['icon.svg'];
    void reply.header('cache-control', 'public, max-age=86400').type(type).send(body);
  }

  /** @throws AppError `not_found` */
  @Get('static/:file') file(@Param('file') file: string, @Res() reply: FastifyReply): void {
    const asset = Object.values(ASSETS).find(({ url }) => url === `/static/${file}`);
    if (!asset) throw new AppError('not_found');
    void reply.header('cache-control', 'public, max-age=31536000, immutable').type(asset.type).send(asset.body);
  }
}
