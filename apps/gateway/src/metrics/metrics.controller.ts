import { AppError } from '#libs/core';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Metrics } from './metrics.service.js';

/** Metrics on the port that everybody reaches, for whoever has the operator's token. */
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** @throws AppError `not_found` where METRICS_TOKEN is not set, `unauthorized`, `invalid_token` */
  @Get('metrics') async get(
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (!this.metrics.served) throw new AppError('not_found');
    if (!this.metrics.isCollector(headers.authorization)) {
      void reply.header('www-authenticate', 'Bearer');
      throw headers.authorization === undefined
        ? new AppError('unauthorized', 'The metrics want METRICS_TOKEN, as Authorization: Bearer.')
        : new AppError('invalid_token', 'This is not METRICS_TOKEN.');
    }
    void reply.header('cache-control', 'no-store').type(this.metrics.contentType);
    return this.metrics.text();
  }
}
