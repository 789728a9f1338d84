import { ClickUpTransport, credential, DirectoryCache } from '#libs/clickup';
import { type Config } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { checkNames } from '#libs/mcp';
import { operatorPolicy, type Policy } from '#libs/permissions';

const LOOKUP_MS = 30_000;

/**
 * The operator's own layer of permissions, before anything else is started. Names of places cost look-ups in ClickUp, ids none.
 * @throws ConfigError for a tool, toolset, Space or List that does not exist
 */
export async function readOperatorPolicy(config: Config): Promise<Policy> {
  const { CLICKUP_API_TOKEN: token, CLICKUP_RATE_LIMIT: limit, TEAM_ID } = config;
  const transport = new ClickUpTransport(config, new MemoryBudget({ limit }));
  try {
    const client =
      token === undefined
        ? undefined
        : transport.client({
            credential: credential(token),
            person: 'operator',
            deadline: performance.now() + LOOKUP_MS,
            priority: 'interactive',
          });
    const policy = await operatorPolicy(config, client && new DirectoryCache().directory(client, TEAM_ID));
    checkNames(policy);
    return policy;
  } finally {
    await transport.close();
  }
}
