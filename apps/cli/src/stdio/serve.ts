import { ClickUpTransport, credential } from '#libs/clickup';
import { type Caller } from '#libs/connections';
import { AppError, type Config, CONFIG_EXIT_CODE, ConfigError, loadKeys, misspeltVariables } from '#libs/core';
import { type Carried, failedStart, originOf, Protocol, StdioModule } from '#libs/mcp';
import { type McpServerFactory } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { NestFactory } from '@nestjs/core';
import { Console } from 'node:console';
import { randomBytes, randomUUID } from 'node:crypto';
import { isatty } from 'node:tty';
import { destination, type DestinationStream, type Logger } from 'pino';
import { clickUpState } from '../../../gateway/src/clickup-check.js';
import { createLogger, forPeople, nestLogger, withoutWords } from '../../../gateway/src/logging.js';
import { readOperatorPolicy } from '../../../gateway/src/operator.js';
import { openTelemetry } from '../../../gateway/src/tracing/telemetry.js';
import { STDIO_KEYS } from './keys.js';
import { LineTransport } from './line-transport.js';
import { Requests } from './requests.js';

/** After SIGTERM: clients kill the process two seconds after it, so what is under way must have been answered by then. */
const AFTER_SIGNAL_MS = 1_000;
/** For a collector to take the last parts of traces: clients wait two seconds for the end of the process. */
const LAST_SPANS_MS = 1_000;
/** For the answers to changes that were cut off: nobody knows what became of them, and that is said. */
const LAST_ANSWERS_MS = 500;
/** How long it may take to hear whose token it is; nobody waits for that. */
const ASK_MS = 10_000;
const LARGEST_LINE = 4 << 20;

/** What answers the client: the tools of ClickUp, or what is wrong with the start. */
interface Served {
  factory: McpServerFactory;
  drainMs: number;
  largestLine: number;
  /** Cuts off what is under way towards ClickUp. */
  cut: () => Promise<void>;
  close: () => Promise<void>;
  /** Exit status. */
  status: number;
}

/** What is known of the client, for the lines of its calls. */
class Client {
  private said: Omit<Carried['from'], 'reqId'> = {};

  readonly hears = (message: unknown): void => {
    const { reqId: _, ...said } = originOf('', message, undefined);
    if (said.client !== undefined) this.said = said;
  };

  get from(): Carried['from'] {
    return { ...this.said, reqId: randomUUID() };
  }
}

/**
 * Serves MCP, both eras, on standard input and output, until the input ends or a signal comes: what is under way is answered first.
 * @returns the exit status: 0; 78 where the configuration left nothing to serve but the reason; 1 after a fault of ours
 */
export async function serveStdinAndStdout(): Promise<number> {
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  // Whatever any library has to print: standard output is the protocol's.
  globalThis.console = new Console(process.stderr);
  let fault = false;
  const failed = new Promise<void>((resolve) =>
    process.on('uncaughtException', (thrown, origin) => {
      fault = true;
      // What was being worked on may be in the message: only kind and place of the failure are told.
      console.error(JSON.stringify({ level: 'fatal', origin, failure: withoutWords(thrown) }));
      resolve();
    }),
  );
  const cutShort = Promise.race([signalled, failed]);
  const client = new Client();
  const requests = new Requests();
  // A start may have to look up names in ClickUp: a signal ends it, too.
  const served = await Promise.race([start(client, requests), cutShort]);
  if (!served) return fault ? 1 : 0;
  const transport = new LineTransport(process.stdin, process.stdout, requests, served.largestLine, client.hears);
  const handle = serveStdio(served.factory, { transport });
  await Promise.race([transport.over, cutShort]);
  transport.stop();
  await Promise.race([requests.idle(served.drainMs), cutShort]);
  if (!(await requests.idle(AFTER_SIGNAL_MS))) {
    await served.cut();
    await requests.idle(LAST_ANSWERS_MS);
  }
  await handle.close();
  await served.close();
  return fault ? 1 : served.status;
}

/** Never throws for what the person who has set it up can mend: that is what is served then, and said on standard error. */
async function start(client: Client, requests: Requests): Promise<Served> {
  try {
    const config = loadKeys(STDIO_KEYS);
    if (config.CLICKUP_API_TOKEN === undefined)
      throw new ConfigError([
        'CLICKUP_API_TOKEN is not set: make a token in ClickUp (Settings > Apps) and put it into the `env` of this server in the configuration of the client',
      ]);
    return await tools(config, config.CLICKUP_API_TOKEN, client, requests);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    const problem = new AppError('not_configured', error.message, {
      details: { fix: 'Mend the configuration of this server in the client, and start it again.' },
    });
    return {
      factory: () => failedStart(problem),
      drainMs: 0,
      largestLine: LARGEST_LINE,
      cut: () => Promise.resolve(),
      close: () => Promise.resolve(),
      status: CONFIG_EXIT_CODE,
    };
  }
}

async function tools(config: Config, token: string, client: Client, requests: Requests): Promise<Served> {
  const log = createLogger(config, standardError(config));
  for (const problem of misspeltVariables()) log.warn(problem);
  const operator = await readOperatorPolicy(config);
  const telemetry = await openTelemetry(config, randomUUID());
  const module = StdioModule.on({ config, log, key: randomBytes(32), operator, tracing: telemetry?.tracing });
  const app = await NestFactory.createApplicationContext(module, { logger: nestLogger(log), abortOnError: false });
  const protocol = app.get(Protocol);
  const caller: Caller = Object.freeze({
    kind: 'stdio',
    id: 'stdio',
    policies: Object.freeze([Object.freeze({ mode: 'write' } as const)]),
    credential: credential(token),
    ...(config.TEAM_ID !== undefined && { workspaceId: config.TEAM_ID }),
  });
  const by: Carried = {
    caller,
    get from() {
      return client.from;
    },
    failed: () => undefined,
    whenDelivered: (work, id) => requests.whenAnswered(id, work),
    cancels: true,
  };
  tellWhose(config, log);
  return {
    factory: ({ era }) => protocol.server(by, era),
    drainMs: config.SHUTDOWN_DRAIN_SECONDS * 1000,
    largestLine: config.MCP_BODY_LIMIT_BYTES,
    cut: () => app.get(ClickUpTransport).close(),
    close: async () => {
      await app.close();
      await telemetry?.close(LAST_SPANS_MS);
    },
    status: 0,
  };
}

/** Nobody waits for it: a call with a token that ClickUp refuses is told so anyway. */
function tellWhose(config: Config, log: Logger): void {
  clickUpState(config, ASK_MS).then(
    ({ words, fix }) => (fix === undefined ? log.info(`serving ClickUp as ${words}`) : log.warn({ fix }, words)),
    (error: unknown) => log.warn({ err: error }, 'ClickUp could not be asked whose token it is'),
  );
}

function standardError({ LOG_FORMAT }: Pick<Config, 'LOG_FORMAT'>): DestinationStream {
  const to = destination({ dest: 2, sync: true });
  // A client that has closed its end takes lines away, not answers.
  to.on('error', () => undefined);
  return LOG_FORMAT === 'pretty' || (LOG_FORMAT === 'auto' && isatty(2)) ? forPeople(to, isatty(2)) : to;
}
