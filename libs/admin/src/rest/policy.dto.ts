import { RISKS, type Risk, type Verb, VERBS } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsObject, IsString, Matches, ValidateIf, ValidateNested } from 'class-validator';

const MODES = ['read', 'selective', 'write'] as const;
const CONFIRM = ['always', 'never'] as const;
/** More than a form of ours can send. */
const MOST_PLACES = 5_000;
const MOST_NAMES = 500;

/** JSON's null is not taken for a value that was left out. */
const given = (field: string) => ValidateIf((body: Record<string, unknown>) => body[field] !== undefined);
const NAME = { message: 'names are lower case words with _', each: true } as const;

export class PlacesDto {
  @ApiProperty({ type: [String], description: 'Ids.' })
  @IsArray()
  @ArrayMaxSize(MOST_PLACES)
  @IsString({ each: true })
  @Matches(/^[\w-]{1,64}$/, { each: true })
  spaces!: string[];

  @ApiProperty({ type: [String], description: 'Ids.' })
  @IsArray()
  @ArrayMaxSize(MOST_PLACES)
  @IsString({ each: true })
  @Matches(/^[\w-]{1,64}$/, { each: true })
  folders!: string[];

  @ApiProperty({ type: [String], description: 'Ids.' })
  @IsArray()
  @ArrayMaxSize(MOST_PLACES)
  @IsString({ each: true })
  @Matches(/^[\w-]{1,64}$/, { each: true })
  lists!: string[];
}

/** A policy as somebody sends it. A field that is absent limits nothing. */
export class PolicyDto {
  @ApiProperty({ enum: MODES })
  @IsIn(MODES)
  mode!: Policy['mode'];

  @ApiPropertyOptional({ type: PlacesDto, description: 'Where `selective` may write; absent = nowhere.' })
  @given('write')
  @IsObject()
  @ValidateNested()
  @Type(() => PlacesDto)
  write?: PlacesDto;

  @ApiPropertyOptional({ type: PlacesDto, description: 'Where it may read, and so write; absent = everywhere.' })
  @given('read')
  @IsObject()
  @ValidateNested()
  @Type(() => PlacesDto)
  read?: PlacesDto;

  @ApiPropertyOptional({ enum: VERBS, isArray: true })
  @given('methods')
  @IsArray()
  @IsIn(VERBS, { each: true })
  methods?: Verb[];

  @ApiPropertyOptional({ type: [String] })
  @given('toolsets')
  @IsArray()
  @ArrayMaxSize(MOST_NAMES)
  @Matches(/^[a-z_]{1,64}$/, NAME)
  toolsets?: string[];

  @ApiPropertyOptional({ type: [String] })
  @given('disabled_toolsets')
  @IsArray()
  @ArrayMaxSize(MOST_NAMES)
  @Matches(/^[a-z_]{1,64}$/, NAME)
  disabled_toolsets?: string[];

  @ApiPropertyOptional({ type: [String] })
  @given('enabled_tools')
  @IsArray()
  @ArrayMaxSize(MOST_NAMES)
  @Matches(/^[a-z_]{1,64}$/, NAME)
  enabled_tools?: string[];

  @ApiPropertyOptional({ type: [String] })
  @given('disabled_tools')
  @IsArray()
  @ArrayMaxSize(MOST_NAMES)
  @Matches(/^[a-z_]{1,64}$/, NAME)
  disabled_tools?: string[];

  @ApiPropertyOptional({ enum: RISKS, isArray: true })
  @given('risks')
  @IsArray()
  @IsIn(RISKS, { each: true })
  risks?: Risk[];

  @ApiPropertyOptional({ enum: CONFIRM })
  @given('confirm')
  @IsIn(CONFIRM)
  confirm?: Policy['confirm'];
}

/** What is stored of a policy that somebody sent. */
export function storedPolicy({ disabled_toolsets, enabled_tools, disabled_tools, ...same }: PolicyDto): Policy {
  const named = { disabledToolsets: disabled_toolsets, enabledTools: enabled_tools, disabledTools: disabled_tools };
  const given = Object.entries({ ...same, ...named }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as Policy;
}
