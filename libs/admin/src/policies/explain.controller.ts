import { Body, Controller, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Mandate, Mandated } from '../access/mandate.js';
import { WorkspaceQuery } from '../rest/page-query.dto.js';
import { ExplainBody, explanationView, ExplanationView } from './explain.dto.js';
import { PolicyQuestions } from './policy-questions.service.js';

/** What would become of a call. */
@ApiTags('Policies')
@Controller('api/v1/policies/explain')
export class ExplainController {
  constructor(private readonly questions: PolicyQuestions) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'What would be decided about a call, and by which layer',
    description: 'Sends nothing to ClickUp and stores nothing: what only ClickUp could tell is `unknown`.',
  })
  @ApiOkResponse({ type: ExplanationView })
  async explain(
    @Mandated() mandate: Mandate,
    @Query() _: WorkspaceQuery,
    @Body() { grant, tool, arguments: args, scopes }: ExplainBody,
  ): Promise<ExplanationView> {
    return explanationView(await this.questions.explain(mandate, { grant, tool, arguments: args, scopes }));
  }
}
