import { ConnectionStore, type NewConnection } from '#libs/connections';
import { AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, type Interaction, type InteractionResults } from 'oidc-provider';
import { PublicUrl } from '../public-url.js';
import { Artifacts } from './artifacts.service.js';
import { AuthorizationServer } from './authorization-server.service.js';
import { askedScopes } from './scopes.js';

/** An authorization that waits for a person. */
export interface PendingAuthorization {
  uid: string;
  client: {
    id: string;
    name: string;
    /** Whether the id proves who publishes the client (CIMD). Whoever registers may take any name. */
    verified: boolean;
  };
  redirectUri: string;
  /** What was asked: read, write, offline_access. */
  scopes: readonly string[];
}

/** From approving to the code being redeemed; the tokens prolong it. */
const APPROVAL_SECONDS = 15 * 60;
/** A second click waits for what the first one does, at most so long. */
const [POLLS, POLL_MS] = [50, 100];

const ENDED = 'This authorization has expired or is finished already. Start again in the application that sent you here.';

/** The authorizations that wait for a person: the seam between the protocol and the pages. */
@Injectable()
export class Authorizations {
  constructor(
    private readonly server: AuthorizationServer,
    private readonly artifacts: Artifacts,
    private readonly store: ConnectionStore,
    private readonly url: PublicUrl,
  ) {}

  /**
   * Who asks for what.
   * @throws AppError `invalid_parameters` when it has expired or is finished, `forbidden` when another browser began it
   */
  async pending(uid: string, request: FastifyRequest): Promise<PendingAuthorization> {
    const interaction = await this.interaction(uid, request);
    if (interaction.result) throw new AppError('invalid_parameters', ENDED);
    const client = await this.client(interaction);
    return {
      uid,
      client: { id: client.clientId, name: client.clientName ?? client.clientId, verified: (client as { clientIdMetadataDocument?: boolean }).clientIdMetadataDocument === true },
      redirectUri: interaction.params.redirect_uri as string,
      scopes: askedScopes(interaction.params.scope as string | undefined),
    };
  }

  /**
   * Stores the connection with its session, once however often the form is sent.
   * @returns where to send the browser with 303
   * @throws AppError as {@link pending}, `unavailable`
   */
  async approve(uid: string, request: FastifyRequest, connection: Omit<NewConnection, 'grant'>): Promise<string> {
    const interaction = await this.interaction(uid, request);
    return this.finish(interaction, () => this.grant(interaction, connection));
  }

  /**
   * Tells the client that the person said no.
   * @returns where to send the browser with 303
   * @throws AppError as {@link pending}
   */
  async deny(uid: string, request: FastifyRequest): Promise<string> {
    const interaction = await this.interaction(uid, request);
    return this.finish(interaction, () => Promise.resolve({ error: 'access_denied', error_description: 'The person declined' }));
  }

  private async interaction(uid: string, request: FastifyRequest): Promise<Interaction> {
    if (!this.server.cookies.belongs(request.headers.cookie, uid)) throw new AppError('forbidden', 'This authorization was begun in another browser. Start again in the application that sent you here.');
    const interaction = await this.server.provider.Interaction.find(uid);
    if (!interaction) throw new AppError('invalid_parameters', ENDED);
    return interaction;
  }

  private async client({ params }: Interaction): Promise<Client> {
    const client = await this.server.provider.Client.find(params.client_id as string);
    if (!client) throw new AppError('invalid_parameters', ENDED);
    return client;
  }

  /** The first request does the work; one that comes meanwhile gets the same answer. */
  private async finish(interaction: Interaction, decide: () => Promise<InteractionResults>): Promise<string> {
    const { uid } = interaction;
    if (!(await this.artifacts.claimInteraction(uid))) return this.finishedByAnother(uid);
    try {
      interaction.result = await decide();
      await interaction.persist();
    } catch (error) {
      await this.artifacts.releaseInteraction(uid);
      throw error;
    }
    return interaction.returnTo;
  }

  private async finishedByAnother(uid: string): Promise<string> {
    for (let poll = 0; poll < POLLS; poll += 1) {
      const interaction = await this.server.provider.Interaction.find(uid);
      if (!interaction) break;
      if (interaction.result) return interaction.returnTo;
      await sleep(POLL_MS);
    }
    throw new AppError('invalid_parameters', ENDED);
  }

  private async grant(interaction: Interaction, connection: Omit<NewConnection, 'grant'>): Promise<InteractionResults> {
    const client = await this.client(interaction);
    const asked = askedScopes(interaction.params.scope as string | undefined);
    const { grantId } = await this.store.connect({
      ...connection,
      grant: { kind: 'session', clientId: client.clientId, label: client.clientName ?? client.clientId, expiresInSeconds: APPROVAL_SECONDS },
    });
    const accountId = connection.person.id;
    const { Grant } = this.server.provider;
    // The session is the access grant: one id for both.
    const grant = new Grant({ accountId, clientId: client.clientId, jti: grantId } as ConstructorParameters<typeof Grant>[0]);
    grant.addResourceScope(this.url.mcp, grantedScopes(asked, connection.policy).join(' '));
    grant.addOIDCScope('offline_access');
    await grant.save();
    return { login: { accountId, remember: false }, consent: { grantId } };
  }
}

/** What was asked, as far as the person allows it. */
const grantedScopes = (asked: readonly string[], { mode }: Policy) => asked.filter((scope) => scope === 'read' || (scope === 'write' && mode !== 'read'));
