import { loadConfig } from '#libs/core';
import { type Provider } from '@nestjs/common';
import { Writable } from 'node:stream';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { Pictures } from '../../libs/mcp/src/calls/pictures.js';
import { type Gateway, startGateway } from '../../apps/gateway/src/gateway.js';
import { createLogger } from '../../apps/gateway/src/logging.js';
import { MANY_REQUESTS } from './many-requests.js';
import { testDatabase } from './postgres.js';
import { watchProtocol } from './protocol-check.js';

export const WRITE_KEY = 'test-write-key-0123456789';
export const SECOND_KEY = 'test-second-key-0123456789';
const MASTER_KEY = '5e'.repeat(32);

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

/** Files of the sandbox have addresses of ClickUp's real file servers, which no test is to ask. */
const NO_PICTURES: Provider = {
  provide: Pictures,
  useFactory: () => new Pictures({ resolve: () => Promise.resolve([]), isPublic: () => false }),
};

/** The real gateway before a sandbox, with a database of its own. */
export interface TestApp {
  gateway: Gateway;
  sandbox: Sandbox;
  url: string;
  databaseUrl: string;
  /** Everything that was logged, as one text. */
  log(): string;
  close(): Promise<void>;
}

export interface TestAppOptions {
  env?: Record<string, string>;
  sandbox?: Parameters<typeof startSandbox>[0];
  extras?: Provider[];
  /** Another replica: the same database and sandbox, which stay when it closes. */
  beside?: Pick<TestApp, 'sandbox' | 'databaseUrl'>;
}

export async function startTestApp({
  env = {},
  sandbox: sandboxOptions = {},
  extras = [],
  beside,
}: TestAppOptions = {}): Promise<TestApp> {
  const [sandbox, database] = beside
    ? [beside.sandbox, { url: beside.databaseUrl, drop: () => Promise.resolve() }]
    : await Promise.all([startSandbox({ port: 0, ...sandboxOptions }), testDatabase()]);
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) });
  const config = loadConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: database.url,
    MASTER_KEY,
    MCP_API_KEYS: `${WRITE_KEY},${SECOND_KEY}`,
    MCP_API_KEY_WRITE_MODE: 'write',
    CLICKUP_API_URL: sandbox.url,
    CLICKUP_AUTHORIZE_URL: `${sandbox.url}/api`,
    CLICKUP_API_TOKEN: 'pk_sandbox_owner',
    CLICKUP_RATE_LIMIT: '10000',
    ...MANY_REQUESTS,
    LOG_LEVEL: 'trace',
    SHUTDOWN_DRAIN_SECONDS: '2',
    // One person of the sandbox makes the grants of a whole file.
    MAX_GRANTS_PER_PERSON: '10000',
    ...env,
  });
  const protocol = watchProtocol();
  const release = () => Promise.all([beside ? undefined : sandbox.close(), database.drop()]);
  const gateway = await startGateway({
    config,
    log: createLogger(config, sink),
    extras: [NO_PICTURES, ...extras],
  }).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  return {
    gateway,
    sandbox,
    url: gateway.url,
    databaseUrl: database.url,
    log: () => lines.join(''),
    close: async () => {
      protocol.stop();
      await gateway.close();
      await release();
      if (protocol.violations.length)
        throw new Error(`answers that the protocol does not allow:\n${protocol.violations.join('\n')}`);
    },
  };
}
