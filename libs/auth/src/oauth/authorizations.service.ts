import { Connections, inTransaction, type NewConnection } from '#libs/connections';
import { AppError, sameSecret } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Pages, PublicUrl } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type AdapterPayload, type Client, type Interaction } from 'oidc-provider';
import { DataSource, type EntityManager } from 'typeorm';
import { allowWriting } from './artifacts/allow-writing.js';
import { decideInteraction, ended } from './artifacts/interactions.js';
import { AuthorizationServer } from './authorization-server.service.js';
import { browserMark, FLOW_ASKED, FLOW_BROWSER } from './authorize-request.js';
import { redirectTarget } from './clients/redirect-uris.js';
import { askedScopes } from './scopes.js';

/** An authorization that waits for a person. */
export interface PendingAuthorization {
  uid: string;
  client: {
    id: string;
    name: string;
    /** Whether the id proves who publishes the client (CIMD). A client that registers may take any name. */
    verified: boolean;
  };
  redirectUri: string;
  /** What the client named in its scope; undefined = nothing, so it may be granted anything. */
  asked?: 'read' | 'write';
}

/** How long the grant lives from the approval until the code is redeemed; tokens prolong it. */
const APPROVAL_SECONDS = 15 * 60;

/** The authorizations that wait for a person: the seam between the protocol and the pages. */
@Injectable()
export class Authorizations {
  /** What a request has found already. Whether it is decided meanwhile is judged by the statement that decides. */
  private readonly seen = new WeakMap<FastifyRequest, Interaction>();

  constructor(
    private readonly server: AuthorizationServer,
    private readonly database: DataSource,
    private readonly store: Connections,
    private readonly pages: Pages,
    private readonly url: PublicUrl,
  ) {}

  /**
   * Who asks for what.
   * @throws AppError `invalid_parameters` when it has expired or is finished, `forbidden` when another browser began it
   */
  async pending(uid: string, request: FastifyRequest): Promise<PendingAuthorization> {
    const interaction = await this.begun(uid, request);
    if (interaction.result) throw ended();
    const client = await this.client(interaction);
    return {
      uid,
      client: {
        id: client.clientId,
        name: client.clientName ?? client.clientId,
        verified: (client as { clientIdMetadataDocument?: boolean }).clientIdMetadataDocument === true,
      },
      redirectUri: interaction.params.redirect_uri as string,
      ...askedIn(interaction),
    };
  }

  /**
   * Stores the connection with its session and what the client will be answered, all or nothing, and only once however often the form is sent.
   * @param first runs in the same transaction before that and is told where the browser will be sent; when it returns `false`, nothing is stored
   * @returns where to send the browser with 303; an earlier decision stays
   * @throws AppError as {@link pending}, `unavailable`
   */
  async approve(
    uid: string,
    request: FastifyRequest,
    connection: Omit<NewConnection, 'grant'>,
    first?: (manager: EntityManager, returnTo: string) => Promise<boolean>,
  ): Promise<string> {
    const interaction = await this.begun(uid, request);
    const client = await this.client(interaction);
    const grant = {
      kind: 'session',
      clientId: client.clientId,
      label: client.clientName ?? client.clientId,
      address: addressOf(interaction.params.redirect_uri as string),
      ...askedIn(interaction),
      expiresInSeconds: APPROVAL_SECONDS,
    } as const;
    await this.store.connect({ ...connection, grant }, async (manager, { grantId }) => {
      if (first && !(await first(manager, interaction.returnTo))) return false;
      const { payload, result } = await this.grant(interaction, grantId, connection);
      const { jti: _jti, ...kept } = payload;
      const seconds = payload.exp! - payload.iat!;
      return decideInteraction(manager, uid, result, { id: grantId, payload: kept, seconds });
    });
    return interaction.returnTo;
  }

  /** Lets the tokens of a session write, in the transaction that widens its rights. Not for a client that asked for reading only. */
  async allowWriting(manager: EntityManager, grantId: string): Promise<void> {
    await allowWriting(manager, grantId, this.url.mcp);
  }

  /**
   * Tells the client that the person said no, or that nothing can come of it.
   * @param why what the client is told of that, by its id; undefined = the person declined
   * @returns where to send the browser with 303; an earlier decision stays
   * @throws AppError as {@link pending}, `unavailable`
   */
  async deny(
    uid: string,
    request: FastifyRequest,
    why: (clientId: string) => Promise<string | undefined> = () => Promise.resolve(undefined),
  ): Promise<string> {
    const { returnTo, params } = await this.begun(uid, request);
    const description = (await why(params.client_id as string)) ?? 'The person declined';
    await inTransaction(this.database, (manager) =>
      decideInteraction(manager, uid, { error: 'access_denied', error_description: description }),
    );
    return returnTo;
  }

  /**
   * The authorization, decided or not, if this browser began it: its URL alone, in another browser, opens nothing.
   * @throws AppError as {@link pending}
   */
  async begun(uid: string, request: FastifyRequest): Promise<Interaction> {
    const seen = this.seen.get(request);
    if (seen?.uid === uid) return seen;
    const interaction = await this.server.provider.Interaction.find(uid);
    if (!interaction) throw ended();
    const browser = this.pages.browser.cookie(request, 'browser');
    if (!browser || !sameSecret(browserMark(browser), String(interaction.params[FLOW_BROWSER]))) {
      throw new AppError(
        'forbidden',
        'This authorization was begun in another browser. Start again in the application that sent you here.',
      );
    }
    this.seen.set(request, interaction);
    return interaction;
  }

  private async client({ params }: Interaction): Promise<Client> {
    const client = await this.server.provider.Client.find(params.client_id as string);
    if (!client) throw ended();
    return client;
  }

  /** What the library remembers of an approval. It would store it by itself, but not in our transaction. */
  private async grant({ params }: Interaction, grantId: string, { person, policy }: Omit<NewConnection, 'grant'>) {
    const accountId = person.id;
    const { Grant } = this.server.provider;
    // The session is the access grant: one id for both.
    const grant = new Grant({ accountId, clientId: params.client_id as string, jti: grantId } as ConstructorParameters<
      typeof Grant
    >[0]);
    grant.addResourceScope(
      this.url.mcp,
      grantedScopes(askedScopes(params.scope as string | undefined), policy).join(' '),
    );
    grant.addOIDCScope('offline_access');
    const { payload } = await (
      grant as unknown as { getValueAndPayload(): Promise<{ payload: AdapterPayload }> }
    ).getValueAndPayload();
    return { payload, result: { login: { accountId, remember: false }, consent: { grantId } } };
  }
}

/** Where sessions are sent, as people are shown it later. Programs on a computer take another port each time, so a port there tells nothing. */
export function addressOf(redirectUri: string): string {
  const { host, loopback } = redirectTarget(redirectUri);
  return loopback ? new URL(redirectUri).hostname : host;
}

/** What the client named in its scope. */
const askedIn = ({ params }: Interaction): Pick<PendingAuthorization, 'asked'> =>
  params[FLOW_ASKED] === 'yes'
    ? { asked: askedScopes(params.scope as string).includes('write') ? 'write' : 'read' }
    : {};

/** The scopes that were asked for and that the person allows. */
const grantedScopes = (asked: readonly string[], { mode }: Policy) =>
  asked.filter((scope) => scope === 'read' || (scope === 'write' && mode !== 'read'));
