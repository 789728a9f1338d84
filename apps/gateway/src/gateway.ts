import { Access } from '#libs/auth';
import { type Config, masterKey } from '#libs/core';
import { Protocol } from '#libs/mcp';
import { type Provider, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { type AddressInfo } from 'node:net';
import { type FastifyInstance, LogController } from 'fastify';
import { type Logger } from 'pino';
import { AppModule, ENTITIES } from './app.module.js';
import { openDatabase } from './database/database.js';
import { migrate } from './database/migrate.js';
import { dataSourceOptions } from './database/options.js';
import { ErrorFilter } from './error.filter.js';
import { registerJsonBody } from './json-body.js';
import { Lifecycle } from './lifecycle.js';
import { createLogger, nestLogger } from './logging.js';

export interface GatewayOptions {
  config: Config;
  log?: Logger;
  /** Added to the container; tests add an MCP extension. */
  extras?: Provider[];
}

/** A running gateway. */
export interface Gateway {
  app: NestFastifyApplication;
  /** Where it listens, without a trailing slash. */
  url: string;
  /** Drains and stops, in the order that loses nothing. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts database and server; whatever fails on the way takes down what was already up. */
export async function startGateway({ config, log = createLogger(config), extras = [] }: GatewayOptions): Promise<Gateway> {
  const key = masterKey(config, (path) => log.warn({ path }, 'made a new master key: back it up, it opens everything that is stored'));
  if (!key) log.warn('Server starting in UNCONFIGURED mode');
  const database = await openDatabase(config, log);
  try {
    await migrate(database.url, log);
    const foundation = { config, log, masterKey: key, database: dataSourceOptions({ url: database.url, entities: ENTITIES, poolSize: config.DATABASE_POOL_SIZE, log }) };
    const adapter = fastifyAdapter(config, log);
    const app = await NestFactory.create<NestFastifyApplication>(AppModule.on(foundation, extras), adapter, { bodyParser: false, logger: nestLogger(log), abortOnError: false });
    const fastify = adapter.getInstance() as unknown as FastifyInstance;
    const lifecycle = app.get(Lifecycle);
    let url = config.BASE_URL ?? `http://localhost:${config.PORT}`;

    registerJsonBody(fastify);
    registerRequestLog(fastify, log);
    lifecycle.register(fastify);
    app.get(Access).register(fastify, () => url);
    app.useGlobalFilters(new ErrorFilter(log));
    app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));

    await app.listen(config.PORT, config.HOST);
    const server = app.getHttpServer();
    server.maxConnections = config.MAX_CONNECTIONS;
    server.headersTimeout = 15_000;
    const { port } = server.address() as AddressInfo;
    if (!config.BASE_URL) url = `http://localhost:${port}`;
    log.info({ port }, 'listening');

    let closing: Promise<void> | undefined;
    const close = async () => {
      lifecycle.startDraining();
      server.close();
      server.closeIdleConnections();
      await app.get(Protocol).endSubscriptions();
      await lifecycle.idle(config.SHUTDOWN_DRAIN_SECONDS * 1000);
      await app.get(Protocol).close();
      server.closeAllConnections();
      await app.close();
      await database.close();
      log.info('stopped');
    };
    return { app, url: config.BASE_URL ?? `http://127.0.0.1:${port}`, close: () => (closing ??= close()) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Limits of SEC-D12: Node's own defaults are 300 s for a request and no bound on connections. */
function fastifyAdapter({ TRUST_PROXY }: Config, log: Logger): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: 1 << 20,
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
    trustProxy: TRUST_PROXY.includes('true') ? true : TRUST_PROXY,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
  });
}

/** One line a request: route template, never the URL. The id goes back on every answer, so that it can be quoted. */
function registerRequestLog(fastify: FastifyInstance, log: Logger): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    log.info({ reqId: request.id, method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
    done();
  });
}
