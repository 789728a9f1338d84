import { AUDIT, type AuditTrail } from '#libs/audit';
import { AdministeredGrants } from '#libs/connections';
import { AppError } from '#libs/core';
import { type Explanation, Explanations, pastJudge } from '#libs/mcp';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Mandate, realmOf } from '../access/mandate.js';
import { grantIdOf } from '../rest/ids.js';
import { type DryRun, dryRun } from './dry-run.js';

/** A call that somebody asks about: by which credential, of which tool, with what. */
export interface AskedCall {
  grant: string;
  tool: string;
  arguments: Record<string, unknown>;
  /** Of the token of a session; absent = all that the session may have. */
  scopes?: readonly string[] | undefined;
}

/** What people ask about policies before they change one. Nothing here changes anything. */
@Injectable()
export class PolicyQuestions {
  constructor(
    private readonly grants: AdministeredGrants,
    private readonly explanations: Explanations,
    private readonly database: DataSource,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail,
  ) {}

  /** @throws AppError (by rejecting) `not_found` for a credential of somewhere else, `conflict` for one that has ended; those of {@link Explanations.of} */
  async explain(mandate: Mandate, { grant, scopes, ...call }: AskedCall): Promise<Explanation> {
    const { id, kind, state } = await this.grants.read(realmOf(mandate), grantIdOf(grant));
    if (state !== 'active')
      throw new AppError('conflict', `This credential lets nobody in any more: ${WHY[state]}.`, {
        details: { reason: state, parameter: 'grant' },
      });
    return this.explanations.of({ kind, id, workspaceId: mandate.workspaceId, ...(scopes && { scopes }) }, call);
  }

  /** Which calls of the last days a policy would have refused. @throws AppError (by rejecting) `unavailable` */
  async dryRun({ workspaceId }: Mandate, policy: Policy, days: number): Promise<DryRun> {
    const places = policy.read ?? policy.write;
    const named = (places && (await this.audit?.naming(workspaceId))) ?? UNNAMED;
    const ofClients = policy.clients !== undefined;
    return dryRun(this.database, workspaceId, pastJudge(policy, named), { days, ofClients });
  }
}

/** Who names no places need not know how the audit names them. */
const UNNAMED = (object: string) => object;

const WHY = {
  needs_reauth: 'ClickUp refuses the credential behind it',
  expired: 'it has expired',
  revoked: 'it was ended',
} as const;
