import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsInt, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { written } from '../rest/views.js';
import { PolicyBody } from './policies.dto.js';
import { type DryRun } from './dry-run.js';

const MOST_DAYS = 90;

/** A policy to be tried on calls that were made. */
export class DryRunBody {
  @ApiProperty({ type: PolicyBody, description: 'As it would be stored.' })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => PolicyBody)
  policy!: PolicyBody;

  @ApiPropertyOptional({ minimum: 1, maximum: MOST_DAYS, default: 7 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  days: number = 7;
}

class RefusedView {
  @ApiProperty() name!: string;
  @ApiProperty({ type: 'integer' }) refused!: number;
}
class UndecidedView {
  @ApiProperty() name!: string;
  @ApiProperty({ type: 'integer' }) calls!: number;
}
class GroupsView {
  @ApiProperty({ type: [RefusedView] }) tool!: readonly RefusedView[];
  @ApiProperty({ type: [RefusedView], description: 'Pseudonyms, as in the audit.' }) person!: readonly RefusedView[];
  @ApiProperty({ type: [RefusedView], description: 'What clients call themselves.' }) client!: readonly RefusedView[];
  @ApiProperty({ type: [RefusedView] }) reason!: readonly RefusedView[];
}
class ExampleView {
  @ApiProperty({ example: '2026-11-30/1234', description: 'Day and place in the audit.' }) id!: string;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ example: 'delete_task' }) tool!: string;
  @ApiProperty() reason!: string;
}

/** Which calls of the last days a policy would have refused. */
export class DryRunView {
  @ApiProperty({ format: 'date-time' }) from!: string;
  @ApiProperty({ format: 'date-time' }) to!: string;
  @ApiProperty({ type: 'integer', description: 'Calls that were allowed, as far as they were looked at.' })
  calls!: number;
  @ApiProperty({ description: 'False: there were more, further back.' }) complete!: boolean;
  @ApiProperty({ type: 'integer' }) refused!: number;
  @ApiProperty({ type: 'integer', description: 'Of which the audit does not hold enough to say.' }) undecided!: number;
  @ApiProperty({ type: GroupsView, description: 'Those that would have been refused, most first.' }) by!: GroupsView;
  @ApiProperty({ type: [UndecidedView], description: 'Why nothing can be said of the undecided.' })
  because!: readonly UndecidedView[];
  @ApiProperty({ type: [ExampleView] }) examples!: ExampleView[];
}

export const dryRunView = ({ from, to, examples, ...same }: DryRun): DryRunView => ({
  from: written(from),
  to: written(to),
  ...same,
  examples: examples.map((example) => ({ ...example, at: written(example.at) })),
});
