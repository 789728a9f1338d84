import { type CallContext, type ClickUpClient, ClickUpTransport, DirectoryCache } from '#libs/clickup';
import { AppError } from '#libs/core';
import { ofToken, Permissions, type Policies, Resolver, type Whereabouts } from '#libs/permissions';
import { Injectable } from '@nestjs/common';
import { type Caller } from './caller.js';

/** From who calls to a ClickUp client that can do what this caller may, and nothing else. */
@Injectable()
export class Connections {
  constructor(
    private readonly transport: ClickUpTransport,
    private readonly permissions: Permissions,
    private readonly directories: DirectoryCache,
  ) {}

  /**
   * @param policies all layers of the caller; what its token lacks is taken away here
   * @throws AppError `not_configured` when the operator has set no ClickUp credential
   */
  client(caller: Caller, call: Pick<CallContext, 'signal' | 'deadline' | 'priority'>, policies: Policies = this.permissions.granted(caller.policies)): ClickUpClient {
    const { credential } = caller;
    if (!credential) throw new AppError('not_configured', 'No ClickUp credential is configured.', { details: { fix: 'Set CLICKUP_API_TOKEN and restart.' } });
    const held = ofToken(policies, caller);
    const whereabouts: Whereabouts = (judged) => new Resolver(judged, this.directories.cache, call.signal);
    const authorize = this.permissions.authorizer(held, whereabouts);
    const sight = this.permissions.sight(held, whereabouts);
    return this.transport.client({ ...call, credential, person: caller.connection?.personId ?? caller.id, authorize, sight });
  }
}
