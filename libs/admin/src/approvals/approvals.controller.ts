import { Decisions } from '#libs/approvals';
import { AppError } from '#libs/core';
import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Mandate, Mandated } from '../access/mandate.js';
import { grantIdOf } from '../rest/ids.js';
import { ApprovalList, approvalView, DecisionView, otherView } from './approvals.dto.js';
import { refuserOf, waitingFor } from './waiting.js';

const WHO =
  'The credential that asks for a change cannot approve it, nor can one that it has made; what administers is approved at `/approvals` only.';

/** Changes that wait for a person (feature D7). */
@ApiTags('Approvals')
@Controller('api/v1/workspaces/:workspace/approvals')
export class ApprovalsController {
  constructor(private readonly decisions: Decisions) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'What waits for you, the longest first, and what you have approved for an hour',
    description:
      'Whoever administers the Workspace, or reads all of it, sees after that what waits for others: which tool, how risky, whose by pseudonym and since when, and nothing of what is in it.',
  })
  @ApiOkResponse({ type: ApprovalList })
  async list(@Mandated() mandate: Mandate): Promise<ApprovalList> {
    const { own, others } = await waitingFor(this.decisions, mandate);
    return { data: [...own.map(approvalView), ...others.map(otherView)] };
  }

  @Post(':id/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve one of yours: the same call is carried out, once', description: WHO })
  @ApiOkResponse({ type: DecisionView })
  async approve(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<DecisionView> {
    const { ownOnly: personId, workspaceId, administrator } = mandate;
    // The right is nobody's for others.
    if (personId === undefined) throw new AppError('forbidden');
    const by = { personId, tenantIds: [workspaceId], rest: { grantId: administrator.grantId } };
    if (!(await this.decisions.decide(grantIdOf(id), by, 'approve'))) throw nothing();
    return { decision: 'approved' };
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Refuse one',
    description: 'Whoever administers the Workspace can refuse what waits for others, too.',
  })
  @ApiOkResponse({ type: DecisionView })
  async refuse(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<DecisionView> {
    if (!(await this.decisions.decide(grantIdOf(id), refuserOf(mandate), 'refuse'))) throw nothing();
    return { decision: 'refused' };
  }
}

const nothing = () =>
  new AppError(
    'not_found',
    'Nothing waits here under this id: it was decided, has expired, or can be decided at /approvals only.',
  );
