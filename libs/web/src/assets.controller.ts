import { AppError } from '#libs/core';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { ASSETS } from './assets.js';

@Controller('static')
export class AssetsController {
  /** @throws AppError `not_found` */
  @Get(':file') file(@Param('file') file: string, @Res() reply: FastifyReply): void {
    const asset = Object.values(ASSETS).find(({ url }) => url === `/static/${file}`);
    if (!asset) throw new AppError('not_found');
    void reply.header('cache-control', 'public, max-age=31536000, immutable').type(asset.type).send(asset.body);
  }
}
