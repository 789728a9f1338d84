import { AUDIT, type AuditTrail } from '#libs/audit';
import { openedVault, type Vault, VAULT, withTenant } from '#libs/connections';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Approval } from './approval.entity.js';
import { approvalEvent } from './approval-event.js';
import { DECIDED } from './decided.js';
import { openedCall, type WaitingCall } from './waiting-call.js';

/** A change as the person who decides about it sees it. */
export interface Pending
  extends
    WaitingCall,
    Pick<Approval, 'tenantId' | 'id' | 'tool' | 'risk' | 'createdAt' | 'expiresAt' | 'callerKind' | 'callerId'> {
  /** What the credential that asks is called; undefined where it has no name. */
  label: string | undefined;
  /** Whether everything like it can be approved with it. */
  hasLike: boolean;
  /** It was approved with everything like it: that can be ended. */
  forHour: boolean;
}

/** A change that waits for somebody else, as those see it who administer the Workspace: nothing of its content. */
export interface WaitingForOther extends Pick<
  Approval,
  'id' | 'tool' | 'risk' | 'createdAt' | 'expiresAt' | 'callerKind'
> {
  /** Of the person whose change it is, as the audit knows them; undefined where that was erased. */
  pseudonym: string | undefined;
}

/** What somebody decides: `hour` = this, and everything like it for an hour; `end` = nothing more of that. */
export type Answer = 'approve' | 'refuse' | 'hour' | 'end';

type Row = Omit<Pending, keyof WaitingCall> & { sealed: Buffer };

/** The callers of these kinds are grants, and a grant can end; any other lives as long as its key is configured. */
const LIVES = `(a.caller_kind IN ('global_key', 'client_credentials')
  OR EXISTS (SELECT FROM access_grants g WHERE g.id = a.caller_id AND g.tenant_id = a.tenant_id AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())))`;

/** Of which rows. */
const DECIDABLE: Readonly<Record<Answer, string>> = {
  approve: 'a.decision IS NULL',
  hour: 'a.decision IS NULL AND a.like_hash IS NOT NULL',
  refuse: 'a.decision IS NULL',
  end: 'a.for_hour',
};

/** Over REST: never by the credential that asks, nor by one that it has made; and what administers is approved on the page only. */
const BY_REST = `a.caller_id IS DISTINCT FROM $5
  AND NOT EXISTS (SELECT FROM access_grants m WHERE m.id = $5 AND m.tenant_id = a.tenant_id AND m.made_by = a.caller_id)
`;
const NOT_ADMIN = `a.risk <> 'admin'`;
const GRANTS: readonly Answer[] = ['approve', 'hour'];

/** For the row, of whoever decides with ADMIN_TOKEN. */
const OPERATOR = 'operator';
/** Of changes of others: what a page can show. The oldest expire first. */
const MOST_SHOWN = 200;

/** Who decides. */
interface Decider {
  /** Whose change it has to be; undefined = anybody's in these Workspaces, which can be refused only. */
  personId?: string | undefined;
  tenantIds: readonly string[];
  /** Who it is, where it is somebody else: a ClickUp user id, or `operator`. */
  by?: string | undefined;
  /** It is decided over REST, with this credential; undefined there = in a browser that is signed in. */
  rest?: { grantId: string | undefined };
}

type Decided = Pick<Approval, 'tool' | 'risk' | 'callerKind' | 'callerId'>;

const EVENTS = {
  approve: 'approval_given',
  hour: 'approval_given',
  refuse: 'approval_refused',
  end: 'approval_ended',
} as const satisfies Record<Answer, string>;

/** Who is asked decides here. A caller cannot: it is let in by another door, as somebody else. */
@Injectable()
export class Decisions {
  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault | undefined,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {}

  /** What waits for a person, the longest first, and what they have approved for an hour. */
  async of(personId: string, tenantIds: readonly string[]): Promise<Pending[]> {
    const found: Pending[] = [];
    for (const tenantId of new Set(tenantIds)) {
      const rows = await withTenant(this.database, tenantId, (manager) =>
        manager.query<Row[]>(
          `SELECT a.tenant_id AS "tenantId", a.id, a.tool, a.risk, a.created_at AS "createdAt", a.expires_at AS "expiresAt", a.caller_kind AS "callerKind",
                  a.caller_id AS "callerId", a.like_hash IS NOT NULL AS "hasLike", a.for_hour AS "forHour", a.sealed_call AS sealed,
                  (SELECT g.label FROM access_grants g WHERE g.id = a.caller_id AND g.tenant_id = a.tenant_id) AS label
             FROM approvals a
            WHERE a.tenant_id = $1 AND a.person_id = $2 AND a.expires_at > now() AND (a.decision IS NULL OR (a.for_hour AND a.decision = 'approved')) AND ${LIVES}
            ORDER BY a.created_at`,
          [tenantId, personId],
        ),
      );
      for (const { sealed, label, ...row } of rows)
        found.push({ ...openedCall(openedVault(this.vault), row, sealed), ...row, label: label ?? undefined });
    }
    return found;
  }

  /** What waits in a Workspace for anybody but this person, the longest first. */
  async ofOthers(tenantId: string, personId: string | undefined): Promise<WaitingForOther[]> {
    const rows = await withTenant(this.database, tenantId, (manager) =>
      manager.query<(Omit<WaitingForOther, 'pseudonym'> & { pseudonym: string | null })[]>(
        `SELECT a.id, a.tool, a.risk, a.created_at AS "createdAt", a.expires_at AS "expiresAt", a.caller_kind AS "callerKind",
                (SELECT pseudonym FROM audit_actors WHERE tenant_id = a.tenant_id AND kind = 'person' AND id = a.person_id) AS pseudonym
           FROM approvals a
          WHERE a.tenant_id = $1 AND a.person_id IS DISTINCT FROM $2 AND a.expires_at > now() AND a.decision IS NULL AND ${LIVES}
          ORDER BY a.created_at, a.id LIMIT ${MOST_SHOWN}`,
        [tenantId, personId ?? null],
      ),
    );
    return rows.map(({ pseudonym, ...row }) => ({ ...row, pseudonym: pseudonym ?? undefined }));
  }

  /**
   * Decides about one change of a person. Of two decisions the first counts.
   * @returns false when it is not theirs, was decided before, has expired, or its caller has ended; over REST also what only the page decides
   */
  async decide(id: string, { personId, tenantIds, by = personId, rest }: Decider, answer: Answer): Promise<boolean> {
    // Nobody approves what is not theirs.
    if (personId === undefined && answer !== 'refuse') return false;
    for (const tenantId of new Set(tenantIds)) {
      const decided = await withTenant(this.database, tenantId, async (manager) => {
        const [[row]] = await manager.query<[Decided[], number]>(
          `UPDATE approvals a ${DECIDED[answer]}, decided_by = $4 WHERE ${DECIDABLE[answer]} AND a.tenant_id = $1 AND a.id = $2 AND ($3::text IS NULL OR a.person_id = $3) AND a.expires_at > now() AND ${LIVES} AND ${rest ? BY_REST : '$5::text IS NULL'} AND ${rest && GRANTS.includes(answer) ? NOT_ADMIN : 'true'}
            RETURNING a.tool, a.risk, a.caller_kind AS "callerKind", a.caller_id AS "callerId"`,
          [tenantId, id, personId ?? null, by, rest?.grantId ?? null],
        );
        if (!row) return false;
        const detail = { for_hour: answer === 'hour', by: personId === undefined ? 'administrator' : 'person' };
        const who = by === OPERATOR ? undefined : by;
        await this.audit?.inTransaction(manager, [
          approvalEvent(EVENTS[answer], tenantId, { ...row, id }, who, detail),
        ]);
        return true;
      });
      if (decided) return true;
    }
    return false;
  }
}
