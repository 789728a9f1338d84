import { AUDIT, type AuditEvent, type AuditTrail } from '#libs/audit';
import { AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { type Caller } from '../caller.js';
import { type Changer } from '../administered/changer.js';
import { announce, type Invalidated, type InvalidatedCache, Invalidations } from '../invalidations.service.js';
import { asUnavailable, tenantOf, withTenant } from '../tenant.js';
import { type KillSwitchRow, type SwitchReason, type Switched } from './kill-switch.entity.js';
import { isOfClient } from './of-client.js';

/** Something that is switched off. */
export type KillSwitch = Pick<KillSwitchRow, 'id' | 'kind' | 'target' | 'workspaceId' | 'reason' | 'setBy' | 'setAt'>;

/** What is to be switched off. */
export interface NewSwitch {
  kind: Switched;
  target: string;
  /** Where; null = everywhere. Of a Workspace or a connection: the Workspace itself. */
  workspaceId: string | null;
  reason: SwitchReason;
}

/** What switches and lists of clients look at of whoever comes. */
export type Comer = Pick<Caller, 'kind' | 'clientId' | 'workspaceId' | 'connection'>;

/** Everything that is off, as calls are judged by it. */
interface Known {
  asked: number;
  switches: readonly KillSwitch[];
  /** Layers that take the tools away, by Workspace; made when first asked for. */
  layers: Map<string | undefined, Policy | undefined>;
}

const COLUMNS = `id, kind, target, workspace_id AS "workspaceId", reason, set_by AS "setBy", set_at AS "setAt"`;

/**
 * What is switched off, and by whom: a Workspace, a client, a tool or a connection. There are few, so every replica holds all of them in
 * memory; a change holds everywhere at once. What cannot be read is taken for switched off: calls are answered `unavailable`.
 */
@Injectable()
export class KillSwitches implements InvalidatedCache, OnModuleInit {
  private known: Known | undefined;
  private query: Promise<Known> | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly invalidations: Invalidations,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {
    invalidations.subscribe(this);
  }

  /** Where the database does not answer, the first call asks again. */
  async onModuleInit(): Promise<void> {
    await this.ready().catch(() => undefined);
  }

  /** Whether it is known what is off; else {@link ready} finds it out. */
  get current(): boolean {
    return this.known !== undefined && this.invalidations.stillHolds(this.known.asked);
  }

  /** @throws AppError (by rejecting) `unavailable` */
  async ready(): Promise<void> {
    while (!this.current) await (this.query ?? this.read());
  }

  /**
   * The switch that keeps a caller out. Call it when they are {@link current}.
   * @param tool by which it works
   */
  against(caller: Comer, tool?: string): KillSwitch | undefined {
    // Of nearly every gateway the list is empty, or short.
    for (const each of this.known!.switches) if (concerns(each, caller, tool)) return each;
    return undefined;
  }

  /** The switch against a caller's own connection: that lets nobody look after a Workspace either. Call it when they are {@link current}. */
  againstConnection(caller: Caller): KillSwitch | undefined {
    return this.known!.switches.find((each) => each.kind === 'connection' && concerns(each, caller, undefined));
  }

  /** A layer that takes away what tools are off in a Workspace; undefined where none is. Call it when they are {@link current}. */
  toolsOff(workspaceId: string | undefined): Policy | undefined {
    const { switches, layers } = this.known!;
    if (switches.length === 0) return undefined;
    if (!layers.has(workspaceId)) {
      const tools = switches.filter(
        ({ kind, workspaceId: where }) => kind === 'tool' && (where === null || where === workspaceId),
      );
      layers.set(workspaceId, tools.length > 0 ? layerWithout(tools) : undefined);
    }
    return layers.get(workspaceId);
  }

  /**
   * Refuses what would be sent while its caller or its tool is switched off: calls that were under way stop before their next write.
   * @throws AppError `forbidden`, `unavailable`
   */
  async check(caller: Caller, tool?: string): Promise<void> {
    if (!this.current) await this.ready();
    const off = this.against(caller, tool);
    if (off) throw switchedOff(off);
  }

  /** All of them, or those that hold in one Workspace; the newest first. @throws AppError `unavailable` */
  async list(workspaceId?: string): Promise<KillSwitch[]> {
    const all = await this.rows();
    return workspaceId === undefined
      ? all
      : all.filter(({ workspaceId: where }) => where === null || where === workspaceId);
  }

  /**
   * Switches something off; on every replica at once. What is off already stays as it is.
   * @throws AppError `unavailable`
   */
  async set({ kind, target, workspaceId, reason }: NewSwitch, by: Changer): Promise<KillSwitch> {
    const row = await withTenant(this.database, tenantOf(workspaceId ?? undefined), async (manager) => {
      const [made] = await manager.query<KillSwitch[]>(
        `INSERT INTO kill_switches (id, kind, target, workspace_id, reason, set_by) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (kind, target, coalesce(workspace_id, '')) DO NOTHING RETURNING ${COLUMNS}`,
        [uuidv7(), kind, target, workspaceId, reason, by.id],
      );
      if (made) {
        await this.audit?.inTransaction(manager, [eventOf('kill_switch_set', made, by)]);
        await announce(manager, 'switch', made.id);
        return made;
      }
      const [there] = await manager.query<KillSwitch[]>(
        `SELECT ${COLUMNS} FROM kill_switches WHERE kind = $1 AND target = $2 AND workspace_id IS NOT DISTINCT FROM $3`,
        [kind, target, workspaceId],
      );
      // Somebody has taken it away between the two statements.
      if (!there) throw new AppError('unavailable');
      return there;
    });
    this.invalidations.drop('switch', row.id);
    return row;
  }

  /**
   * Switches something on again; on every replica at once.
   * @param workspaceId where it must hold; null = one that holds everywhere. One of elsewhere is not there
   * @throws AppError `not_found`, `unavailable`
   */
  async lift(id: string, workspaceId: string | null, by: Changer): Promise<void> {
    await withTenant(this.database, tenantOf(workspaceId ?? undefined), async (manager) => {
      const [[off] = []] = await manager.query<[KillSwitch[], number]>(
        `DELETE FROM kill_switches WHERE id = $1 AND workspace_id IS NOT DISTINCT FROM $2 RETURNING ${COLUMNS}`,
        [id, workspaceId],
      );
      if (!off) throw new AppError('not_found');
      await this.audit?.inTransaction(manager, [eventOf('kill_switch_lifted', off, by)]);
      await announce(manager, 'switch', id);
    });
    this.invalidations.drop('switch', id);
  }

  drop(kind: Invalidated): void {
    if (kind === 'switch') this.flush();
  }

  /** Read anew at once, so that the next call finds it known. */
  flush(): void {
    this.known = undefined;
    this.query = undefined;
    this.read().catch(() => undefined);
  }

  /** Whoever asks meanwhile shares the query; its answer is kept unless something has changed since it was sent. */
  private read(): Promise<Known> {
    const asked = performance.now();
    const query: Promise<Known> = this.rows().then((switches) => {
      const known: Known = { asked, switches, layers: new Map() };
      if (this.query === query) this.known = known;
      return known;
    });
    this.query = query;
    const done = () => void (this.query === query && (this.query = undefined));
    query.then(done, done);
    return query;
  }

  private async rows(): Promise<KillSwitch[]> {
    try {
      return await this.database.query<KillSwitch[]>(`SELECT ${COLUMNS} FROM kill_switches ORDER BY set_at DESC, id`);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }
}

function eventOf(
  event: 'kill_switch_set' | 'kill_switch_lifted',
  { kind, target, workspaceId, reason }: KillSwitch,
  by: Changer,
): AuditEvent {
  return {
    event,
    tenant: tenantOf(workspaceId ?? undefined),
    at: Date.now(),
    person: by.personId,
    kind: by.kind,
    decision: 'allowed',
    detail: { switch: kind, why: reason, target: kind === 'tool' ? target : { objects: [`${kind}:${target}`] } },
  };
}

function concerns({ kind, target, workspaceId }: KillSwitch, caller: Comer, tool: string | undefined): boolean {
  if (workspaceId !== null && workspaceId !== caller.workspaceId) return false;
  if (kind === 'workspace') return true;
  if (kind === 'connection') return caller.connection?.id === target;
  return kind === 'client' ? isOfClient(caller, target) : tool === target;
}

function layerWithout(tools: readonly KillSwitch[]): Policy {
  return Object.freeze({ layer: 'kill switch', mode: 'write', disabledTools: tools.map(({ target }) => target) });
}

const WHAT: Readonly<Record<Switched, string>> = {
  workspace: 'this Workspace',
  client: 'this client',
  tool: 'this tool',
  connection: 'this connection',
};

/** What whoever is kept out is told. */
export const switchedOff = ({ kind, reason }: Pick<KillSwitch, 'kind' | 'reason'>): AppError =>
  new AppError('forbidden', `Switched off: ${WHAT[kind]} was switched off by an administrator (${reason}).`, {
    details: { reason: `${WHAT[kind]} is switched off`, layer: 'kill switch' },
  });
