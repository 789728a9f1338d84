import { type StoredPolicy } from '#libs/connections';
import { APPROVE, type Approve, RISKS, type Risk, type Verb, VERBS } from '#libs/core';
import { type Policy, type WrittenPolicy } from '#libs/permissions';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Length, Matches, ValidateNested } from 'class-validator';
import { policyView, PolicyView } from '../rest/policy.view.js';
import { written } from '../rest/views.js';

const ID = /^\d{1,20}$/;

export class PlacesBody {
  @ApiPropertyOptional({ type: [String] })
  @IsArray()
  @ArrayMaxSize(1000)
  @Matches(ID, { each: true })
  spaces: string[] = [];
  @ApiPropertyOptional({ type: [String] })
  @IsArray()
  @ArrayMaxSize(1000)
  @Matches(ID, { each: true })
  folders: string[] = [];
  @ApiPropertyOptional({ type: [String] })
  @IsArray()
  @ArrayMaxSize(1000)
  @Matches(ID, { each: true })
  lists: string[] = [];
}

const Names =
  (longest = 128): PropertyDecorator =>
  (target, property) => {
    ApiPropertyOptional({ type: [String] })(target, property);
    for (const check of [
      IsOptional(),
      IsArray(),
      ArrayMaxSize(500),
      IsString({ each: true }),
      Length(1, longest, { each: true }),
    ])
      check(target, property);
  };

/** A policy of a Workspace as it is written. What is absent limits nothing. */
export class PolicyBody implements WrittenPolicy {
  @ApiPropertyOptional({ enum: ['read', 'selective', 'write'], default: 'write' })
  @IsIn(['read', 'selective', 'write'])
  mode: Policy['mode'] = 'write';

  @ApiPropertyOptional({
    type: PlacesBody,
    description: 'With `selective`, and only with it: where writing is allowed.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => PlacesBody)
  write?: PlacesBody;

  @ApiPropertyOptional({ type: PlacesBody, description: 'Where it may read, and so write; absent = everywhere.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => PlacesBody)
  read?: PlacesBody;

  @ApiPropertyOptional({ enum: VERBS, isArray: true })
  @IsOptional()
  @IsArray()
  @IsIn(VERBS, { each: true })
  methods?: Verb[];

  @Names() toolsets?: string[];
  @Names() disabled_toolsets?: string[];
  @Names() enabled_tools?: string[];
  @Names() disabled_tools?: string[];

  @ApiPropertyOptional({ enum: RISKS, isArray: true })
  @IsOptional()
  @IsArray()
  @IsIn(RISKS, { each: true })
  risks?: Risk[];

  @ApiPropertyOptional({ enum: ['always', 'never'] })
  @IsOptional()
  @IsIn(['always', 'never'])
  confirm?: 'always' | 'never';

  @ApiPropertyOptional({ enum: APPROVE, description: 'Which changes wait for a person.' })
  @IsOptional()
  @IsIn(APPROVE)
  approve?: Approve;

  @Names(2048) clients?: string[];
}

const SOURCES = ['none', 'stored', 'file'] as const;

/** What a Workspace allows at most. */
export class WorkspacePolicyView {
  @ApiProperty({ example: '12345', description: 'Id of the Workspace.' }) workspace!: string;
  @ApiProperty({ enum: SOURCES, description: '`file`: POLICY_FILE says it, and nothing that is stored counts.' })
  source!: (typeof SOURCES)[number];
  @ApiProperty({ type: PolicyView }) policy!: PolicyView;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) updated_at!: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Pseudonym of who changed it, or `operator`.' })
  updated_by!: string | null;
}

const UNBOUND: Policy = { mode: 'write' };

/** @param filed what POLICY_FILE says: that holds, whatever is stored */
export function workspacePolicyView(
  workspace: string,
  stored: StoredPolicy | undefined,
  filed: Policy | undefined,
): WorkspacePolicyView {
  if (filed) return { workspace, source: 'file', policy: policyView(filed), updated_at: null, updated_by: null };
  return {
    workspace,
    source: stored ? 'stored' : 'none',
    policy: policyView(stored?.policy ?? UNBOUND),
    updated_at: stored ? written(stored.updatedAt) : null,
    updated_by: stored?.updatedBy ?? null,
  };
}
