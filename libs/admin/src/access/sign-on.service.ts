import { AUDIT, type AuditTrail, productOf, securityEvent } from '#libs/audit';
import { personPseudonyms, tenantOf } from '#libs/connections';
import { CONFIG, type Config, type GroupRole, groupRoles, LOGGER, MASTER_KEY } from '#libs/core';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { type EntityManager } from 'typeorm';
import { AdminSessions, type SignedOnSession } from './admin-sessions.service.js';
import { type Administrator } from './administrator.js';
import { Workspaces } from './workspaces.service.js';
import { type ByGroups, byGroups } from './by-groups.js';
import { type SignedOn } from '../sso/identity-provider.service.js';

/** What people are here whom the identity provider knows: what the operator's table makes of their groups. */
@Injectable()
export class SignOn {
  private readonly table: readonly GroupRole[];
  private readonly pseudonym: ((personId: string) => string) | undefined;

  constructor(
    private readonly sessions: AdminSessions,
    private readonly workspaces: Workspaces,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {
    this.table = (config.ADMIN_OIDC_ISSUER && groupRoles(config.ADMIN_OIDC_ROLES ?? '')) || [];
    this.pseudonym = masterKey && personPseudonyms(masterKey);
  }

  /**
   * Begins a session of somebody who has signed in, once that is in the audit.
   * @returns false for who is nothing here, with a line in the security log
   * @throws AppError `unavailable`
   */
  async enter(request: FastifyRequest, { subject, groups }: SignedOn): Promise<boolean> {
    const actor = this.pseudonym!(`${this.config.ADMIN_OIDC_ISSUER} ${subject}`);
    // What else somebody belongs to is of no use here, so it is not kept.
    const named = new Set(this.table.map(({ group }) => group));
    const session: SignedOnSession = { actor, groups: groups.filter((group) => named.has(group)) };
    if (session.groups.length === 0) {
      securityEvent(this.log, this.config, 'not_admitted', {
        address: request.ip,
        refused: 'groups',
        administrator: actor,
        fix: 'To let this person in, add one of their groups to ADMIN_OIDC_ROLES, or see that ADMIN_OIDC_GROUPS_CLAIM names the claim that holds them.',
        ...productOf(request.headers['user-agent']),
      });
      return false;
    }
    await this.tell(actor, byGroups(session.groups, this.table));
    await this.sessions.beginSignedOn(request, session);
    return true;
  }

  /** Judged anew with each request by the table that holds now; undefined = nothing here any more. */
  administrator({ actor, groups }: SignedOnSession): Administrator | undefined {
    const { everywhere, standings } = byGroups(groups, this.table);
    if (!everywhere && standings.length === 0) return undefined;
    const within = (workspaceId: string) => standings.find((one) => one.workspaceId === workspaceId)?.role;
    return {
      kind: 'sso',
      id: actor,
      actor,
      ...(everywhere && { everywhere }),
      roleIn: (workspaceId) => Promise.resolve(within(workspaceId) ?? everywhere),
      standings: async () => {
        if (!everywhere) return standings;
        const others = await this.workspaces.all(everywhere);
        return [...standings, ...others.filter(({ workspaceId }) => !within(workspaceId))];
      },
    };
  }

  /** Where they are something; of those who are it everywhere, where what concerns no Workspace stands. */
  private async tell(actor: string, { everywhere, standings }: ByGroups): Promise<void> {
    const all = [
      ...(everywhere ? [{ tenant: tenantOf(undefined), role: everywhere }] : []),
      ...standings.map(({ workspaceId, role }) => ({ tenant: workspaceId, role })),
    ];
    await Promise.all(
      all.map(async ({ tenant, role }) =>
        this.audit?.durable({
          event: 'signed_on',
          tenant,
          at: Date.now(),
          person: actor,
          kind: 'sso',
          decision: 'allowed',
          detail: { role },
        }),
      ),
    );
  }
}
