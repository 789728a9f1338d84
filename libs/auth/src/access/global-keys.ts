import { credential } from '#libs/clickup';
import { type Caller } from '#libs/connections';
import { type Config, sha256 } from '#libs/core';
import { createHmac } from 'node:crypto';

/** Global API keys: whoever holds one works with the server's own ClickUp credential (contract item 9, contract item 11). */
export class GlobalKeys {
  /** By SHA-256 of the key: the map is searched by a hash, so the time it takes says nothing about the key. */
  private readonly callers: ReadonlyMap<string, Caller>;

  /** @param pseudonymKey 32 bytes; a caller's id is the key's HMAC, so that nobody can guess a key from logs */
  constructor(config: Config, pseudonymKey: Buffer) {
    const upstream = config.CLICKUP_API_TOKEN ? credential(config.CLICKUP_API_TOKEN) : undefined;
    const keys = [config.MCP_API_KEY, ...config.MCP_API_KEYS].filter((key): key is string => Boolean(key));
    this.callers = new Map(
      keys.map((key) => [
        hash(key),
        Object.freeze({
          kind: 'global_key',
          id: createHmac('sha256', pseudonymKey).update(key).digest('base64url').slice(0, 16),
          policies: [{ layer: 'operator', mode: config.MCP_API_KEY_WRITE_MODE }],
          credential: upstream,
          workspaceId: config.TEAM_ID,
        } satisfies Caller),
      ]),
    );
  }

  /** How many are configured. */
  get size(): number {
    return this.callers.size;
  }

  find(key: string): Caller | undefined {
    return this.callers.get(hash(key));
  }

  /** By the caller's id. */
  known(id: string): Caller | undefined {
    return [...this.callers.values()].find((caller) => caller.id === id);
  }
}

const hash = (key: string) => sha256(key).toString('base64url');
