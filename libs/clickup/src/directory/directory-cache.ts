import { type LeavingSignal } from '#libs/core';
import { type ClickUpClient } from '../sending/client.js';
import { CredentialCache } from './cache.js';
import { type Directory } from './directory.js';
import { WorkspaceDirectory } from './workspace-directory.js';

/** What all Workspace directories of the process keep, and what is known of where objects lie, within one allowance of memory. */
export class DirectoryCache {
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
  directory(client: ClickUpClient, workspaceId?: string, signal?: LeavingSignal): Directory {
    return new WorkspaceDirectory(client, this.cache, workspaceId, signal);
  }

  /** Bytes kept now, estimated. */
  get size(): number {
    return this.cache.size;
  }
}
