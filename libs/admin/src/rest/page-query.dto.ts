import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** The most that one answer lists. */
export const MOST_ROWS = 200;

/** Names a Workspace, where the path does not. */
export class WorkspaceQuery {
  @ApiPropertyOptional({
    description:
      'Id of the Workspace. May be left out with a credential that is for one Workspace, or of somebody who is in one only.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  workspace?: string;
}

/** What every list takes. Filters are named after the fields that they look at; `from` and `to` bound times. */
export class PageQuery extends WorkspaceQuery {
  @ApiPropertyOptional({ description: '`next_cursor` of the page before, with the same filters and `sort`.' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: MOST_ROWS, default: 50, type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_ROWS)
  limit: number = 50;
}
