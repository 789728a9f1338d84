import { type ErrorCode } from '#libs/core';
import { type CallRecord } from './call-record.js';
import { type AuditEvent } from './trail/events.js';
import { type AuditTrail } from './trail/trail.js';

/** What the audit is told of a call beside what its line says: of ids that no log may have. */
export interface Audited {
  /** Undefined where nothing is stored. */
  trail: AuditTrail | undefined;
  /** Random id: its beginning and its end have the same. */
  call?: string | undefined;
  /** ClickUp user id. */
  person?: string | undefined;
  /** The verb. */
  effect?: string | undefined;
  /** What stood in for a question. */
  approval?: string | undefined;
  /** The layer of policy that refused it, where one did. */
  layer?: string | undefined;
}

/** Which layer refuses with which error; every other error is of a call that was allowed and failed. */
const REFUSED_BY: Partial<Record<CallRecord['outcome'], string>> = {
  forbidden: 'policy',
  tool_not_found: 'policy',
  insufficient_scope: 'token',
  invalid_parameters: 'arguments',
  rate_limited: 'limits',
  quota_exceeded: 'limits',
  premium_required: 'limits',
} satisfies Partial<Record<ErrorCode, string>>;

/** A call that has ended, as an event. */
export function callEvent(record: CallRecord, { call, person, effect, approval, layer }: Audited): AuditEvent {
  const { tool, as, operation, outcome, reason, by, ms, upstream } = record;
  const refusedBy = REFUSED_BY[outcome];
  const kinds = {
    created: upstream?.created,
    wrote: upstream?.wrote,
    doubtful: upstream?.doubtful,
    read: upstream?.read,
  };
  const named = Object.entries(kinds).flatMap(([name, objects]) => (objects?.size ? [[name, objects.size]] : []));
  const detail = { ...(as !== undefined && { as }), ...(Object.fromEntries(named) as Record<string, number>) };
  return {
    event: 'call',
    tenant: by.workspace ?? '-',
    at: Date.now(),
    call,
    grant: by.grant,
    person,
    kind: by.kind,
    client: by.client && by.client_version ? `${by.client} ${by.client_version}` : by.client,
    tool,
    operation,
    effect,
    objects: Object.values(kinds).flatMap((objects) => (objects ? [...objects] : [])),
    decision: refusedBy === undefined ? 'allowed' : 'refused',
    layer: refusedBy === undefined ? undefined : (layer ?? refusedBy),
    reason,
    approval,
    outcome,
    requests: upstream?.requests ?? 0,
    ms,
    detail: Object.keys(detail).length > 0 ? detail : undefined,
  };
}
