import { Connections } from '#libs/connections';
import { Form, languageOf, type PageAnswer, PageController, type Redirect, type View } from '#libs/web';
import { Get, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { MANAGE_FLOW } from './flow.js';
import { Flows } from './flows.service.js';
import { type Identity } from './identities.service.js';
import { SignIn } from './sign-in.service.js';

/** Shows a person what they have connected, and ends it, after they have shown their ClickUp credential again. */
@PageController('sessions')
export class SessionsController {
  constructor(
    private readonly flows: Flows,
    private readonly signIn: SignIn,
    private readonly connections: Connections,
  ) {}

  @Get() begin(): View {
    return this.flows.begin(MANAGE_FLOW);
  }

  @Post('credential') prove(@Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.prove(MANAGE_FLOW, request);
  }

  @Post('clickup') toClickUp(@Req() request: FastifyRequest): Promise<Redirect> {
    return this.signIn.start(MANAGE_FLOW, request);
  }

  @Get('access') async list(@Req() request: FastifyRequest): Promise<View> {
    const query = new Form(request.query);
    const { identity } = await this.flows.proofOf(MANAGE_FLOW, request, query);
    const names = new Map(identity.workspaces.map(({ id, name }) => [id, name]));
    const when = new Intl.DateTimeFormat(languageOf(request.headers['accept-language']), {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: 'UTC',
    });
    const grants = (await this.own(identity)).map((grant) => ({
      ...grant,
      workspace: names.get(grant.workspaceId),
      created: `${when.format(grant.createdAt)} UTC`,
      lastUsed: grant.lastUsedAt && `${when.format(grant.lastUsedAt)} UTC`,
    }));
    return {
      view: 'sessions',
      data: { grants, person: identity.person.name, proof: query.text('proof'), ended: query.text('ended') },
    };
  }

  /** Ends one grant, or all of them. One that has ended already is no error: the page shows those that are left. */
  @Post('revoke') async revoke(@Req() request: FastifyRequest): Promise<Redirect> {
    const form = new Form(request.body);
    const { identity } = await this.flows.proofOf(MANAGE_FLOW, request, form);
    const chosen = form.text('grant');
    const ids = chosen === 'all' ? (await this.own(identity)).map(({ id }) => id) : [chosen];
    for (const id of ids) await this.connections.revokeOfPerson(id, identity.person.id, workspaceIds(identity));
    const query = new URLSearchParams({ proof: form.text('proof'), ended: 'yes' });
    return { redirect: `/sessions/access?${query.toString()}` };
  }

  private own(identity: Identity) {
    return this.connections.ofPerson(identity.person.id, workspaceIds(identity));
  }
}

const workspaceIds = ({ workspaces }: Identity) => workspaces.map(({ id }) => id);
