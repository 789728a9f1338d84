import { registry } from '#libs/audit';
import { WebhookInbox } from '#libs/billing';
import { ClickUpTransport, DirectoryCache } from '#libs/clickup';
import { Grants, Invalidations } from '#libs/connections';
import { CONFIG, type Config, sameSecret } from '#libs/core';
import { OpenStreams } from '#libs/mcp';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type Pool } from 'pg';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { Lifecycle } from '../lifecycle.js';
import { observations } from './gauges.js';

/** The metrics of this process, in the text format of Prometheus 0.0.4. */
@Injectable()
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly all: Registry;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'METRICS_TOKEN'>,
    transport: ClickUpTransport,
    directories: DirectoryCache,
    grants: Grants,
    database: DataSource,
    lifecycle: Lifecycle,
    invalidations: Invalidations,
    streams: OpenStreams,
    @Optional() inbox?: WebhookInbox,
  ) {
    const { master: pool } = database.driver as unknown as { master: Pool };
    this.all = Registry.merge([
      registry,
      observations({ transport, directories, grants, pool, lifecycle, invalidations, streams, inbox }),
    ]);
  }

  /** Whether metrics are served to whoever has the token. */
  get served(): boolean {
    return this.config.METRICS_TOKEN !== undefined;
  }

  /** Whether an Authorization header holds the operator's token. */
  isCollector(authorization: string | undefined): boolean {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    const { METRICS_TOKEN } = this.config;
    return token !== undefined && METRICS_TOKEN !== undefined && sameSecret(token, METRICS_TOKEN);
  }

  text(): Promise<string> {
    return this.all.metrics();
  }
}
