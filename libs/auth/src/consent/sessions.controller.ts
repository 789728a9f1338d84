import { type Place } from '#libs/clickup';
import { type OwnGrant, PersonGrants } from '#libs/connections';
import { CONFIG, type Config } from '#libs/core';
import { Form, type PageAnswer, PageController, PageError, type Redirect, type View } from '#libs/web';
import { Get, Inject, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { namesPlaces, shownGrant } from './connected.js';
import { MANAGE_FLOW } from './flow.js';
import { Flows } from './flows.service.js';
import { Identities, type Identity } from './identities.service.js';
import { momentsFor } from './moments.js';
import { Offers } from './offers.service.js';
import { SignIn } from './sign-in.service.js';

/** What the list says has just been done. */
const NOTICES: ReadonlyMap<string, string> = new Map([
  ['ended', 'sessions.ended'],
  ['ended_all', 'sessions.ended_all'],
  ['changed', 'sessions.changed'],
  ['renamed', 'sessions.renamed'],
]);

/** Shows a person what they have connected, and ends it, after they have shown their ClickUp credential again. */
@PageController('sessions')
export class SessionsController {
  constructor(
    private readonly flows: Flows,
    private readonly signIn: SignIn,
    private readonly identities: Identities,
    private readonly grants: PersonGrants,
    private readonly offers: Offers,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get() begin(@Req() request: FastifyRequest): Promise<View> {
    return this.flows.beginAgain(MANAGE_FLOW, request);
  }

  @Post('credential') prove(@Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.prove(MANAGE_FLOW, request);
  }

  @Post('clickup') toClickUp(@Req() request: FastifyRequest): Promise<Redirect> {
    return this.signIn.start(MANAGE_FLOW, request);
  }

  @Get('access') async list(@Req() request: FastifyRequest): Promise<View> {
    return this.page('sessions', request);
  }

  /** Asks before everything is ended at once. */
  @Get('end-all') async ask(@Req() request: FastifyRequest): Promise<View> {
    return this.page('end-all', request);
  }

  /** Ends one grant, or all of them. One that has ended already is no error: the page shows those that are left. */
  @Post('revoke') async revoke(@Req() request: FastifyRequest): Promise<Redirect> {
    const form = new Form(request.body);
    const { identity } = await this.flows.proofOf(MANAGE_FLOW, request, form);
    const chosen = form.text('grant');
    const ids = chosen === 'all' ? (await this.own(identity)).map(({ id }) => id) : [chosen];
    for (const id of ids) await this.grants.revoke(id, identity.person.id, workspaceIds(identity));
    const done = chosen === 'all' ? 'ended_all' : 'ended';
    const query = new URLSearchParams({ proof: form.text('proof'), done });
    return { redirect: `/sessions/access?${query.toString()}` };
  }

  private async page(view: string, request: FastifyRequest): Promise<View> {
    const query = new Form(request.query);
    const { identity } = await this.flows.proofOf(MANAGE_FLOW, request, query);
    const own = await this.own(identity);
    const moments = momentsFor(request, identity);
    const surroundings = {
      ...identity,
      trees: await this.trees(identity, own),
      above: await this.offers.aboveEach(own.map(({ workspaceId }) => workspaceId)),
      moments,
    };
    const data = {
      grants: own.map((grant) => shownGrant(grant, surroundings)),
      person: identity.person.name,
      zone: moments.zone,
      proof: query.text('proof'),
      // Where there is something that a URL can be made on.
      makesUrls: this.config.API_KEY_MODE === 'user_bound' && own.some((grant) => leadsToUrls(grant, identity)),
      done: NOTICES.get(query.text('done')),
    };
    return { view, data };
  }

  /** The places of the Workspaces where some grant names places. That ClickUp does not answer must keep nobody from ending a grant. */
  private async trees({ token }: Identity, own: readonly OwnGrant[]): Promise<Map<string, Place[]>> {
    const ids = [...new Set(own.filter(namesPlaces).map(({ workspaceId }) => workspaceId))];
    const trees = ids.map(async (id): Promise<[string, Place[]]> => {
      const tree = await this.identities.tree(token, id).catch((error: unknown) => {
        if (error instanceof PageError) return [];
        throw error;
      });
      return [id, tree];
    });
    return new Map(await Promise.all(trees));
  }

  private own(identity: Identity) {
    return this.grants.ofPerson(identity.person.id, workspaceIds(identity));
  }
}

const leadsToUrls = ({ kind, state, workspaceId }: OwnGrant, { workspaces }: Identity): boolean =>
  kind !== 'server_url' && state === 'active' && workspaces.some(({ id }) => id === workspaceId);
const workspaceIds = ({ workspaces, closed = [] }: Identity) => [...workspaces, ...closed].map(({ id }) => id);
