import { SERVER_URL_NAME } from '#libs/connections';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** RFC 3339: with seconds, and with a zone. Whether there is such a day is judged by the calendar. */
const MOMENT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
/** More than there are names. */
const MAX_NAMES = 100;

/** JSON's null is not taken for a value that was left out, except where it says "no end". */
const given = (field: string) => ValidateIf((body: Record<string, unknown>) => body[field] !== undefined);

export class ServerUrlConfigDto {
  @ApiPropertyOptional({ type: [String], example: ['read'] })
  @given('methods')
  @IsArray()
  @ArrayMaxSize(MAX_NAMES)
  @IsString({ each: true })
  methods?: string[];

  @ApiPropertyOptional({ type: [String], example: ['tasks'] })
  @given('tags')
  @IsArray()
  @ArrayMaxSize(MAX_NAMES)
  @IsString({ each: true })
  tags?: string[];

  @ApiPropertyOptional({ description: 'Whether it works only beside another credential of the same person.' })
  @given('require_api_token_auth')
  @IsBoolean()
  require_api_token_auth?: boolean;

  @ApiPropertyOptional({ enum: ['on', 'off'] })
  @given('upstream_retry')
  @IsString()
  upstream_retry?: string;
}

/** The body that renames a server URL. */
export class RenamedServerUrlDto {
  @ApiProperty({ minLength: 1, maxLength: 100 })
  @IsString()
  @Length(1, 100)
  @Matches(SERVER_URL_NAME, { message: 'name must hold something visible, and no control characters' })
  name!: string;
}

/** The body that asks for a server URL (contract item 20). */
export class NewServerUrlDto extends RenamedServerUrlDto {
  @ApiProperty({ type: ServerUrlConfigDto })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => ServerUrlConfigDto)
  config!: ServerUrlConfigDto;

  @ApiPropertyOptional({ description: 'Whether it works only beside another credential of the same person.' })
  @given('require_api_token_auth')
  @IsBoolean()
  require_api_token_auth?: boolean;

  /** Null or absent = until it is deleted. */
  @ApiPropertyOptional({ type: 'string', format: 'date-time', nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @Matches(MOMENT, { message: 'expires_at must be a moment with its zone, such as 2026-12-31T23:59:59Z (RFC 3339)' })
  expires_at?: string | null;
}
