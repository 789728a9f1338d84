import { AUDIT, type AuditTrail, Sparingly } from '#libs/audit';
import { credential } from '#libs/clickup';
import { CONFIG, type Config, LOGGER, sha256, type Tally } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { type GrantKind } from './access-grant.entity.js';
import { admitsId, admitsWorkspace, notAdmitted } from './admission.js';
import { type Caller } from './caller.js';
import { bySecret, CallerCache, type LiveGrant } from './caller-cache.js';
import { credentialContext } from './connections.service.js';
import {
  findGrant,
  type FoundGrant,
  hasExpired,
  liveGrant,
  noteUse,
  reseal,
  whyNotLive,
  type WhyNotLive,
} from './find-grant.js';
import { endAudited } from './oversight.js';
import { type Invalidated, type InvalidatedCache, Invalidations } from './invalidations.service.js';
import { reconnect } from './reconnect.js';
import { inTransaction } from './tenant.js';
import { type Vault, VAULT } from './vault/vault.js';

/** What the database says about a grant; its ClickUp credential is still sealed. */
interface Finding {
  kind: GrantKind;
  /** One per live secret, which may differ in expiry and scope. */
  rows: readonly (FoundGrant & { hash: Buffer })[];
  /** The callers, made when a right secret was presented: before that the ClickUp credential stays sealed. */
  opened?: LiveGrant;
  usedLately: boolean;
  /** When the query was sent, by `performance.now()`. */
  asked: number;
  /** Whether nothing was invalidated between the question and its answer, so that the answer may be kept. */
  current: boolean;
}

/** Finds the caller that a presented credential stands for. */
@Injectable()
export class Grants implements InvalidatedCache {
  private readonly cache = new CallerCache();
  /** A client that is not let in may ask again and again: once a minute is told. */
  private readonly refusals = new Sparingly({ total: 60, each: 1 }, () => undefined);
  /** Queries that are under way, by grant id. */
  private readonly queries = new Map<string, Promise<Finding | undefined>>();

  constructor(
    private readonly database: DataSource,
    @Inject(VAULT) private readonly vault: Vault,
    private readonly invalidations: Invalidations,
    @Inject(CONFIG) private readonly config: Pick<Config, 'BASE_URL' | 'ALLOWED_WORKSPACES' | 'ALLOWED_PEOPLE'>,
    @Inject(LOGGER) private readonly log: Pick<Logger, 'warn'>,
    @Optional() @Inject(AUDIT) private readonly audit?: AuditTrail<EntityManager>,
  ) {
    invalidations.subscribe(this);
  }

  /**
   * The caller of a live credential `<prefix><id>:<secret>`, or undefined. Answers at once when it was seen within the last 30
   * seconds, even while the database is down; otherwise after one query, which simultaneous calls share.
   * @throws AppError (by rejecting) `invalid_credentials` when ClickUp has refused the connection's key, `forbidden` for a Workspace or
   * person that the operator no longer lets in, `unavailable` when the database does not answer
   */
  find(kind: GrantKind, id: string, secret: string): Caller | Promise<Caller | undefined> {
    return this.remembered(kind, id, secret) ?? this.ask(kind, id, secret);
  }

  /** How often a caller was remembered. */
  get found(): Tally {
    return this.cache.found;
  }

  /** The first half of {@link find}: undefined when the database has to be asked. */
  remembered(kind: GrantKind, id: string, secret: string): Caller | undefined {
    return this.cache.find(kind, id, secret);
  }

  /** The second half of {@link find}. */
  async ask(kind: GrantKind, id: string, secret: string): Promise<Caller | undefined> {
    const joined = this.queries.get(id);
    let finding = await (joined ?? this.query(id));
    let row = ofSecret(finding, kind, secret);
    if (joined && !row) {
      // The query that we joined may have been sent before this secret was stored, so it is repeated once.
      finding = await (this.queries.get(id) ?? this.query(id));
      row = ofSecret(finding, kind, secret);
    }
    if (!finding || !row) return undefined;
    if (!this.letsIn(id, row.tenant_id, row.person_id)) throw notAdmitted();
    if (row.state === 'needs_reauth') throw reconnect(kind, this.config);
    // After the check of the secret: a request without the right one must not cause writes, nor learn that the grant exists.
    const live = (finding.opened ??= this.opened(id, finding, row));
    if (finding.current) this.cache.keep(id, live, finding.asked);
    if (!finding.usedLately) {
      finding.usedLately = true;
      this.inBackground(noteUse(this.database, id));
    }
    return bySecret(live.callers, secret)?.caller;
  }

  /**
   * Whether the operator still lets in whose grant it is: a grant may be older than the lists of who may come in. Where an address
   * decides, ClickUp's client judges. A refusal is logged.
   */
  letsIn(grant: string, workspaceId: string, personId: string): boolean {
    const refused = !admitsWorkspace(this.config, workspaceId)
      ? 'workspace'
      : admitsId(this.config, personId) === false && 'person';
    if (refused && this.refusals.admits(grant))
      this.log.warn({ security: 'not_admitted', refused, workspaceId, personId, grant }, 'security event');
    return !refused;
  }

  /**
   * The caller of a live grant, for work that goes on without a request; undefined when it has ended, or may not come in any more.
   * @param scopes those of the access token that began the work: the token itself may have expired since
   * @throws AppError `unavailable`
   */
  async again(id: string, tenantId: string, scopes: readonly string[] | undefined): Promise<Caller | undefined> {
    const row = await liveGrant(this.database, id, tenantId);
    if (!row || row.state === 'needs_reauth' || !this.letsIn(id, tenantId, row.person_id)) return undefined;
    const { kind, connection_id: connectionId, person_id: personId } = row;
    return Object.freeze({
      kind,
      id,
      credential: credential(this.open(row)),
      workspaceId: tenantId,
      connection: { id: connectionId, tenantId, personId },
      policies: policiesOf(row),
      ...clientOf(row),
      ...(scopes && { scopes }),
    });
  }

  /** Why {@link find} found nothing, for the log. @throws AppError (by rejecting) `unavailable` */
  whyNot(id: string, secret: string): Promise<WhyNotLive> {
    return whyNotLive(this.database, id, sha256(secret));
  }

  /** Whether {@link find} found nothing because a server URL has expired: whoever has its secret is told. @throws AppError (by rejecting) `unavailable` */
  expired(id: string, secret: string): Promise<boolean> {
    return hasExpired(this.database, id, sha256(secret));
  }

  /** Ends a grant with all its codes, tokens and server URLs; effective on every replica at once. Unknown and ended ones are fine. */
  async revoke(id: string): Promise<void> {
    const ended = await inTransaction(this.database, (manager) => endAudited(manager, id, this.audit, {}));
    for (const each of ended) this.invalidations.drop('grant', each);
  }

  /** Queries that are under way may bring what was true before the change: their answers are used, but not kept. */
  drop(kind: Invalidated, id: string): void {
    if (kind !== 'grant' && kind !== 'connection') return;
    this.cache.drop(kind, id);
    // Which connection a pending answer belongs to is not known before it arrives, so all of them count as outdated.
    if (kind === 'grant') this.queries.delete(id);
    else this.queries.clear();
  }

  flush(): void {
    this.cache.flush();
    this.queries.clear();
  }

  private query(id: string): Promise<Finding | undefined> {
    const asked = performance.now();
    const query: Promise<Finding | undefined> = findGrant(this.database, id).then((rows) => {
      const [first] = rows;
      return (
        first && {
          kind: first.kind,
          rows: rows.map((row) => ({ ...row, hash: row.secret_hash })),
          usedLately: first.used_lately,
          asked,
          current: this.queries.get(id) === query,
        }
      );
    });
    this.queries.set(id, query);
    const done = () => void (this.queries.get(id) === query && this.queries.delete(id));
    query.then(done, done);
    return query;
  }

  private opened(id: string, { rows, asked }: Finding, row: FoundGrant): LiveGrant {
    const { kind, tenant_id: tenantId, connection_id: connectionId, person_id: personId } = row;
    const common = {
      kind,
      id,
      credential: credential(this.open(row)),
      workspaceId: tenantId,
      connection: { id: connectionId, tenantId, personId },
      ...clientOf(row),
    };
    const callers = rows.map((live) => ({
      hash: live.hash,
      expiresInMs: live.expires_in_ms,
      caller: Object.freeze({ ...common, ...rightsOf(live), ...endOf(live, asked) }),
    }));
    const maker = row.maker_connection_id;
    return { kind, connectionIds: [connectionId, ...(maker === null ? [] : [maker])], callers };
  }

  private open({
    tenant_id: tenantId,
    connection_id: connectionId,
    sealed_credential: sealed,
  }: Pick<FoundGrant, 'tenant_id' | 'connection_id' | 'sealed_credential'>): string {
    const context = credentialContext(tenantId, connectionId);
    const { text, stale } = this.vault.open(context, sealed);
    if (stale) this.inBackground(reseal(this.database, this.vault, context, sealed));
    return text;
  }

  /** Runs a write that the request does not wait for; when it fails, the next look-up tries it again. */
  private inBackground(work: Promise<void>): void {
    work.catch((error: Error) => this.log.warn({ err: error.message }, 'could not update a connection after its use'));
  }
}

/** The row of a secret. The secret is hashed even when no grant has the id, so that the time taken does not tell which ids exist. */
const ofSecret = (finding: Finding | undefined, kind: GrantKind, secret: string) =>
  bySecret(finding?.kind === kind ? finding.rows : NO_ROWS, secret);
const NO_ROWS: Finding['rows'] = [];

/** @param asked when the database said how long it still lives, by `performance.now()` */
const endOf = ({ expires_in_ms: ms }: FoundGrant, asked: number): Pick<Caller, 'endsAt'> =>
  ms === null ? {} : { endsAt: Date.now() - (performance.now() - asked) + ms };

/** What a caller may do: its layers, and the scopes of the access token. */
function rightsOf(found: FoundGrant): Pick<Caller, 'policies' | 'scopes' | 'tokenRequired'> {
  return {
    policies: policiesOf(found),
    ...(found.scope !== null && { scopes: found.scope.split(' ') }),
    ...(found.token_required && { tokenRequired: true }),
  };
}

const clientOf = ({ client_id: clientId }: Pick<FoundGrant, 'client_id'>): Pick<Caller, 'clientId'> =>
  clientId === null ? {} : { clientId };

const said = (layer: 'person' | 'grant', policy: Policy): Policy => ({ layer, ...policy });

/** The policy that the person granted, those of the key that made a server URL, and the one that narrows this grant. A call must pass each of them. */
const policiesOf = ({
  connection_id,
  connection_policy: granted,
  grant_policy: narrowed,
  maker_connection_id,
  maker_connection_policy: makers,
  maker_grant_policy: makersOwn,
}: Pick<
  FoundGrant,
  | 'connection_id'
  | 'connection_policy'
  | 'grant_policy'
  | 'maker_connection_id'
  | 'maker_connection_policy'
  | 'maker_grant_policy'
>) => [
  said('person', granted),
  ...(makers && maker_connection_id !== connection_id ? [said('person', makers)] : []),
  ...(makersOwn ? [said('grant', makersOwn)] : []),
  ...(narrowed ? [said('grant', narrowed)] : []),
];
