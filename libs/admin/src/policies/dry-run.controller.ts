import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { type Mandate, Mandated } from '../access/mandate.js';
import { policyOf } from './policies.controller.js';
import { PolicyQuestions } from './policy-questions.service.js';
import { DryRunBody, dryRunView, DryRunView } from './dry-run.dto.js';

/** What a policy would have changed. */
@ApiTags('Policies')
@ApiParam({ name: 'workspace', description: 'Id of the Workspace.' })
@Controller('api/v1/policies/:workspace/dry-run')
export class DryRunController {
  constructor(private readonly questions: PolicyQuestions) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Which calls of the last days a policy would have refused',
    description:
      'By what the audit holds of them, which is no arguments and no places: what that leaves open is counted.',
  })
  @ApiOkResponse({ type: DryRunView })
  async dryRun(@Mandated() mandate: Mandate, @Body() { policy, days }: DryRunBody): Promise<DryRunView> {
    return dryRunView(await this.questions.dryRun(mandate, policyOf(policy), days));
  }
}
