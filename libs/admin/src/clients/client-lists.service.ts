import { AdministeredClients, WorkspacePolicies } from '#libs/connections';
import { AppError } from '#libs/core';
import { Injectable } from '@nestjs/common';
import { changerOf } from '../access/changer.js';
import { type Mandate } from '../access/mandate.js';
import { changedList, type ListChange } from './client-list.js';

/** Which clients a Workspace lets in. */
export interface ClientList {
  /** Undefined = all of them. */
  clients?: readonly string[] | undefined;
  /** Of the policy that says so; 0 = there is none. */
  version: number;
  /** POLICY_FILE says it: it is changed there. */
  filed: boolean;
}

/** The list of clients in the policy of a Workspace, which has a page of its own. */
@Injectable()
export class ClientLists {
  constructor(
    private readonly policies: WorkspacePolicies,
    private readonly clients: AdministeredClients,
  ) {}

  /** @throws AppError `unavailable` */
  async read(workspaceId: string): Promise<ClientList> {
    const filed = this.policies.filedFor(workspaceId);
    if (filed) return { clients: filed.clients, version: 0, filed: true };
    const stored = await this.policies.stored(workspaceId);
    return { clients: stored?.policy.clients, version: stored?.version ?? 0, filed: false };
  }

  /**
   * Changes the list and leaves the rest of the policy as it is; in force with the next call on every replica.
   * @param version on which the change was made
   * @throws AppError `precondition_failed` when somebody was faster, `conflict` where POLICY_FILE says it; those of {@link changedList}, `unavailable`
   */
  async change(mandate: Mandate, version: number, change: ListChange): Promise<void> {
    const { workspaceId } = mandate;
    if (this.policies.filedFor(workspaceId))
      throw new AppError(
        'conflict',
        'POLICY_FILE says which clients this Workspace lets in: change it there, and restart.',
      );
    const stored = await this.policies.stored(workspaceId);
    const { clients, ...others } = stored?.policy ?? { mode: 'write' as const };
    const list = changedList(clients, change, await this.clients.inUse(workspaceId));
    await this.policies.store(
      workspaceId,
      { ...others, ...(list && { clients: list }) },
      changerOf(mandate),
      (before) => {
        const now = before?.version ?? 0;
        // Also of what has changed since it was read here.
        if (now !== version || now !== (stored?.version ?? 0)) throw new AppError('precondition_failed');
      },
    );
  }
}
