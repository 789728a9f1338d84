import { Decisions } from '#libs/approvals';
import { PageController, PageError, type Redirect, type View } from '#libs/web';
import { Get, Param, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Mandate, Mandated } from '../access/mandate.js';
import { refuserOf, waitingFor } from '../approvals/waiting.js';
import { grantIdOf } from '../rest/ids.js';
import { ConsolePages } from './console-pages.service.js';
import { RISKS } from './shown.js';

const TITLE = 'console.approvals';

/** The changes that wait for a person: one's own, and for administrators that others have some, which they can refuse. */
@PageController('console/:workspace/approvals')
export class ConsoleApprovalsController {
  constructor(
    private readonly decisions: Decisions,
    private readonly pages: ConsolePages,
  ) {}

  @Get() async list(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<View> {
    const { own, others } = await waitingFor(this.decisions, mandate);
    const waiting = own.filter(({ forHour }) => !forHour);
    return this.pages.page('console-approvals', TITLE, mandate, request, { waiting, others, risks: RISKS });
  }

  @Post(':id/refuse') async refuse(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<Redirect> {
    const list = `/console/${encodeURIComponent(mandate.workspaceId)}/approvals`;
    if (!(await this.decisions.decide(grantIdOf(id), refuserOf(mandate), 'refuse')))
      throw new PageError('not_found', 'approvals.late', list);
    return { redirect: `${list}?done=refused` };
  }
}
