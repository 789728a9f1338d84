import { WorkspacePolicies } from '#libs/connections';
import { AppError } from '#libs/core';
import { unknownNames } from '#libs/mcp';
import { type Policy, workspacePolicy } from '#libs/permissions';
import { Body, Controller, Get, Header, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { changerOf } from '../access/changer.js';
import { type Mandate, Mandated } from '../access/mandate.js';
import { Changes, IfMatch, type Match, WithEtag } from '../rest/etag.js';
import { PolicyBody, workspacePolicyView, WorkspacePolicyView } from './policies.dto.js';

/** What a Workspace allows at most, whoever works in it. */
@ApiTags('Policies')
@ApiParam({ name: 'workspace', description: 'Id of the Workspace.' })
@Controller('api/v1/policies/:workspace')
export class PoliciesController {
  constructor(private readonly policies: WorkspacePolicies) {}

  @Get()
  @Header('cache-control', 'no-store')
  @WithEtag()
  @ApiOperation({ summary: 'What a Workspace allows at most' })
  @ApiOkResponse({ type: WorkspacePolicyView })
  async read(@Mandated() { workspaceId }: Mandate): Promise<WorkspacePolicyView> {
    const filed = this.policies.filedFor(workspaceId);
    return workspacePolicyView(workspaceId, filed ? undefined : await this.policies.stored(workspaceId), filed);
  }

  @Put()
  @Changes()
  @ApiOperation({ summary: 'Replace it: in force with the next call on every replica' })
  @ApiOkResponse({ type: WorkspacePolicyView })
  async replace(
    @Mandated() mandate: Mandate,
    @Body() body: PolicyBody,
    @IfMatch() match: Match,
  ): Promise<WorkspacePolicyView> {
    const { workspaceId } = mandate;
    if (this.policies.filedFor(workspaceId))
      throw new AppError('conflict', 'POLICY_FILE says what this Workspace allows: change it there, and restart.');
    const policy = policyOf(body);
    const check = (before: Parameters<typeof workspacePolicyView>[1]) =>
      match.check(workspacePolicyView(workspaceId, before, undefined));
    const stored = await this.policies.store(workspaceId, policy, changerOf(mandate), check);
    return workspacePolicyView(workspaceId, stored, undefined);
  }
}

/** @throws AppError `invalid_parameters` */
export function policyOf(body: PolicyBody): Policy {
  if ((body.mode === 'selective') !== (body.write !== undefined))
    throw invalid('write', 'goes with `mode: selective`, and only with it');
  const policy = workspacePolicy(body);
  const [unknown] = unknownNames(policy);
  if (unknown) throw invalid(unknown.field, unknown.problem);
  return policy;
}

const invalid = (parameter: string, problem: string) =>
  new AppError('invalid_parameters', `\`${parameter}\`: ${problem}.`, { details: { parameter } });
