import { APPROVE, VERBS } from '#libs/core';
import { type Places, type Policy } from '#libs/permissions';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

class PlacesView {
  @ApiProperty({ type: [String] }) spaces!: readonly string[];
  @ApiProperty({ type: [String] }) folders!: readonly string[];
  @ApiProperty({ type: [String] }) lists!: readonly string[];
}

/** A policy as REST shows it. A field that is absent limits nothing. */
export class PolicyView {
  @ApiProperty({ enum: ['read', 'selective', 'write'] }) mode!: Policy['mode'];
  @ApiPropertyOptional({ type: PlacesView, description: 'Where `selective` may write; absent = nowhere.' })
  write?: Places;
  @ApiPropertyOptional({ type: PlacesView, description: 'Where it may read, and so write; absent = everywhere.' })
  read?: Places;
  @ApiPropertyOptional({ enum: VERBS, isArray: true }) methods?: readonly string[];
  @ApiPropertyOptional({ type: [String] }) toolsets?: readonly string[];
  @ApiPropertyOptional({ type: [String] }) disabled_toolsets?: readonly string[];
  @ApiPropertyOptional({ type: [String] }) enabled_tools?: readonly string[];
  @ApiPropertyOptional({ type: [String] }) disabled_tools?: readonly string[];
  @ApiPropertyOptional({ type: [String] }) risks?: readonly string[];
  @ApiPropertyOptional({ enum: ['always', 'never'] }) confirm?: Policy['confirm'];
  @ApiPropertyOptional({ enum: APPROVE, description: 'Which changes wait for a person.' }) approve?: Policy['approve'];
  @ApiPropertyOptional({ type: [String], description: 'Of a Workspace: `client_id`s, or kinds of credentials.' })
  clients?: readonly string[];
}

/** The names of the fields, where they differ from those of {@link Policy}. */
const NAMES: Readonly<Partial<Record<keyof Policy, keyof PolicyView>>> = {
  disabledToolsets: 'disabled_toolsets',
  enabledTools: 'enabled_tools',
  disabledTools: 'disabled_tools',
};
const SAME: readonly (keyof Policy & keyof PolicyView)[] = [
  'mode',
  'write',
  'read',
  'methods',
  'toolsets',
  'risks',
  'confirm',
  'approve',
  'clients',
];

/** A stored policy as REST shows it. */
export const policyView = (policy: Policy): PolicyView =>
  Object.fromEntries(
    [...SAME.map((name) => [name, name] as const), ...(Object.entries(NAMES) as [keyof Policy, keyof PolicyView][])]
      .filter(([name]) => policy[name] !== undefined)
      .map(([name, shown]) => [shown, policy[name]]),
  ) as unknown as PolicyView;
