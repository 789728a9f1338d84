import { type Config, loadConfig } from '#libs/core';
import { PublicUrl } from '#libs/web';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startGateway } from '../../../gateway/src/gateway.js';
import { createLogger } from '../../../gateway/src/logging.js';
import { startSandbox } from '../../../sandbox/src/index.js';
import { consented } from './consented.js';

/** One way in: a gateway, a key for it, and a client that holds both. */
export interface Door {
  /** The MCP endpoint. */
  url: string;
  key: string;
  client: Client;
}

/** Everything that the tour needs. */
export interface Stage {
  doors: Readonly<Record<DoorName, Door>>;
  /** What reached ClickUp so far, oldest first. */
  upstream(): readonly UpstreamRequest[];
  close(): Promise<void>;
}

/** A global key that writes, one that reads, and a session of somebody who connected by OAuth. */
export type DoorName = 'write' | 'read' | 'oauth';
export interface UpstreamRequest {
  method: string;
  path: string;
}

/** Fixed for the tour: the revision that ChatGPT and Claude speak now. */
const REVISION = '2026-07-28';
/** Whose account the demo plays on; what the sandbox accepts on the consent page. */
export const CLICKUP_KEY = 'pk_sandbox_owner';
/** Engineering / Backend / Sprint 42: where the session by OAuth may write. */
const LIST = '90144360426';

/**
 * Starts sandbox, database and gateway, and connects a client to each door. Keys are new on each run.
 * MCP_API_KEY_WRITE_MODE holds for all global keys of a gateway, so the read-only key gets a gateway of its own, on a free port, with the same database.
 * @throws ConfigError when PORT is taken
 */
export async function setUp(own: Config): Promise<Stage> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const sandbox = await startSandbox({
      port: 0,
      tasks: own.SANDBOX_TASKS,
      latencyMs: own.SANDBOX_LATENCY_MS,
      rateLimit: own.SANDBOX_RATE_LIMIT,
    });
    closers.push(() => sandbox.close());
    const door = async (url: string, key: string): Promise<Door> => {
      const client = new Client(
        { name: 'clickup-mcp-demo', version: '1.0.0' },
        { versionNegotiation: { mode: { pin: REVISION } } },
      );
      await client.connect(
        new StreamableHTTPClientTransport(new URL(url), {
          requestInit: { headers: { authorization: `Bearer ${key}` } },
        }),
      );
      closers.push(() => client.close());
      return { url, key, client };
    };
    const open = async (mode: 'write' | 'read', port: number): Promise<Door> => {
      const key = randomBytes(24).toString('base64url');
      const config = demoConfig(own, {
        CLICKUP_API_URL: sandbox.url,
        PORT: port,
        MCP_API_KEY: key,
        MCP_API_KEY_WRITE_MODE: mode,
      });
      // Warnings are for operators (back up the new key, two data sources in one process). Here they would only interrupt the tour.
      const log = createLogger({ LOG_LEVEL: 'error' }, process.stderr);
      const gateway = await startGateway({ config, log });
      closers.push(() => gateway.close());
      // As clients that sign in by OAuth need it: they compare it with what the gateway calls itself.
      return door(gateway.app.get(PublicUrl).mcp, key);
    };
    const [write, read] = [await open('write', own.PORT), await open('read', 0)];
    const oauth = await door(write.url, await consented(new URL(write.url).origin, CLICKUP_KEY, LIST));
    return { doors: { write, read, oauth }, upstream: () => sandbox.requests(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Defaults for everything but where to listen: a real ClickUp token, database or key in the environment or in DATA_DIR must not be touched. */
function demoConfig({ DATA_DIR }: Config, changes: Partial<Config>): Config {
  return { ...loadConfig({}), DATA_DIR: join(DATA_DIR, 'demo'), CLICKUP_API_TOKEN: CLICKUP_KEY, ...changes };
}
