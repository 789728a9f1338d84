import { Sparingly } from '#libs/audit';
import {
  type Authorize,
  type CallContext,
  type ClickUpClient,
  ClickUpTransport,
  type Directories,
  DirectoryCache,
} from '#libs/clickup';
import { AppError, CONFIG, type Config, isRead, LOGGER } from '#libs/core';
import { ofToken, Permissions, type Policies, Resolver, Wall, type Whereabouts } from '#libs/permissions';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type Logger } from 'pino';
import { AdmittedPeople } from './admitted-people.js';
import { type Caller } from './caller.js';
import { Connections } from './connections.service.js';
import { KillSwitches } from './kill-switches/kill-switches.service.js';
import { reconnect, usesOperatorsToken } from './reconnect.js';
import { noticingRefusal, Verdicts } from './refusal.js';

/** How long it may take to hear whose a credential is; calls that came meanwhile wait for the same answer. */
const PATIENCE_MS = 10_000;

/** Makes the ClickUp client of a caller: it can do what this caller may do, and nothing else. */
@Injectable()
export class ClickUpClients {
  private readonly verdicts = new Verdicts();
  private readonly people: AdmittedPeople;
  /** Nothing is stored of the operator's token, so every call finds out anew. */
  private readonly refusals = new Sparingly({ total: 1, each: 1 }, () => undefined);

  constructor(
    @Inject(ClickUpTransport) private readonly transport: Pick<ClickUpTransport, 'client'>,
    private readonly permissions: Permissions,
    @Inject(Connections) private readonly store: Pick<Connections, 'needsReauth'>,
    @Inject(DirectoryCache) private readonly directories: Pick<Directories, 'cache'>,
    @Inject(CONFIG) private readonly config: Pick<Config, 'BASE_URL' | 'ALLOWED_WORKSPACES' | 'ALLOWED_PEOPLE'>,
    @Inject(LOGGER) private readonly log: Pick<Logger, 'warn'>,
    // One process on standard input and output has none: whoever started it can end it.
    @Optional() private readonly switches?: KillSwitches,
  ) {
    this.people = new AdmittedPeople(config);
  }

  /**
   * @param tool by which the call was made
   * @param policies all layers of the caller; they are narrowed here to the scopes of its token
   * @throws AppError `not_configured` when the operator has set no ClickUp credential
   */
  client(
    caller: Caller,
    {
      tool,
      ...call
    }: Pick<CallContext, 'signal' | 'reqId' | 'deadline' | 'priority' | 'coalesced' | 'waiting' | 'beforeWrites'> & {
      tool?: string;
    },
    policies: Policies = this.permissions.granted(caller.policies),
  ): ClickUpClient {
    const { credential, connection, workspaceId } = caller;
    if (!credential)
      throw new AppError('not_configured', 'No ClickUp credential is configured.', {
        details: { fix: 'Set CLICKUP_API_TOKEN and restart.' },
      });
    const held = ofToken(policies, caller);
    const { cache } = this.directories;
    const whereabouts: Whereabouts = (judged) =>
      new Resolver(judged, cache, { signal: call.signal, home: workspaceId });
    const wall = workspaceId === undefined ? undefined : new Wall(workspaceId, whereabouts, cache, credential.hash);
    const authorize = this.unlessSwitchedOff(caller, tool, this.permissions.authorizer(held, whereabouts, wall));
    const readLimits = this.permissions.readLimits(held, whereabouts, wall);
    const person = connection?.personId ?? caller.id;
    const tellsThrottle = policies.some(({ upstreamRetry }) => upstreamRetry === 'off');
    const unguarded = this.transport.client({
      ...call,
      // A shared read may wait for as long as the others who share it do.
      ...(tellsThrottle && { tellsThrottle, coalesced: false }),
      credential,
      person,
      tenant: workspaceId,
      authorize,
      readLimits,
    });
    const client = this.people.guard(unguarded, caller, () =>
      this.transport.client({
        credential,
        person,
        tenant: workspaceId,
        deadline: performance.now() + PATIENCE_MS,
        priority: 'interactive',
      }),
    );
    const verdict = () => this.verdicts.of(connection?.id ?? credential.hash, client, () => this.refused(caller));
    return noticingRefusal(
      client,
      // Certain or not: whoever calls with the operator's token cannot connect again, as the advice for a refusal would have it.
      usesOperatorsToken(caller) ? () => verdict().then(() => true) : verdict,
      (refusal) => reconnect(caller.kind, this.config, refusal),
    );
  }

  /** A call that is under way sends no further write once its caller or its tool is switched off. */
  private unlessSwitchedOff(caller: Caller, tool: string | undefined, judge: Authorize): Authorize {
    const { switches } = this;
    if (!switches) return judge;
    return (operation, targets, call) =>
      isRead(operation.verb)
        ? judge(operation, targets, call)
        : switches.check(caller, tool).then(() => judge(operation, targets, call));
  }

  /** Tells the operator, and stores of a connection that nothing is sent with its credential any more. */
  private async refused(caller: Caller): Promise<void> {
    const { kind, id, connection } = caller;
    if (!connection) {
      // What clients bring along themselves is theirs to mend.
      if (usesOperatorsToken(caller) && this.refusals.admits(kind))
        this.log.warn(
          { kind },
          'ClickUp does not accept CLICKUP_API_TOKEN: make a new token (ClickUp: Settings > Apps), set it and restart',
        );
      return;
    }
    this.log.warn(
      { grant: id, kind, connection: connection.id },
      'ClickUp no longer accepts the credential of a connection: nothing is sent with it any more, the person has to connect again',
    );
    // A failure here does not change the answer to the person, and the next call tries to note it again.
    await this.store
      .needsReauth(connection.tenantId, connection.id)
      .catch((error: Error) =>
        this.log.warn({ err: error.message }, 'could not note that ClickUp refuses a credential'),
      );
  }
}
