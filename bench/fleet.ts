import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TokenBudget } from '../apps/sandbox/src/records/rate-limit.js';
import { type Answer } from '../test/support/requests.js';
import { freePort, KEY } from './bench-gateway.js';
import { ServerProcess } from './server-process.js';

/** What a tool answered: an error is an answer too. */
export interface ToolAnswer extends Answer {
  isError?: boolean;
  structuredContent?: Record<string, unknown>;
  _meta?: { error?: { code: string } };
}

/** Some gateways that share one database, before one sandbox; each in a process of its own. */
export class Fleet {
  private constructor(
    readonly gateways: readonly ServerProcess[],
    private readonly sandbox: ServerProcess,
    private readonly dataDir: string,
  ) {}

  static async start(
    count: number,
    sandboxEnv: Record<string, string>,
    env: Record<string, string> = {},
  ): Promise<Fleet> {
    const dataDir = mkdtempSync(join(tmpdir(), 'clickup-mcp-bench-'));
    // When root starts it, the embedded PostgreSQL runs as another user, who has to be able to enter the folder.
    chmodSync(dataDir, 0o755);
    const port = await freePort();
    const sandbox = await ServerProcess.start('dist/apps/sandbox/src/main.js', port, '/__sandbox/stats', {
      SANDBOX_PORT: String(port),
      ...sandboxEnv,
    });
    const gateways: ServerProcess[] = [];
    for (let index = 0; index < count; index += 1)
      gateways.push(
        await ServerProcess.start('dist/apps/gateway/src/main.js', await freePort(), '/health/ready', {
          DATA_DIR: dataDir,
          MCP_API_KEY: KEY,
          MCP_API_KEY_WRITE_MODE: 'write',
          CONFIRM_DESTRUCTIVE: 'never',
          CLICKUP_API_URL: sandbox.url,
          CLICKUP_API_TOKEN: 'pk_sandbox_owner',
          TEAM_ID: '12345',
          ...env,
        }),
      );
    return new Fleet(gateways, sandbox, dataDir);
  }

  async call(gateway: ServerProcess, name: string, args: object, key = KEY): Promise<ToolAnswer> {
    const answer = await fetch(`${gateway.url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
    });
    const { result, error } = (await answer.json()) as { result?: ToolAnswer; error?: { message: string } };
    if (!result) throw new Error(`${name}: ${error?.message}`);
    return result;
  }

  /** What ClickUp's stand-in has counted of the token of all. */
  async budget(): Promise<TokenBudget> {
    const answer = await fetch(`${this.sandbox.url}/__sandbox/budget`);
    const budget = ((await answer.json()) as Record<string, TokenBudget>).pk_sandbox_owner;
    if (!budget) throw new Error('nothing was sent yet');
    return budget;
  }

  /** So many ClickUp tokens of the owner of the Workspace, as an app gets them that the owner has let in. */
  async tokens(count: number): Promise<string[]> {
    const { user } = (await (
      await fetch(`${this.sandbox.url}/api/v2/user`, { headers: { authorization: 'pk_sandbox_owner' } })
    ).json()) as { user: { id: number; email: string } };
    const app = { client_id: 'sandbox_client', redirect_uri: 'http://127.0.0.1/' };
    const tokens: string[] = [];
    while (tokens.length < count) {
      const agreed = await fetch(`${this.sandbox.url}/api`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ ...app, user: user.email, [`workspace_${user.id}`]: '12345' }),
      });
      const code = new URL(agreed.headers.get('location') ?? '').searchParams.get('code');
      const exchanged = await fetch(`${this.sandbox.url}/api/v2/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_id: app.client_id, client_secret: 'sandbox_secret', code }),
      });
      tokens.push(((await exchanged.json()) as { access_token: string }).access_token);
    }
    return tokens;
  }

  /** Begins a new minute at ClickUp's stand-in. */
  async configure(settings: object): Promise<void> {
    await fetch(`${this.sandbox.url}/__sandbox/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    });
  }

  async stop(): Promise<void> {
    for (const gateway of this.gateways) await gateway.stop();
    await this.sandbox.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
