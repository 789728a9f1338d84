import { ApiDocument } from '#libs/admin';
import { checkSsoConfig } from '#libs/admin';
import { Access, checkAuthConfig } from '#libs/auth';
import { billingSettings } from '#libs/billing';
import { ClickUpTransport } from '#libs/clickup';
import { unlock, type Unlocked } from '#libs/connections';
import { type Config, exposedMasterKey, makeMasterKey, type MasterKeys, masterKeys } from '#libs/core';
import { OpenStreams, Protocol, WebSockets } from '#libs/mcp';
import { Pages, PublicUrl } from '#libs/web';
import { type DynamicModule, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { type Logger } from 'pino';
import { type DataSourceOptions } from 'typeorm';
import { AppModule, ENTITIES } from './app.module.js';
import { registerBodies } from './bodies.js';
import { type Database, openDatabase } from './database/database.js';
import { untilItAnswers } from './database/until-it-answers.js';
import { migrate } from './database/migrate.js';
import { dataSourceOptions } from './database/options.js';
import { withPool } from './database/with-pool.js';
import { type Door, openDoor } from './door.js';
import { ErrorFilter } from './error.filter.js';
import { Lifecycle } from './lifecycle.js';
import { openMetricsPort } from './metrics/metrics-port.js';
import { Metrics } from './metrics/metrics.service.js';
import { createLogger, nestLogger } from './logging.js';
import { readOperatorPolicy } from './operator.js';
import { readPolicyFile } from './policy-file.js';
import { RequestLog } from './request-log.js';
import { restInputs } from './rest-inputs.js';
import { traceArrivals } from './tracing/arrivals.js';
import { openTelemetry, type Telemetry } from './tracing/telemetry.js';
import { headersOf, Unroutable } from './unroutable.js';

/** For the answers to calls that were cut off at the end of draining. */
const LAST_ANSWERS_MS = 1_000;
/** For the pool's connections; longer than one may owe an answer. */
const LAST_GOODBYES_MS = 8_000;

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
  /** Of METRICS_PORT. */
  metricsPort?: number | undefined;
  /** Where its database is, fit for a log. */
  database: string;
  /**
   * Drains and stops, in the order that loses nothing. Safe to call twice; the second call ends the delay of the first.
   * @param delayMs for so long everything is served still, while ready says no: balancers send new requests elsewhere meanwhile
   */
  close(delayMs?: number): Promise<void>;
}

/**
 * Opens the port and starts database and server behind it; a database that does not answer is waited for, while the port says so. When
 * something fails on the way, everything that already runs is stopped.
 * @throws ConfigError for what waiting does not cure
 */
export async function startGateway({
  config,
  log = createLogger(config),
  extras = [],
}: GatewayOptions): Promise<Gateway> {
  checkAuthConfig(config);
  billingSettings(config);
  checkSsoConfig(config);
  const keys = masterKeys(config);
  if (!keys) log.warn('Server starting in UNCONFIGURED mode');
  const door = await openDoor(config);
  const undo: (() => unknown)[] = [() => (door.close(), door.server.closeAllConnections())];
  try {
    const operator = await readOperatorPolicy(config);
    const filed = readPolicyFile(config);
    const database = await openDatabase(config, log);
    undo.unshift(() => database.close());
    const { pool, unlocked } = await untilItAnswers(
      database.location,
      () => prepare(database, keys, config, log),
      log,
      (message) => door.tell({ reason: 'database', message }),
    );
    const telemetry = await openTelemetry(config, randomUUID());
    if (telemetry) undo.unshift(() => telemetry.close());
    const requests = new RequestLog(log);
    const unroutable = new Unroutable(requests);
    const app = await createApp(
      AppModule.on(
        {
          config,
          log,
          masterKey: unlocked?.masterKey,
          vault: unlocked?.vault,
          operator,
          filed,
          database: pool,
          tracing: telemetry?.tracing,
        },
        extras,
      ),
      fastifyAdapter(config, door, log, unroutable),
      log,
    );
    undo.unshift(() => app.close());
    const metrics = await openMetricsPort(config, app.get(Metrics));
    if (metrics) {
      undo.unshift(() => metrics.close());
      log.info({ port: metrics.port }, 'metrics are served at /metrics of a port of their own');
    }
    const url = await open(app, door, config, log, requests, unroutable, telemetry);
    let closing: Promise<void> | undefined;
    const close = (delayMs = 0) => {
      if (closing) app.get(Lifecycle).hurry();
      return (closing ??= stop(app, door, database, config, log, delayMs, telemetry).finally(() => metrics?.close()));
    };
    const place = database.embedded ? `embedded in ${database.location}` : database.location;
    return { app, url, metricsPort: metrics?.port, database: place, close };
  } catch (error) {
    for (const step of undo) await step();
    throw error;
  }
}

/** Everything that needs the database before the container can be made. */
async function prepare(database: Database, keys: MasterKeys | undefined, config: Config, log: Logger) {
  const url = await migrate(database, log, 0);
  const pool = dataSourceOptions({ url, entities: ENTITIES, poolSize: config.DATABASE_POOL_SIZE, log });
  return { pool, unlocked: keys && (await openVault(pool, keys, config, log)) };
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

/** Installs the hooks, in the order in which they look at a request, and lets requests in. Returns the public URL, or where it listens. */
async function open(
  app: NestFastifyApplication,
  door: Door,
  config: Config,
  log: Logger,
  requests: RequestLog,
  unroutable: Unroutable,
  telemetry: Telemetry | undefined,
): Promise<string> {
  const fastify = app.getHttpAdapter().getInstance();
  const { port } = door;
  const url = app.get(PublicUrl);
  url.listensOn(port);
  const readJson = registerBodies(fastify);
  registerHeaders(fastify);
  if (telemetry) traceArrivals(fastify);
  requests.register(fastify);
  app.get(Lifecycle).register(fastify);
  app.get(Access).register(fastify, () => url.base);
  app.get(Pages).register(fastify);
  await app.get(WebSockets).register(fastify, door.upgrades, readJson);
  const border = new ErrorFilter(log, app.get(Pages));
  app.useGlobalFilters(border);
  app.useGlobalPipes(restInputs());
  unroutable.refuseBy(app.get(Access), border);
  app.get(ApiDocument).describes(app);

  await app.init();
  await fastify.ready();
  door.leadTo((request, response) => fastify.routing(request, response));
  log.info({ port }, 'listening');
  return config.BASE_URL ?? `http://127.0.0.1:${port}`;
}

/** Ready says no, after a while the port closes, subscriptions end, calls finish, then the database goes. */
async function stop(
  app: NestFastifyApplication,
  door: Door,
  database: Database,
  config: Config,
  log: Logger,
  delayMs: number,
  telemetry: Telemetry | undefined,
): Promise<void> {
  const [{ server }, lifecycle, protocol] = [door, app.get(Lifecycle), app.get(Protocol)];
  await lifecycle.leave(delayMs);
  lifecycle.startDraining();
  door.close();
  server.closeIdleConnections();
  await door.nobodyWaits();
  await protocol.endSubscriptions();
  app.get(OpenStreams).endAll();
  if (!(await lifecycle.idle(config.SHUTDOWN_DRAIN_SECONDS * 1000))) {
    // Changes that are still under way are cut off towards ClickUp first, so that their callers hear that nobody knows what became of them.
    await app.get(ClickUpTransport).close();
    await lifecycle.idle(LAST_ANSWERS_MS);
  }
  await protocol.close();
  server.closeAllConnections();
  // Where packets are dropped, nobody confirms the end of a connection to the database.
  await Promise.race([app.close(), sleep(LAST_GOODBYES_MS, undefined, { ref: false })]);
  await Promise.all([database.close(), telemetry?.close()]);
  log.info('stopped');
}

function fastifyAdapter({ TRUST_PROXY }: Config, door: Door, log: Logger, unroutable: Unroutable): FastifyAdapter {
  return new FastifyAdapter({
    serverFactory: () => door.server,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      unroutable.refuse(error, request, reply),
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: 1 << 20,
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
