import { AppError, MASTER_KEY } from '#libs/core';
import { Controller, Get, Inject } from '@nestjs/common';
import { DatabaseProbe } from './database/probe.service.js';
import { Lifecycle } from './lifecycle.js';

/** Liveness: the process answers. Readiness: it can do its work. */
@Controller()
export class HealthController {
  constructor(
    private readonly database: DatabaseProbe,
    private readonly lifecycle: Lifecycle,
    @Inject(MASTER_KEY) private readonly masterKey: Buffer | undefined,
  ) {}

  @Get(['health', 'healthz', 'health/live']) live() {
    return { status: 'ok' };
  }

  /** @throws AppError `not_configured`, `unavailable` */
  @Get('health/ready') async ready() {
    if (!this.masterKey)
      throw new AppError('not_configured', undefined, { details: { fix: 'Set MASTER_KEY and restart.' } });
    if (this.lifecycle.isLeaving)
      throw new AppError('unavailable', undefined, { details: { reason: 'shutting_down' } });
    if (!(await this.database.answers()))
      throw new AppError('unavailable', undefined, { details: { reason: 'database' } });
    return { status: 'ready' };
  }
}
