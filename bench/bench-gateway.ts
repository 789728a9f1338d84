import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer } from '../test/support/requests.js';
import { ServerProcess } from './server-process.js';

export const KEY = 'bench-key-0123456789';

/** Result of an MCP request, as far as benchmarks look at it. */
interface BenchAnswer extends Answer {
  tools?: { name: string; description: string; inputSchema: unknown; annotations: { readOnlyHint: boolean } }[];
}

/** The built gateway before the built sandbox, each in its own process, without rate limits in the way. */
export class BenchGateway {
  private constructor(
    readonly server: ServerProcess,
    readonly sandbox: ServerProcess,
    private readonly dataDir: string,
  ) {}

  static async start(
    sandboxEnv: Record<string, string> = {},
    gatewayEnv: Record<string, string> = {},
  ): Promise<BenchGateway> {
    const dataDir = mkdtempSync(join(tmpdir(), 'clickup-mcp-bench-'));
    // When root starts it, the embedded PostgreSQL runs as another user, who has to be able to enter the folder.
    chmodSync(dataDir, 0o755);
    const sandboxPort = await freePort();
    const sandbox = await ServerProcess.start('dist/apps/sandbox/src/main.js', sandboxPort, '/__sandbox/stats', {
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_RATE_LIMIT: '1000000',
      ...sandboxEnv,
    });
    const server = await ServerProcess.start('dist/apps/gateway/src/main.js', await freePort(), '/health/ready', {
      DATA_DIR: dataDir,
      MCP_API_KEY: KEY,
      MCP_API_KEY_WRITE_MODE: 'write',
      CLICKUP_API_URL: sandbox.url,
      CLICKUP_API_TOKEN: 'pk_sandbox_owner',
      // The caller is bound to its Workspace, as every connection is.
      TEAM_ID: '12345',
      CLICKUP_RATE_LIMIT: '1000000',
      ...gatewayEnv,
    });
    return new BenchGateway(server, sandbox, dataDir);
  }

  async request(method: string, params: object = {}): Promise<BenchAnswer> {
    const answer = await fetch(`${this.server.url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = (await answer.json()) as { result?: BenchAnswer; error?: { message: string } };
    if (!result || result.isError) throw new Error(`${method} failed: ${error?.message ?? result?.content?.[0]?.text}`);
    return result;
  }

  call(name: string, args: object): Promise<BenchAnswer> {
    return this.request('tools/call', { name, arguments: args });
  }

  /** How many requests have reached ClickUp's stand-in so far. */
  async upstreamRequests(): Promise<number> {
    const answer = await fetch(`${this.sandbox.url}/__sandbox/stats`);
    return ((await answer.json()) as { requests: number }).requests;
  }

  async stop(): Promise<void> {
    await Promise.all([this.server.stop(), this.sandbox.stop()]);
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
