import { type Answer, Decisions, type Pending } from '#libs/approvals';
import { tenantOf } from '#libs/connections';
import { Form, type PageAnswer, PageController, type Redirect, type View } from '#libs/web';
import { Get, Param, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { approvalFlow, APPROVALS_FLOW } from './flow.js';
import { Flows } from './flows.service.js';
import { type Identity } from './identities.service.js';
import { type Moments, momentsFor } from './moments.js';
import { SignIn } from './sign-in.service.js';

/** What the list says has just been done. */
const NOTICES: Readonly<Record<Answer | 'late', string>> = {
  approve: 'approvals.approved',
  hour: 'approvals.approved.hour',
  refuse: 'approvals.refused',
  end: 'approvals.ended',
  late: 'approvals.late',
};
const isAnswer = (text: string): text is Answer => text !== 'late' && Object.hasOwn(NOTICES, text);

/** Shows a person which changes wait for them, and takes their decisions, after they have shown their ClickUp credential (feature D7). */
@PageController('approvals')
export class ApprovalsController {
  constructor(
    private readonly flows: Flows,
    private readonly signIn: SignIn,
    private readonly decisions: Decisions,
  ) {}

  @Get() begin(@Req() request: FastifyRequest): Promise<View> {
    return this.flows.beginAgain(APPROVALS_FLOW, request);
  }

  @Post('credential') prove(@Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.prove(APPROVALS_FLOW, request);
  }

  @Post('clickup') toClickUp(@Req() request: FastifyRequest): Promise<Redirect> {
    return this.signIn.start(APPROVALS_FLOW, request);
  }

  @Get(':id') beginOne(@Param('id') id: string, @Req() request: FastifyRequest): Promise<View> {
    return this.flows.beginAgain(approvalFlow(id), request);
  }

  @Post(':id/credential') proveOne(@Param('id') id: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    return this.flows.prove(approvalFlow(id), request);
  }

  @Post(':id/clickup') oneToClickUp(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Redirect> {
    return this.signIn.start(approvalFlow(id), request);
  }

  @Get(':id/access') one(@Param('id') id: string, @Req() request: FastifyRequest): Promise<View> {
    return this.shown(request, id);
  }

  @Get('access') list(@Req() request: FastifyRequest): Promise<View> {
    return this.shown(request);
  }

  /** @param first the change that somebody came for: shown before the others, and where it is not there, that is said */
  private async shown(request: FastifyRequest, first?: string): Promise<View> {
    const query = new Form(request.query);
    const { identity } = await this.flows.proofOf(APPROVALS_FLOW, request, query);
    const moments = momentsFor(request, identity);
    const pending = await this.decisions.of(identity.person.id, tenantsOf(identity));
    const [standing, waiting] = [true, false].map((forHour) =>
      pending
        .filter((each) => each.forHour === forHour)
        .sort((a, b) => Number(b.id === first) - Number(a.id === first))
        .map((each) => shown(each, identity, moments)),
    );
    const isGone = first !== undefined && !pending.some(({ id }) => id === first);
    const done = query.text('done') || (isGone ? 'late' : '');
    const data = {
      waiting,
      standing,
      person: identity.person.name,
      zone: moments.zone,
      proof: query.text('proof'),
      late: done === 'late',
      done: Object.hasOwn(NOTICES, done) ? NOTICES[done as keyof typeof NOTICES] : undefined,
    };
    return { view: 'approvals', data };
  }

  /** One that was decided, carried out or given up meanwhile is no error: the page says so and shows what is left. */
  @Post('decide') async decide(@Req() request: FastifyRequest): Promise<Redirect> {
    const form = new Form(request.body);
    const { identity } = await this.flows.proofOf(APPROVALS_FLOW, request, form);
    const answer = form.text('answer');
    const by = { personId: identity.person.id, tenantIds: tenantsOf(identity) };
    const decided = isAnswer(answer) && (await this.decisions.decide(form.text('approval'), by, answer));
    const query = new URLSearchParams({ proof: form.text('proof'), done: decided ? answer : 'late' });
    return { redirect: `/approvals/access?${query.toString()}` };
  }
}

/** Where changes of a person may wait: in their Workspaces, and for keys that are bound to none. */
const tenantsOf = ({ workspaces }: Identity): string[] => [...workspaces.map(({ id }) => id), tenantOf(undefined)];

function shown(pending: Pending, { workspaces }: Identity, moments: Moments) {
  const { id, title, summary, current, risk, hasLike, label, callerKind, tenantId, createdAt, expiresAt } = pending;
  return {
    id,
    title,
    summary,
    risk,
    hasLike,
    label,
    callerKind,
    workspace: workspaces.find((each) => each.id === tenantId)?.name,
    facts: Object.entries(current).flatMap(([name, value]) => factOf(name, value)),
    // All that was asked for, so that nothing is approved which was not shown.
    whole: JSON.stringify(pending.arguments, null, 2),
    asked: moments.minute(createdAt),
    until: moments.minute(expiresAt),
  };
}

/** A value of a preview in one text; what is empty is left out. */
function factOf(name: string, value: unknown): { name: string; text: string }[] {
  const text = Array.isArray(value) ? value.map(inWords).join('\n') : inWords(value);
  return text === '' ? [] : [{ name: name.replaceAll('_', ' '), text }];
}
const inWords = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
