import { startSandbox } from '../../apps/sandbox/src/index.js';
import { type Sandbox } from './app.js';
import { testDatabase, type TestDatabase } from './postgres.js';
import { type RawAnswer, rawRequest } from './raw-http.js';

/** The key of a caller who may write. */
export const KEY = 'program-key-0123456789';
export const HEADERS = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };

/** A sandbox and a database for the built program, shared by the tests of the file that calls this, and gone after them. */
export function programBench() {
  let database: TestDatabase;
  let sandbox: Sandbox;
  beforeAll(async () => {
    [database, sandbox] = await Promise.all([testDatabase(), startSandbox()]);
  });
  afterAll(() => Promise.all([database.drop(), sandbox.close()]));
  afterEach(() => sandbox.configure({ latencyMs: 0 }));
  return {
    sandbox: () => sandbox,
    env: (more: Record<string, string> = {}) => ({
      DATABASE_URL: database.url,
      MASTER_KEY: '5e'.repeat(32),
      MCP_API_KEY: KEY,
      MCP_API_KEY_WRITE_MODE: 'write',
      CLICKUP_API_URL: sandbox.url,
      CLICKUP_API_TOKEN: 'pk_sandbox_owner',
      // A file sends more than ClickUp lets through in a minute, and what it tests is not how that is waited for.
      CLICKUP_RATE_LIMIT: '100000',
      ...more,
    }),
  };
}

export const createTask = (url: string, name: string): Promise<RawAnswer> =>
  rawRequest(
    url,
    'POST',
    '/mcp',
    HEADERS,
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'create_task', arguments: { list_id: '90144360426', name } },
    }),
  );
