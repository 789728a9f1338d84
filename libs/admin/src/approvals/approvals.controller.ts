import { type Answer, Decisions } from '#libs/approvals';
import { AppError } from '#libs/core';
import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Mandate, Mandated } from '../access/mandate.js';
import { grantIdOf } from '../rest/ids.js';
import { ApprovalList, approvalView, DecisionView } from './approvals.dto.js';

const WHO =
  'The credential that asks for a change cannot decide about it, nor can one that it has made; what administers is approved at `/approvals` only.';

/** Changes that wait for the person who asks (feature D7). */
@ApiTags('Approvals')
@Controller('api/v1/workspaces/:workspace/approvals')
export class ApprovalsController {
  constructor(private readonly decisions: Decisions) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What waits for you, the longest first, and what you have approved for an hour' })
  @ApiOkResponse({ type: ApprovalList })
  async list(@Mandated() mandate: Mandate): Promise<ApprovalList> {
    const { personId, tenantIds } = deciderOf(mandate);
    return { data: (await this.decisions.of(personId, tenantIds)).map(approvalView) };
  }

  @Post(':id/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve one: the same call is carried out, once', description: WHO })
  @ApiOkResponse({ type: DecisionView })
  async approve(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<DecisionView> {
    await this.decide(mandate, id, 'approve');
    return { decision: 'approved' };
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @ApiOperation({ summary: 'Refuse one', description: WHO })
  @ApiOkResponse({ type: DecisionView })
  async refuse(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<DecisionView> {
    await this.decide(mandate, id, 'refuse');
    return { decision: 'refused' };
  }

  private async decide(mandate: Mandate, id: string, answer: Answer): Promise<void> {
    const rest = { grantId: mandate.administrator.grantId };
    if (await this.decisions.decide(grantIdOf(id), { ...deciderOf(mandate), rest }, answer)) return;
    throw new AppError(
      'not_found',
      'Nothing waits here under this id: it was decided, has expired, or can be decided at /approvals only.',
    );
  }
}

/** Whose changes these are: the person’s own, in this Workspace. */
function deciderOf({ workspaceId, ownOnly }: Mandate) {
  // The right is nobody's for others.
  if (ownOnly === undefined) throw new AppError('forbidden');
  return { personId: ownOnly, tenantIds: [workspaceId] };
}
