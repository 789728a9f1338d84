import { type OwnGrant, ServerUrls } from '#libs/connections';
import { CONFIG, type Config } from '#libs/core';
import { askedPolicy, beyond, leavesNothing, Permissions } from '#libs/permissions';
import { Form, type PageAnswer, PageController, PageError, type Redirect, type View } from '#libs/web';
import { Get, Inject, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { AREAS } from '../choice/areas.js';
import { offeredToolsets } from '../choice/chosen-policy.js';
import { shownGrant } from '../connected.js';
import { Consent, type Read } from '../consent.service.js';
import { MANAGE_FLOW, NEW_URL_FLOW } from '../flow.js';
import { Flows } from '../flows.service.js';
import { type Identity } from '../identities.service.js';
import { momentsFor } from '../moments.js';
import { Offers } from '../offers.service.js';
import {
  type AskedUrl,
  askedUrl,
  configOf,
  endOf,
  offeredEnd,
  type OfferedEnd,
  problemOf,
  WRITES,
} from './asked-url.js';
import { asGone, makerOf, OwnUrls } from './own-urls.service.js';

/** A URL that may be made, on a connection of this person. */
interface Decided {
  asked: AskedUrl;
  connection: OwnGrant;
  expiresAt?: Date;
}

/** A person makes a server URL (feature A10). They come from `/sessions`, where they have shown their credential. */
@PageController('sessions/urls')
export class NewUrlController {
  constructor(
    private readonly flows: Flows,
    private readonly consent: Consent,
    private readonly own: OwnUrls,
    private readonly urls: ServerUrls,
    private readonly permissions: Permissions,
    private readonly offers: Offers,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Makes the proof of this flow from that of the list, which stays valid for another tab. */
  @Post('begin') async begin(@Req() request: FastifyRequest): Promise<Redirect> {
    this.offered();
    const { identity } = await this.flows.proofOf(MANAGE_FLOW, request, new Form(request.body));
    return this.flows.carryOn(NEW_URL_FLOW, request, { identity, label: '' });
  }

  @Get('access') async choose(@Req() request: FastifyRequest): Promise<PageAnswer> {
    this.offered();
    const query = new Form(request.query);
    const { identity } = await this.flows.proofOf(NEW_URL_FLOW, request, query);
    const sent = await this.flows.sentForm(NEW_URL_FLOW, request);
    if (sent) return (await this.read(request, identity, sent)).page;
    return this.page(request, identity, query.text('proof'), await this.connections(identity));
  }

  @Post('grant') async make(@Req() request: FastifyRequest): Promise<PageAnswer> {
    this.offered();
    const repeated = await this.consent.repeated(NEW_URL_FLOW, request);
    if (repeated) return repeated;
    return this.consent.decideOn(
      NEW_URL_FLOW,
      request,
      ({ identity }, form) => this.read(request, identity, form),
      async ({ asked, connection, expiresAt, proof: { identity } }, use) => {
        const { name: label, tokenRequired } = asked;
        const config = configOf(asked);
        const back = await this.own.back(request, identity);
        await this.urls
          .makeOnce(
            makerOf(connection.workspaceId, identity),
            connection.connectionId,
            { label, config, policy: askedPolicy(config), tokenRequired, expiresAt },
            (manager, { id, secret }) => use(manager, { show: { id, secret, label, tokenRequired, back } }),
          )
          .catch(asGone);
      },
    );
  }

  @Get('done') show(@Req() request: FastifyRequest): Promise<View> {
    return this.own.show(NEW_URL_FLOW, request);
  }

  @Post('cancel') cancel(@Req() request: FastifyRequest): Promise<Redirect> {
    return this.own.cancel(NEW_URL_FLOW, request, new Form(request.body));
  }

  /** A server URL is a key in another form: where people make no keys, they make no URLs. @throws PageError */
  private offered(): void {
    if (this.config.API_KEY_MODE !== 'user_bound') throw new PageError('not_found', 'problem.no_urls', '/sessions');
  }

  /** What the form says, and the page that shows it. */
  private async read(request: FastifyRequest, identity: Identity, form: Form): Promise<Read<Decided>> {
    const end = offeredEnd(this.config, identity.zone);
    const connections = await this.connections(identity);
    const asked = askedUrl(form, offeredToolsets(this.permissions.granted([])), end);
    const connection = connections.find(({ connectionId }) => connectionId === asked.connection);
    const problem =
      problemOf(
        asked,
        end,
        connections.map(({ connectionId }) => connectionId),
      ) ??
      (connection && (await this.unfit(asked, connection)));
    const page = await this.page(request, identity, form.text('proof'), connections, { asked, problem });
    if (problem !== undefined || !connection) return { page };
    return { decision: { asked, connection, expiresAt: endOf(asked, identity.zone) }, page };
  }

  /** Why a connection cannot give what was ticked. */
  private async unfit(asked: AskedUrl, { policy, workspaceId }: OwnGrant): Promise<string | undefined> {
    const [closed] = await this.offers.workspaces(NEW_URL_FLOW, [{ id: workspaceId, name: '' }]);
    if (closed?.closed) return closed.closed;
    const [granted, config] = [[...(await this.offers.above(workspaceId)), policy], configOf(asked)];
    if (beyond(granted, config) !== undefined) return 'problem.url_beyond';
    return leavesNothing([...granted, askedPolicy(config)]) ? 'problem.url_nothing' : undefined;
  }

  /** What URLs can be made on: sessions and keys that work. */
  private async connections(identity: Identity): Promise<OwnGrant[]> {
    const grants = await this.own.grantsOf(identity);
    return grants.filter(({ kind, state }) => kind !== 'server_url' && state === 'active');
  }

  private async page(
    request: FastifyRequest,
    identity: Identity,
    proof: string,
    connections: readonly OwnGrant[],
    { asked, problem }: { asked?: AskedUrl; problem?: string | undefined } = {},
  ): Promise<View> {
    const moments = momentsFor(request, identity);
    const above = await this.offers.aboveEach(connections.map(({ workspaceId }) => workspaceId));
    const workspaces = await this.offers.workspaces(NEW_URL_FLOW, identity.workspaces);
    const end: OfferedEnd = offeredEnd(this.config, identity.zone);
    const data = {
      proof,
      person: identity.person.name,
      zone: identity.zone,
      connections: connections.map((grant) => ({
        ...shownGrant(grant, { ...identity, trees: new Map(), above, moments }),
        connection: grant.connectionId,
        limited: grant.policy.read !== undefined,
        kept: workspaces.find(({ id }) => id === grant.workspaceId)?.closed,
      })),
      writes: WRITES,
      areas: offeredToolsets(this.permissions.granted([])).map((toolset) => ({ toolset, name: AREAS[toolset] })),
      end,
      asked,
      problem,
    };
    return this.flows.page(NEW_URL_FLOW, { view: 'new-server-url', status: problem ? 400 : undefined, data });
  }
}
