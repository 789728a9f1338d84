import { DirectoryCache } from '#libs/clickup';
import { type Config } from '#libs/core';
import { checkNames } from '#libs/mcp';
import { operatorPolicy, type Policy } from '#libs/permissions';
import { asOperator } from './clickup-check.js';

const LOOKUP_MS = 30_000;

/**
 * The operator's own layer of permissions, before anything else is started. Names of places cost look-ups in ClickUp, ids none.
 * @throws ConfigError for a tool, toolset, Space or List that does not exist
 */
export function readOperatorPolicy(config: Config): Promise<Policy> {
  return asOperator(config, LOOKUP_MS, async (client) => {
    const policy = await operatorPolicy(config, client && new DirectoryCache().directory(client, config.TEAM_ID));
    checkNames(policy);
    return policy;
  });
}
