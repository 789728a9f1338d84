import { AUDIT, type AuditEventKind, type AuditTrail, type Fact } from '#libs/audit';
import { AppError, CONFIG, type Config, sha256 } from '#libs/core';
import { type Policies, type Policy } from '#libs/permissions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AccessGrant, type ServerUrlConfig } from './access-grant.entity.js';
import { type Caller } from './caller.js';
import { newGrantId, newSecret } from './connections.service.js';
import { endedEvents, grantEvent, policyFacts } from './grant-events.js';
import { endGrant, live, narrowest, type OwnGrant, ownGrants } from './grant-rows.js';
import { announce, Invalidations } from './invalidations.service.js';
import { withTenant } from './tenant.js';

/** A server URL as its owner sees it: everything but its secret. */
export type ServerUrl = Pick<
  OwnGrant,
  'id' | 'label' | 'connectionId' | 'config' | 'tokenRequired' | 'createdAt' | 'expiresAt'
>;

/** A server URL that somebody asks for. */
export interface NewServerUrl {
  label: string;
  config: ServerUrlConfig;
  /** Its own layer; the layers of its connection and of the key that makes it hold beside it. */
  policy: Policy;
  tokenRequired: boolean;
  expiresAt?: Date;
}

/** A person's connection, and what it may do after the layers that hold for it. */
export interface OwnConnection {
  id: string;
  workspaceId: string;
  mode: Policy['mode'];
}

/**
 * Who makes, sees and ends server URLs, for one person in one Workspace: an API key of that person, whose rights bound what it makes; or
 * the person, who has just shown their ClickUp credential.
 */
export interface Maker {
  /** The API key; undefined = the person. */
  readonly id?: string;
  /** The layers of the key; of the person none, because those of each connection are theirs. */
  readonly policies: Policies;
  readonly connection: Pick<NonNullable<Caller['connection']>, 'tenantId' | 'personId'>;
}

/** Runs in the transaction that stores a URL, before anything else; when it returns `false`, nothing is stored. */
type First = (manager: EntityManager, made: { id: string; secret: string }) => Promise<boolean>;

/** What people may call a server URL: something that is visible, and nothing that moves what stands beside it. */
export const SERVER_URL_NAME = /^(?=.*\S)[^\p{Cc}\p{Zl}\p{Zp}]*$/su;

/** Makes, shows and ends server URLs (feature A10). What belongs to others is not there. */
@Injectable()
export class ServerUrls {
  constructor(
    private readonly database: DataSource,
    private readonly invalidations: Invalidations,
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAX_GRANTS_PER_PERSON'>,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {}

  /** The connections that some live grant of this person leads to: what has been ended is not brought back by a new URL. */
  connections(maker: Maker): Promise<OwnConnection[]> {
    return this.within(maker, async (manager) => {
      const ids = new Set((await this.own(manager, maker)).map(({ connectionId }) => connectionId));
      const rows = await manager.query<{ id: string; policy: Policy }[]>(
        'SELECT id, policy FROM connections WHERE id = ANY($1) ORDER BY id',
        [[...ids]],
      );
      return rows.map(({ id, policy }) => ({
        id,
        workspaceId: maker.connection.tenantId,
        mode: narrowest(policy, ...maker.policies),
      }));
    });
  }

  /**
   * The layers within which this maker may make a URL on this connection, without the operator's.
   * @throws AppError `not_found`, `forbidden` for a connection whose credential ClickUp refuses
   */
  layers(maker: Maker, connectionId: string): Promise<Policies> {
    return this.within(maker, async (manager) => {
      const leading = (await this.own(manager, maker)).find((grant) => grant.connectionId === connectionId);
      if (!leading) throw new AppError('not_found');
      if (leading.state === 'needs_reauth')
        throw new AppError('forbidden', 'ClickUp no longer accepts the credential of this connection: connect again.', {
          details: { reason: 'ClickUp refuses the credential of this connection' },
        });
      const [row] = await manager.query<{ policy: Policy }[]>('SELECT policy FROM connections WHERE id = $1', [
        connectionId,
      ]);
      return [...(row ? [row.policy] : []), ...maker.policies];
    });
  }

  /**
   * Stores a server URL. One that a key makes ends with the key, so an end after that is brought forward to it.
   * @returns the URL's row, and its secret, which cannot be shown again
   * @throws AppError `not_found` when the connection has ended, `invalid_token` when the maker has, `invalid_parameters` for an end that has passed,
   * `quota_exceeded` for one grant more than MAX_GRANTS_PER_PERSON
   */
  make(maker: Maker, connectionId: string, asked: NewServerUrl): Promise<ServerUrl & { secret: string }> {
    const made = { id: newGrantId(), secret: newSecret() };
    return this.within(maker, async (manager) => ({
      ...(await this.store(manager, maker, connectionId, asked, made)),
      secret: made.secret,
    }));
  }

  /** As {@link make}, for a form that may be sent twice: `first` says whether this is the first time. */
  async makeOnce(maker: Maker, connectionId: string, asked: NewServerUrl, first: First): Promise<void> {
    const made = { id: newGrantId(), secret: newSecret() };
    await this.within(maker, async (manager) => {
      if (await first(manager, made)) await this.store(manager, maker, connectionId, asked, made);
    });
  }

  private async store(
    manager: EntityManager,
    maker: Maker,
    connectionId: string,
    {
      label,
      config,
      policy,
      tokenRequired,
      expiresAt = null,
    }: Omit<NewServerUrl, 'expiresAt'> & { expiresAt?: Date | null },
    { id, secret }: { id: string; secret: string },
  ): Promise<ServerUrl> {
    const end = await this.endOf(manager, maker, expiresAt);
    // Two at once are counted one after the other.
    await manager.query('SELECT 1 FROM people WHERE id = $1 FOR UPDATE', [maker.connection.personId]);
    const own = await this.own(manager, maker);
    if (!own.some((grant) => grant.connectionId === connectionId)) throw new AppError('not_found');
    if (own.length >= this.config.MAX_GRANTS_PER_PERSON)
      throw new AppError(
        'quota_exceeded',
        'This person has as many sessions, keys and server URLs as the operator allows: end one first.',
      );
    await manager.insert(AccessGrant, {
      id,
      kind: 'server_url',
      secretHash: sha256(secret),
      tenantId: maker.connection.tenantId,
      connectionId,
      policy,
      label,
      config,
      tokenRequired,
      madeBy: maker.id ?? null,
      expiresAt: end,
    });
    await this.told(manager, 'server_url_made', maker, id, { after: policyFacts(policy) });
    return this.one(manager, maker, connectionId, id);
  }

  /** When what this maker makes ends. @throws AppError `invalid_token` when the maker has ended, `invalid_parameters` for an end that has passed */
  private async endOf(manager: EntityManager, maker: Maker, asked: Date | null): Promise<Date | null> {
    const [found] = await manager.query<{ past: boolean | null; expiresAt: Date | null }[]>(
      maker.id === undefined
        ? `SELECT $1::timestamptz <= now() AS past, $1::timestamptz AS "expiresAt"`
        : // Held until the commit: whoever ends the maker at the same time waits, and then ends what it has made.
          `SELECT $1::timestamptz <= now() AS past, least($1::timestamptz, g.expires_at) AS "expiresAt"
           FROM access_grants g WHERE g.id = $2 AND ${live('g')} FOR UPDATE OF g`,
      maker.id === undefined ? [asked] : [asked, maker.id],
    );
    if (!found) throw new AppError('invalid_token');
    if (found.past)
      throw new AppError('invalid_parameters', '`expires_at` has passed: name a moment in the future.', {
        details: { parameter: 'expires_at' },
      });
    return found.expiresAt;
  }

  /** The live server URLs on a connection, newest first, whichever key has made them. @throws AppError `not_found` */
  list(maker: Maker, connectionId: string): Promise<ServerUrl[]> {
    return this.within(maker, async (manager) => {
      const grants = (await this.own(manager, maker)).filter((grant) => grant.connectionId === connectionId);
      if (grants.length === 0) throw new AppError('not_found');
      return grants
        .filter(({ kind }) => kind === 'server_url')
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    });
  }

  /** @throws AppError `not_found` */
  read(maker: Maker, connectionId: string, id: string): Promise<ServerUrl> {
    return this.within(maker, (manager) => this.one(manager, maker, connectionId, id));
  }

  /** @throws AppError `not_found` */
  rename(maker: Maker, connectionId: string, id: string, label: string): Promise<ServerUrl> {
    return this.within(maker, async (manager) => {
      await this.one(manager, maker, connectionId, id);
      await manager.query('UPDATE access_grants SET label = $2 WHERE id = $1', [id, label]);
      await this.told(manager, 'server_url_renamed', maker, id);
      return this.one(manager, maker, connectionId, id);
    });
  }

  /**
   * Gives a URL another secret; the one before is refused at once, on every replica.
   * @throws AppError `not_found`, `forbidden` for one that another key has made: its rights may be wider than those of this key
   */
  async rotate(maker: Maker, connectionId: string, id: string): Promise<ServerUrl & { secret: string }> {
    const secret = newSecret();
    const own = await this.within(maker, (manager) => this.renew(manager, maker, connectionId, { id, secret }));
    this.invalidations.drop('grant', id);
    return { ...own, secret };
  }

  /** As {@link rotate}, for a form that may be sent twice: `first` says whether this is the first time. */
  async rotateOnce(maker: Maker, connectionId: string, id: string, first: First): Promise<void> {
    const made = { id, secret: newSecret() };
    await this.within(maker, async (manager) => {
      if (await first(manager, made)) await this.renew(manager, maker, connectionId, made);
    });
    this.invalidations.drop('grant', id);
  }

  private async renew(
    manager: EntityManager,
    maker: Maker,
    connectionId: string,
    { id, secret }: { id: string; secret: string },
  ): Promise<ServerUrl> {
    const own = await this.one(manager, maker, connectionId, id);
    if (maker.id !== undefined && own.madeBy !== maker.id)
      throw new AppError(
        'forbidden',
        'Only the key that made a server URL may rotate it, or its person at /sessions: call with that key, or make a new URL and delete this one.',
        { details: { reason: 'made by another key' } },
      );
    await manager.query(`UPDATE access_grants g SET secret_hash = $2 WHERE g.id = $1 AND ${live('g')}`, [
      id,
      sha256(secret),
    ]);
    await announce(manager, 'grant', id);
    await this.told(manager, 'server_url_rotated', maker, id);
    return own;
  }

  /** Ends a server URL; effective on every replica at once. @throws AppError `not_found` */
  async end(maker: Maker, connectionId: string, id: string): Promise<void> {
    const ended = await this.within(maker, async (manager) => {
      await this.one(manager, maker, connectionId, id);
      const all = await endGrant(manager, id);
      const person = maker.connection.personId;
      await this.audit?.inTransaction(
        manager,
        endedEvents(maker.connection.tenantId, all, { person, kind: 'server_url' }),
      );
      return all;
    });
    for (const each of ended) this.invalidations.drop('grant', each);
  }

  private async told(
    manager: EntityManager,
    event: AuditEventKind,
    { id: maker, connection: { tenantId, personId } }: Maker,
    grant: string,
    detail: Readonly<Record<string, Readonly<Record<string, Fact>>>> = {},
  ): Promise<void> {
    await this.audit?.inTransaction(manager, [
      grantEvent(event, tenantId, {
        grant,
        person: personId,
        kind: 'server_url',
        detail: { ...detail, ...(maker !== undefined && { maker: { objects: [`grant:${maker}`] } }) },
      }),
    ]);
  }

  private within<T>({ connection: { tenantId } }: Maker, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return withTenant(this.database, tenantId, work);
  }

  private own(manager: EntityManager, { connection: { tenantId, personId } }: Maker): Promise<OwnGrant[]> {
    return ownGrants(manager, tenantId, personId);
  }

  private async one(manager: EntityManager, maker: Maker, connectionId: string, id: string): Promise<OwnGrant> {
    const found = (await this.own(manager, maker)).find((grant) => grant.id === id);
    if (found?.kind !== 'server_url' || found.connectionId !== connectionId) throw new AppError('not_found');
    return found;
  }
}
