import { type CallContext, type ClickUpClient, ClickUpTransport, credential, CredentialCache } from '#libs/clickup';
import { MemoryBudget } from '#libs/limits';
import { Permissions, type Policies, type Policy, Resolver, type Whereabouts } from '#libs/permissions';
import { startSandbox } from '../../apps/sandbox/src/index.js';
import { type Sandbox } from './app.js';

/** Places of the sandbox: a Workspace, a Space in it and a List in that Space, the only one of the policy. */
export const ACME = '12345';
export const S1 = '90140201';
export const L1 = '90144360426';
export const ONLY_L1: Policy = { mode: 'selective', write: { spaces: [], folders: [], lists: [L1] } };

/** So many requests in a minute no spec sends. */
const REQUESTS = 1_000_000;

/** Transport, permissions and resolver as the gateway puts them together, before a sandbox; no database and no tools. */
export interface Scoped {
  sandbox: Sandbox;
  cache: CredentialCache;
  /** A client as one tool call gets it. */
  client(policies: Policies, token?: string): ClickUpClient;
  /** A client that may do everything, for what happens in ClickUp without the gateway. */
  god: ClickUpClient;
  /** Methods and paths sent while `work` ran. */
  sent(work: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
}

export async function scoped(now: () => number = Date.now): Promise<Scoped> {
  // A law sends more requests in a minute than the largest plan has: what is not about the limit would wait for it.
  const sandbox = await startSandbox({ port: 0, tasks: 120, now, rateLimit: REQUESTS });
  const transport = new ClickUpTransport(
    { CLICKUP_API_URL: sandbox.url, CLICKUP_TIMEOUT_MS: 10_000, CLICKUP_MAX_RESPONSE_BYTES: 50_000_000 },
    new MemoryBudget({ limit: REQUESTS }),
  );
  const cache = new CredentialCache(8 << 20);
  const permissions = new Permissions({ mode: 'write' });
  const context = (token: string): CallContext => ({
    credential: credential(token),
    person: 'test',
    priority: 'interactive',
    // For a whole spec, on a busy machine.
    deadline: performance.now() + 600_000,
  });
  return {
    sandbox,
    cache,
    client(policies, token = 'pk_sandbox_owner') {
      const [granted, whereabouts]: [Policies, Whereabouts] = [
        permissions.granted(policies),
        (call) => new Resolver(call, cache),
      ];
      return transport.client({
        ...context(token),
        authorize: permissions.authorizer(granted, whereabouts),
        readLimits: permissions.readLimits(granted, whereabouts),
      });
    },
    god: transport.client({ ...context('pk_sandbox_owner'), authorize: () => Promise.resolve() }),
    async sent(work) {
      const before = sandbox.requests().length;
      await work();
      return sandbox
        .requests()
        .slice(before)
        .map(({ method, path }) => `${method} ${path}`);
    },
    async close() {
      await transport.close();
      await sandbox.close();
    },
  };
}
