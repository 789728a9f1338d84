import { type OwnGrant, PersonGrants } from '#libs/connections';
import { AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Form, type PageAnswer, PageController, PageError, type Redirect } from '#libs/web';
import { Get, Param, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Authorizations } from '../oauth/authorizations.service.js';
import { isOwnComputer } from './connected.js';
import { Consent } from './consent.service.js';
import { changeFlow, type Flow, MANAGE_FLOW } from './flow.js';
import { Flows } from './flows.service.js';
import { type Identity } from './identities.service.js';

/** A person changes what one of their sessions or keys may do (feature A5). They come from `/sessions`, where they have shown their credential. */
@PageController('sessions/:grant')
export class ChangeController {
  constructor(
    private readonly flows: Flows,
    private readonly consent: Consent,
    private readonly grants: PersonGrants,
    private readonly authorizations: Authorizations,
  ) {}

  /** Makes the proof of this change from that of the list, which stays valid for another tab. */
  @Post('begin') async begin(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<Redirect> {
    const { identity } = await this.flows.proofOf(MANAGE_FLOW, request, new Form(request.body));
    await this.own(id, identity);
    return this.flows.carryOn(changeFlow(id), request, { identity, label: '' });
  }

  @Get('access') async choose(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    const { flow } = await this.flow(id, request, new Form(request.query));
    return this.consent.choose(flow, request);
  }

  @Post('grant') async change(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    const repeated = await this.consent.repeated(changeFlow(id), request);
    if (repeated) return repeated;
    const { flow, grant } = await this.flow(id, request, new Form(request.body));
    return this.consent.decide(flow, request, async ({ proof: { identity }, policy }, use) => {
      const to = await this.back(request, identity, 'changed');
      const kept = { ...notShown(grant.policy), ...policy };
      await this.grants
        .changeRights(grant, identity.person.id, kept, async (manager) => {
          if (!(await use(manager, { to }))) return false;
          if (grant.kind === 'session' && policy.mode !== 'read') await this.authorizations.allowWriting(manager, id);
          return true;
        })
        .catch((error: unknown) => {
          throw error instanceof AppError && error.code === 'not_found' ? gone() : error;
        });
    });
  }

  @Post('cancel') async cancel(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<Redirect> {
    const { identity } = await this.flows.proofOf(changeFlow(id), request, new Form(request.body));
    return { redirect: await this.back(request, identity) };
  }

  /** The list again, with a proof of its own: nobody shows the credential twice. */
  private async back(request: FastifyRequest, identity: Identity, done?: string): Promise<string> {
    const { redirect } = await this.flows.carryOn(MANAGE_FLOW, request, { identity, label: '' });
    return done ? `${redirect}&done=${done}` : redirect;
  }

  private async flow(id: string, request: FastifyRequest, fields: Form): Promise<{ flow: Flow; grant: OwnGrant }> {
    const { identity } = await this.flows.proofOf(changeFlow(id), request, fields);
    const grant = await this.own(id, identity);
    const { kind, label, address, policy, workspaceId: workspace } = grant;
    // Tokens of a client that asked for reading only must not write, whatever the person grants: the pages say so instead of offering it.
    const readOnly = grant.asked === 'read';
    const flow = {
      ...changeFlow(id),
      preset: policy,
      workspace,
      changing: { kind, label, address, loopback: isOwnComputer(address), readOnly },
      ...(readOnly && { asked: 'read' as const }),
    };
    return { flow, grant };
  }

  /** @throws PageError when it is not this person's own, has ended, or lies where they are not let in */
  private async own(id: string, { person, workspaces, closed = [] }: Identity): Promise<OwnGrant> {
    const ids = [...workspaces, ...closed].map((workspace) => workspace.id);
    const grant = (await this.grants.ofPerson(person.id, ids)).find((each) => each.id === id);
    // The rights of a server URL are told when it is made: the choices of these pages would take its own limits away.
    if (!grant || grant.kind === 'server_url') throw gone();
    // Who is no longer let in may end what they have, and not change it.
    if (closed.some((workspace) => workspace.id === grant.workspaceId))
      throw new PageError('forbidden', 'problem.not_admitted', '/sessions');
    return grant;
  }
}

const gone = () => new PageError('not_found', 'sessions.gone', '/sessions').under('sessions.gone.heading');

/** What the pages of a change do not show, and so must not take away or widen. */
const notShown = ({
  mode: _mode,
  write: _write,
  read: _read,
  toolsets: _toolsets,
  profile: _profile,
  ...rest
}: Policy) => rest;
