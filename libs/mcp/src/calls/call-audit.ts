import { AUDIT, type Audited, type AuditTrail } from '#libs/audit';
import { type Caller, tenantOf } from '#libs/connections';
import { CONFIG, type Config } from '#libs/core';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type Origin } from './origin.js';
import { type TransportContext } from './transport-context.js';

/** A call that may write, as its transport context carries it. */
interface Announced {
  audited: Audited;
  beforeWrites: NonNullable<TransportContext['beforeWrites']>;
}

/** What the audit hears of calls: that a write is about to leave, before it leaves, and who called. */
@Injectable()
export class CallAudit {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'AUDIT_WRITES'>,
    @Optional() @Inject(AUDIT) private readonly trail?: AuditTrail,
  ) {}

  /** Of a call that sends nothing. */
  of({ connection }: Caller, also: Omit<Audited, 'trail' | 'person'> = {}): Audited {
    return { trail: this.trail, person: connection?.personId, ...also };
  }

  /**
   * Of a call that is about to run. Its first write waits until its beginning is stored, so that a process that is killed leaves a call that
   * was begun and of which nobody knows how it ended, and not none. Calls that write in the same moment wait for one transaction.
   */
  announced(caller: Caller, { tool, effect }: { tool: string; effect: string }, from?: Partial<Origin>): Announced {
    const { trail } = this;
    const call = trail && randomUUID();
    let begun: Promise<void> | undefined;
    const announce = (operation: string, objects: readonly string[]) => {
      const event = {
        event: 'call_begun',
        tenant: tenantOf(caller.workspaceId),
        at: Date.now(),
        call,
        grant: caller.id,
        person: caller.connection?.personId,
        kind: caller.kind,
        client: from?.client,
        tool,
        operation,
        effect,
        objects,
        decision: 'allowed',
      } as const;
      const stored = trail!.durable(event);
      // What could not be stored is tried again with the events that come after.
      return this.config.AUDIT_WRITES === 'required' ? stored : stored.catch(() => undefined);
    };
    return {
      audited: this.of(caller, { call, effect }),
      beforeWrites: (operation, objects) => (trail ? (begun ??= announce(operation, objects)) : Promise.resolve()),
    };
  }
}
