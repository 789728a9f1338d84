import { Connections } from '#libs/connections';
import { Form, languageOf, Pages } from '#libs/web';
import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { MANAGE_FLOW } from './flow.js';
import { type Identity } from './identity.service.js';
import { SignIn } from './sign-in.service.js';
import { Flows } from './flows.service.js';

/** What a person has connected: to see and to end, after they have shown the ClickUp credential again. */
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly pages: Pages,
    private readonly flows: Flows,
    private readonly signIn: SignIn,
    private readonly connections: Connections,
  ) {}

  @Get() begin(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.flows.begin(MANAGE_FLOW, request, reply);
  }

  @Post('credential') prove(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.flows.prove(MANAGE_FLOW, request, reply);
  }

  @Post('clickup') toClickUp(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.signIn.start(MANAGE_FLOW, request, reply);
  }

  @Get('access') async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
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
    this.pages.render(request, reply, {
      name: 'sessions',
      data: { grants, person: identity.person.name, proof: query.text('proof'), ended: query.text('ended') },
    });
  }

  /** Ends one, or all of them. Ending what has ended already is no error: the page shows what is left. */
  @Post('revoke') async revoke(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const form = new Form(request.body);
    const { identity } = await this.flows.proofOf(MANAGE_FLOW, request, form);
    const chosen = form.text('grant');
    const ids = chosen === 'all' ? (await this.own(identity)).map(({ id }) => id) : [chosen];
    for (const id of ids) await this.connections.revokeOfPerson(id, identity.person.id, workspaceIds(identity));
    this.pages.redirect(
      reply,
      `/sessions/access?${new URLSearchParams({ proof: form.text('proof'), ended: 'yes' }).toString()}`,
    );
  }

  private own(identity: Identity) {
    return this.connections.ofPerson(identity.person.id, workspaceIds(identity));
  }
}

const workspaceIds = ({ workspaces }: Identity) => workspaces.map(({ id }) => id);
