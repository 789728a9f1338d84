import { Access, checkAuthConfig } from '#libs/auth';
import { unlock, type Unlocked } from '#libs/connections';
import { type Config, exposedMasterKey, makeMasterKey, type MasterKeys, masterKeys } from '#libs/core';
import { Protocol } from '#libs/mcp';
import { Pages, PublicUrl } from '#libs/web';
import { type DynamicModule, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { type AddressInfo } from 'node:net';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { type Logger } from 'pino';
import { type DataSourceOptions } from 'typeorm';
import { AppModule, ENTITIES } from './app.module.js';
import { registerBodies } from './bodies.js';
import { type Database, openDatabase } from './database/database.js';
import { migrate } from './database/migrate.js';
import { dataSourceOptions } from './database/options.js';
import { withPool } from './database/with-pool.js';
import { ErrorFilter } from './error.filter.js';
import { Lifecycle } from './lifecycle.js';
import { createLogger, nestLogger } from './logging.js';
import { readOperatorPolicy } from './operator.js';
import { RequestLog } from './request-log.js';
import { headersOf, Unroutable } from './unroutable.js';

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

/** Starts database and server. When something fails on the way, everything that already runs is stopped. */
export async function startGateway({
  config,
  log = createLogger(config),
  extras = [],
}: GatewayOptions): Promise<Gateway> {
  checkAuthConfig(config);
  const keys = masterKeys(config);
  if (!keys) log.warn('Server starting in UNCONFIGURED mode');
  const operator = await readOperatorPolicy(config);
  const database = await openDatabase(config, log);
  const undo = [() => database.close()];
  try {
    const url = await migrate(database, log);
    const pool = dataSourceOptions({ url, entities: ENTITIES, poolSize: config.DATABASE_POOL_SIZE, log });
    const unlocked = keys && (await openVault(pool, keys, config, log));
    const requests = new RequestLog(log);
    const unroutable = new Unroutable(requests);
    const app = await createApp(
      AppModule.on(
        { config, log, masterKey: unlocked?.masterKey, vault: unlocked?.vault, operator, database: pool },
        extras,
      ),
      fastifyAdapter(config, log, unroutable),
      log,
    );
    undo.unshift(() => app.close());
    const address = await listen(app, config, log, requests, unroutable);
    let closing: Promise<void> | undefined;
    return { app, url: address, close: () => (closing ??= stop(app, database, config, log)) };
  } catch (error) {
    for (const step of undo) await step();
    throw error;
  }
}

/** Opens the vault before the container is made, so that everything in the container may rely on the right key. */
async function openVault(pool: DataSourceOptions, keys: MasterKeys, config: Config, log: Logger): Promise<Unlocked> {
  const tell = (path: string) =>
    log.warn({ path }, 'made a new master key: back it up, it opens everything that is stored');
  const unlocked = await withPool(pool, (database) =>
    unlock(database, keys, () => makeMasterKey(config.DATA_DIR, tell)),
  );
  const exposed = exposedMasterKey(config);
  if (exposed)
    log.warn(
      { path: exposed },
      `other accounts of this machine can read the master key, which opens everything that is stored. Mend it: chmod 600 '${exposed}'`,
    );
  if (unlocked.missing.length)
    log.warn(
      { keys: unlocked.missing },
      'some stored credentials may be sealed under these keys: name them in MASTER_KEY_PREVIOUS until `clickup-mcp vault rewrap` is done',
    );
  return unlocked;
}

function createApp(module: DynamicModule, adapter: FastifyAdapter, log: Logger): Promise<NestFastifyApplication> {
  return NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
}

/** Installs the hooks, in the order in which they look at a request, and opens the port. Returns the public URL, or where it listens. */
async function listen(
  app: NestFastifyApplication,
  config: Config,
  log: Logger,
  requests: RequestLog,
  unroutable: Unroutable,
): Promise<string> {
  const fastify = app.getHttpAdapter().getInstance();
  const url = app.get(PublicUrl);
  registerBodies(fastify);
  registerHeaders(fastify);
  requests.register(fastify);
  app.get(Lifecycle).register(fastify);
  app.get(Access).register(fastify, () => url.base);
  app.get(Pages).register(fastify);
  const border = new ErrorFilter(log, app.get(Pages));
  app.useGlobalFilters(border);
  unroutable.refuseBy(app.get(Access), border);

  await app.listen(config.PORT, config.HOST);
  const server = app.getHttpServer();
  server.maxConnections = config.MAX_CONNECTIONS;
  server.headersTimeout = 15_000;
  const { port } = server.address() as AddressInfo;
  log.info({ port }, 'listening');
  url.listensOn(port);
  return config.BASE_URL ?? `http://127.0.0.1:${port}`;
}

/** Ready says no, the port closes, subscriptions end, calls finish, then the database goes. */
async function stop(app: NestFastifyApplication, database: Database, config: Config, log: Logger): Promise<void> {
  const [server, lifecycle, protocol] = [app.getHttpServer(), app.get(Lifecycle), app.get(Protocol)];
  lifecycle.startDraining();
  server.close();
  server.closeIdleConnections();
  await protocol.endSubscriptions();
  await lifecycle.idle(config.SHUTDOWN_DRAIN_SECONDS * 1000);
  await protocol.close();
  server.closeAllConnections();
  await app.close();
  await database.close();
  log.info('stopped');
}

/** Limits of SEC-D12: Node's own defaults are 300 s for a request and no bound on connections. */
function fastifyAdapter({ TRUST_PROXY }: Config, log: Logger, unroutable: Unroutable): FastifyAdapter {
  return new FastifyAdapter({
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      unroutable.refuse(error, request, reply),
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

/** The id of a request goes back on every answer, so that it can be quoted. */
function registerHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headersOf(request));
    done();
  });
}
