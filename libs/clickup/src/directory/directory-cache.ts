import { type ClickUpClient } from '../sending/client.js';
import { type AnswerCache, CredentialCache } from './cache.js';
import { type Directory } from './directory.js';
import { WorkspaceDirectory } from './workspace-directory.js';

/** What of a {@link DirectoryCache} calls work with. */
export interface Directories {
  readonly cache: AnswerCache;
  directory(client: ClickUpClient, workspaceId?: string, signal?: AbortSignal): Directory;
}

/** What all Workspace directories of the process keep, and what is known of where objects lie, within one allowance of memory. */
export class DirectoryCache implements Directories {
  /** Keys of the directory begin with `tree/`, `identity/` or `objects/`; other users of the cache choose other prefixes. */
  readonly cache: CredentialCache;

  /**
   * @param maxBytes CACHE_BYTES
   * @param now a monotonic clock in milliseconds
   */
  constructor(maxBytes = 64 << 20, now?: () => number) {
    this.cache = new CredentialCache(maxBytes, now);
  }

  /**
   * The directory as one call sees it.
   * @param workspaceId the only Workspace this call may work in; undefined = the one the credential reaches
   * @param signal stops waiting for what another call is loading
   */
  directory(client: ClickUpClient, workspaceId?: string, signal?: AbortSignal): Directory {
    return new WorkspaceDirectory(client, this.cache, workspaceId, signal);
  }

  /**
   * What is kept, for who only looks: nothing is added to it or taken from it, and no load is shared, so that whatever becomes of such a load
   * concerns nobody else.
   */
  onlyKept(): Directories {
    const { cache } = this;
    const kept: AnswerCache = {
      read: async (credential, key, _ttlMs, load) => cache.peek(credential, key) ?? load(),
      peek: (credential, key) => cache.peek(credential, key),
      put: () => undefined,
      forget: () => undefined,
    };
    return {
      cache: kept,
      directory: (client, workspaceId, signal) => new WorkspaceDirectory(client, kept, workspaceId, signal),
    };
  }

  /** Bytes kept now, estimated. */
  get size(): number {
    return this.cache.size;
  }
}
