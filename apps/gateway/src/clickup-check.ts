import { type CallContext, type ClickUpClient, ClickUpTransport, credential, DirectoryCache } from '#libs/clickup';
import { AppError, type Config } from '#libs/core';
import { MemoryBudget } from '#libs/limits';

/** What CLICKUP_API_TOKEN leads to, or what is wrong with it. */
export interface ClickUpState {
  /** One line: "Anna Fischer, Acme", or the problem. */
  words: string;
  /** Absent where all is well. */
  fix?: string;
}

/** Runs `work` with a client of the operator's own credential; undefined without CLICKUP_API_TOKEN. */
export async function asOperator<T>(
  config: Config,
  deadlineMs: number,
  work: (client: ClickUpClient | undefined) => Promise<T>,
): Promise<T> {
  const { CLICKUP_API_TOKEN: token, CLICKUP_RATE_LIMIT: limit } = config;
  const transport = new ClickUpTransport(config, new MemoryBudget({ limit }));
  const context: Omit<CallContext, 'credential'> = {
    person: 'operator',
    deadline: performance.now() + deadlineMs,
    priority: 'interactive',
  };
  try {
    return await work(
      token === undefined ? undefined : transport.client({ ...context, credential: credential(token) }),
    );
  } finally {
    await transport.close();
  }
}

/** Asks ClickUp whose token it is and what it reaches. Never throws: the answer says what is wrong and what to do. */
export function clickUpState(config: Config, deadlineMs: number): Promise<ClickUpState> {
  return asOperator(config, deadlineMs, async (client) => {
    if (!client) return { words: 'CLICKUP_API_TOKEN is not set: people connect with their own ClickUp' };
    try {
      const directory = new DirectoryCache().directory(client);
      const [{ username }, workspaces] = [await directory.me(), await directory.workspaces()];
      const bound = workspaces.find(({ id }) => id === config.TEAM_ID);
      const reach = workspaces.map(({ id, name }) => `${name} (${id})`).join(', ');
      if (config.TEAM_ID !== undefined && !bound)
        return {
          words: `${username}, but CLICKUP_API_TOKEN does not reach the Workspace ${config.TEAM_ID} of TEAM_ID`,
          fix: `Set TEAM_ID to one that it reaches: ${reach || 'it reaches none'}`,
        };
      if (workspaces.length === 0)
        return { words: `${username}, who is in no Workspace`, fix: 'Set CLICKUP_API_TOKEN to the token of a member' };
      return {
        words: `${username}, ${bound ? `${bound.name} only (TEAM_ID)` : workspaces.map(({ name }) => name).join(', ')}`,
      };
    } catch (thrown) {
      return problem(AppError.of(thrown), config);
    }
  });
}

function problem({ code, message }: AppError, { CLICKUP_API_URL }: Config): ClickUpState {
  if (code === 'invalid_credentials')
    return {
      words: 'ClickUp refuses CLICKUP_API_TOKEN',
      fix: 'Make a new token in ClickUp (Settings > Apps), set CLICKUP_API_TOKEN to it and restart',
    };
  if (code === 'clickup_server_error' || code === 'deadline_exceeded')
    return {
      words: `ClickUp does not answer at ${new URL(CLICKUP_API_URL).host}`,
      fix: 'Look whether this machine may reach it (firewall, proxy, DNS), and at https://status.clickup.com',
    };
  return { words: `ClickUp could not be asked: ${message}`, fix: 'Try again with: clickup-mcp doctor' };
}
