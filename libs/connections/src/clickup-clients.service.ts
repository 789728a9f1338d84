import { type CallContext, type ClickUpClient, ClickUpTransport, DirectoryCache } from '#libs/clickup';
import { AppError, CONFIG, type Config, LOGGER } from '#libs/core';
import { ofToken, Permissions, type Policies, Resolver, Wall, type Whereabouts } from '#libs/permissions';
import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { type Caller } from './caller.js';
import { Connections } from './connections.service.js';
import { reconnect, refusedToOperator } from './reconnect.js';
import { noticingRefusal, Verdicts } from './refusal.js';

/** Makes the ClickUp client of a caller: it can do what this caller may do, and nothing else. */
@Injectable()
export class ClickUpClients {
  private readonly verdicts = new Verdicts();

  constructor(
    private readonly transport: ClickUpTransport,
    private readonly permissions: Permissions,
    private readonly store: Connections,
    private readonly directories: DirectoryCache,
    @Inject(CONFIG) private readonly config: Pick<Config, 'BASE_URL'>,
    @Inject(LOGGER) private readonly log: Pick<Logger, 'warn'>,
  ) {}

  /**
   * @param policies all layers of the caller; they are narrowed here to the scopes of its token
   * @throws AppError `not_configured` when the operator has set no ClickUp credential
   */
  client(
    caller: Caller,
    call: Pick<CallContext, 'signal' | 'deadline' | 'priority'>,
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
    const authorize = this.permissions.authorizer(held, whereabouts, wall);
    const readLimits = this.permissions.readLimits(held, whereabouts, wall);
    const client = this.transport.client({
      ...call,
      credential,
      person: connection?.personId ?? caller.id,
      authorize,
      readLimits,
    });
    if (caller.kind === 'global_key') return noticingRefusal(client, () => Promise.resolve(true), refusedToOperator);
    if (!connection) return client;
    // A failure here does not change the answer to the person, and the next call tries to note it again.
    const note = () =>
      this.store
        .needsReauth(connection.tenantId, connection.id)
        .catch((error: Error) =>
          this.log.warn({ err: error.message }, 'could not note that ClickUp refuses a credential'),
        );
    return noticingRefusal(
      client,
      () => this.verdicts.of(connection.id, client, note),
      (refusal) => reconnect(caller.kind, this.config, refusal),
    );
  }
}
