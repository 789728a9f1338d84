import { VERBS } from '#libs/core';
import { DECISIONS, type Explanation, type JudgedRequest, type Known, KNOWN } from '#libs/mcp';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsObject, IsOptional, IsString, Length } from 'class-validator';

const SCOPES = ['read', 'write'] as const;

/** A call to be judged and not made. */
export class ExplainBody {
  @ApiProperty({ description: 'Id of the session, key or server URL that would call.' })
  @IsString()
  @Length(1, 64)
  grant!: string;

  @ApiProperty({ example: 'update_task', description: 'A tool, by its name or another name for it.' })
  @IsString()
  @Length(1, 128)
  tool!: string;

  @ApiPropertyOptional({ type: Object, default: {}, description: 'As the call would have them.' })
  @IsObject()
  arguments: Record<string, unknown> = {};

  @ApiPropertyOptional({
    enum: SCOPES,
    isArray: true,
    description: 'Scopes of the token of a session; absent = all that the session may have.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(SCOPES.length)
  @IsIn(SCOPES, { each: true })
  scopes?: (typeof SCOPES)[number][];
}

class JudgedRequestView {
  @ApiProperty({ example: 'UpdateTask', description: "ClickUp's operationId." }) operation!: string;
  @ApiProperty({ enum: VERBS }) effect!: string;
  @ApiProperty({ type: [String], example: ['task:86abc1'] }) objects!: readonly string[];
  @ApiProperty({ enum: DECISIONS }) decision!: JudgedRequest['decision'];
  @ApiProperty({ type: 'string', nullable: true }) layer!: string | null;
  @ApiProperty({ type: 'string', nullable: true }) reason!: string | null;
}

/** What would become of a call. */
export class ExplanationView {
  @ApiProperty({ description: 'The tool that was meant.' }) tool!: string;
  @ApiProperty({ enum: DECISIONS, description: '`unknown`: only ClickUp could tell, which was not asked.' })
  decision!: Explanation['decision'];
  @ApiProperty({ type: 'string', nullable: true, example: 'workspace', description: 'Whose word refuses it.' })
  layer!: string | null;
  @ApiProperty({ description: 'A sentence.' }) reason!: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Which error the call would answer.' })
  error!: string | null;
  @ApiProperty({ enum: KNOWN, description: 'Whether it is shown first, to be confirmed.' }) confirmation!: Known;
  @ApiProperty({ enum: KNOWN, description: 'Whether it waits for a person.' }) approval!: Known;
  @ApiProperty({ type: [JudgedRequestView], description: 'What it would ask ClickUp first, as it was judged.' })
  judged!: JudgedRequestView[];
  @ApiProperty({
    type: [JudgedRequestView],
    description: 'What the tool may send after answers of ClickUp, judged on what the call names.',
  })
  expected!: JudgedRequestView[];
  @ApiProperty({ type: [String], description: 'What is not known, because ClickUp was not asked.' })
  open!: readonly string[];
}

const requestView = ({ layer, reason, ...same }: JudgedRequest): JudgedRequestView => ({
  ...same,
  layer: layer ?? null,
  reason: reason ?? null,
});

export const explanationView = ({ layer, error, judged, expected, ...same }: Explanation): ExplanationView => ({
  ...same,
  layer: layer ?? null,
  error: error ?? null,
  judged: judged.map(requestView),
  expected: expected.map(requestView),
});
