import { AUDIT, type AuditTrail } from '#libs/audit';
import { type Caller, openedVault, tenantOf, type Vault, VAULT, withTenant } from '#libs/connections';
import { AppError, type Risk } from '#libs/core';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { type Approval } from './approval.entity.js';
import { approvalEvent } from './approval-event.js';
import { DECIDED } from './decided.js';
import { openedCall, sealedCall, type WaitingCall } from './waiting-call.js';

/** How long a change waits for a decision. */
const WAITS = "interval '15 minutes'";
/** A model that asks again and again does not fill anybody's page. */
const MOST_WAITING = 50;

type Asking = Pick<Caller, 'kind' | 'id' | 'workspaceId'>;

/** Which change a caller asks for. */
export interface Change {
  tool: string;
  risk: Risk;
  /** ClickUp user id of whoever decides. */
  personId: string;
  /** Of caller, rights, tool and arguments. */
  callHash: Buffer;
  /** Of what calls have in common that can be approved together; absent where each has to be approved alone. */
  likeHash?: Buffer | undefined;
}

/** A change that was asked for, as its caller may know it. */
export interface Asked {
  id: string;
  state: 'waiting' | 'approved' | 'refused' | 'used';
  call: WaitingCall;
  /** Until it can be neither decided nor carried out any more. */
  secondsLeft: number;
}

type Row = Pick<Approval, 'id' | 'decision'> & { used: boolean; sealed: Buffer; seconds: number };
const SEEN = `id, decision, used_at IS NOT NULL AS used, sealed_call AS sealed, ceil(extract(epoch FROM expires_at - now()))::int AS seconds`;

/** The changes that wait for a person, as those who ask see them: in the database, for all replicas. */
@Injectable()
export class Approvals {
  /** Whether there is a page where a person decides. */
  readonly hasPage: boolean = true;

  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault | undefined,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {}

  /** What became of this change when its caller last asked for it; undefined when it has not, or that is over. */
  async find({ kind, id, workspaceId }: Asking, callHash: Buffer): Promise<Asked | undefined> {
    const tenantId = tenantOf(workspaceId);
    const [row] = await withTenant(this.database, tenantId, (manager) =>
      manager.query<Row[]>(
        `SELECT ${SEEN} FROM approvals
          WHERE tenant_id = $1 AND call_hash = $2 AND caller_kind = $3 AND caller_id = $4 AND expires_at > now() AND decision IS DISTINCT FROM 'outdated'
          ORDER BY used_at IS NOT NULL, created_at DESC LIMIT 1`,
        [tenantId, callHash, kind, id],
      ),
    );
    return row && this.seen(tenantId, row);
  }

  /**
   * Stores a change that waits from now on; one that waits already stays as it is.
   * @throws AppError `forbidden` when too many wait
   */
  async ask(by: Asking, change: Change, call: WaitingCall): Promise<Asked> {
    const tenantId = tenantOf(by.workspaceId);
    const id = randomBytes(16).toString('base64url');
    const sealed = sealedCall(openedVault(this.vault), { tenantId, id }, call);
    const { tool, risk, personId, callHash, likeHash = null } = change;
    const row = await withTenant(this.database, tenantId, async (manager) => {
      await manager.query('DELETE FROM approvals WHERE tenant_id = $1 AND expires_at <= now()', [tenantId]);
      const [{ waiting }] = await manager.query<[{ waiting: number }]>(
        `SELECT count(*)::int AS waiting FROM approvals WHERE tenant_id = $1 AND caller_kind = $2 AND caller_id = $3 AND decision IS NULL`,
        [tenantId, by.kind, by.id],
      );
      if (waiting >= MOST_WAITING) throw tooMany();
      await manager.query(
        `INSERT INTO approvals (tenant_id, id, person_id, caller_kind, caller_id, tool, risk, call_hash, like_hash, sealed_call, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + ${WAITS})
         ON CONFLICT (tenant_id, call_hash) WHERE used_at IS NULL AND decision IS DISTINCT FROM 'outdated' DO NOTHING`,
        [tenantId, id, personId, by.kind, by.id, tool, risk, callHash, likeHash, sealed],
      );
      const about = { id, tool, risk, callerKind: by.kind, callerId: by.id };
      const [stored] = await manager.query<Row[]>(
        `SELECT ${SEEN} FROM approvals WHERE tenant_id = $1 AND call_hash = $2 AND used_at IS NULL AND decision IS DISTINCT FROM 'outdated'`,
        [tenantId, callHash],
      );
      if (stored?.id === id)
        await this.audit?.inTransaction(manager, [approvalEvent('approval_asked', tenantId, about, personId)]);
      return stored;
    });
    // Only when another call used it up at this very moment: then the next one asks anew.
    if (!row) throw new AppError('unavailable');
    return this.seen(tenantId, row);
  }

  /**
   * Takes what the person of the change has answered in the client that asks, with the credential that asks: so it counts only where the
   * question was one that may be answered there, which is for the caller of this to know. Of two decisions, wherever they are made, the
   * first counts.
   * @returns false when it was decided before, or has expired
   */
  async answer({ kind, id: caller, workspaceId }: Asking, id: string, answer: 'approve' | 'refuse'): Promise<boolean> {
    const tenantId = tenantOf(workspaceId);
    return withTenant(this.database, tenantId, async (manager) => {
      const [[row]] = await manager.query<[(Pick<Approval, 'tool' | 'risk'> & { personId: string })[], number]>(
        `UPDATE approvals a ${DECIDED[answer]}, decided_by = a.person_id
          WHERE a.tenant_id = $1 AND a.id = $2 AND a.caller_kind = $3 AND a.caller_id = $4 AND a.decision IS NULL AND a.expires_at > now()
          RETURNING a.tool, a.risk, a.person_id AS "personId"`,
        [tenantId, id, kind, caller],
      );
      if (!row) return false;
      const event = answer === 'approve' ? 'approval_given' : 'approval_refused';
      const about = { ...row, id, callerKind: kind, callerId: caller };
      const detail = { for_hour: false, by: 'client' };
      await this.audit?.inTransaction(manager, [approvalEvent(event, tenantId, about, row.personId, detail)]);
      return true;
    });
  }

  /** Uses an approval up. Of any number of simultaneous attempts, on all replicas together, exactly one succeeds. */
  async use({ kind, id: caller, workspaceId }: Asking, id: string): Promise<boolean> {
    const tenantId = tenantOf(workspaceId);
    return withTenant(this.database, tenantId, async (manager) => {
      const [used] = await manager.query<[(Pick<Approval, 'tool' | 'risk'> & { personId: string })[], number]>(
        `UPDATE approvals SET used_at = now()
          WHERE tenant_id = $1 AND id = $2 AND caller_kind = $3 AND caller_id = $4 AND decision = 'approved' AND used_at IS NULL AND expires_at > now()
          RETURNING tool, risk, person_id AS "personId"`,
        [tenantId, id, kind, caller],
      );
      const [row] = used;
      if (!row) return false;
      const about = { ...row, id, callerKind: kind, callerId: caller };
      await this.audit?.inTransaction(manager, [approvalEvent('approval_used', tenantId, about, row.personId)]);
      return true;
    });
  }

  /** Notes that what would be changed is not what was shown any more: a decision about it is worth nothing. */
  async outdate({ workspaceId }: Asking, id: string): Promise<void> {
    const tenantId = tenantOf(workspaceId);
    await withTenant(this.database, tenantId, (manager) =>
      manager.query(`UPDATE approvals SET decision = 'outdated' WHERE tenant_id = $1 AND id = $2 AND used_at IS NULL`, [
        tenantId,
        id,
      ]),
    );
  }

  /** The approval by which everything like this change may be carried out now; undefined without one. */
  async standing({ kind, id, workspaceId }: Asking, likeHash: Buffer): Promise<string | undefined> {
    const tenantId = tenantOf(workspaceId);
    const [row] = await withTenant(this.database, tenantId, (manager) =>
      manager.query<Pick<Approval, 'id'>[]>(
        `SELECT id FROM approvals
          WHERE tenant_id = $1 AND like_hash = $2 AND caller_kind = $3 AND caller_id = $4 AND for_hour AND decision = 'approved' AND expires_at > now() LIMIT 1`,
        [tenantId, likeHash, kind, id],
      ),
    );
    return row?.id;
  }

  private seen(tenantId: string, { id, decision, used, sealed, seconds }: Row): Asked {
    const state = used ? 'used' : decision === 'approved' || decision === 'refused' ? decision : 'waiting';
    return { id, state, call: openedCall(openedVault(this.vault), { tenantId, id }, sealed), secondsLeft: seconds };
  }
}

const tooMany = () =>
  new AppError(
    'forbidden',
    `${MOST_WAITING} changes of this connection wait for a person already. Nothing was changed.`,
    {
      details: { reason: 'too many changes wait for approval' },
    },
  );
