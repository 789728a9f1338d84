import { type KillSwitch, SWITCH_REASONS, SWITCHED, type Switched, type SwitchReason } from '#libs/connections';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length } from 'class-validator';
import { written } from '../rest/views.js';

export class KillSwitchBody {
  @ApiProperty({ enum: SWITCHED })
  @IsIn(SWITCHED)
  kind!: Switched;

  @ApiProperty({
    example: 'delete_task',
    description:
      'Id of the Workspace or connection, name of the tool, `client_id` or kind of credential of the client.',
  })
  @IsString()
  @Length(1, 2048)
  target!: string;

  @ApiProperty({ enum: SWITCH_REASONS })
  @IsIn(SWITCH_REASONS)
  reason!: SwitchReason;
}

/** Something that is switched off. */
export class KillSwitchView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: SWITCHED }) kind!: Switched;
  @ApiProperty({ example: 'delete_task' }) target!: string;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Where; null = everywhere, which only the operator can say.',
  })
  workspace!: string | null;
  @ApiProperty({ enum: SWITCH_REASONS }) reason!: SwitchReason;
  @ApiProperty({ description: 'Pseudonym of who set it, or `operator`.' }) set_by!: string;
  @ApiProperty({ format: 'date-time' }) set_at!: string;
}

export class KillSwitchList {
  @ApiProperty({ type: [KillSwitchView] }) data!: KillSwitchView[];
}

export const killSwitchView = ({
  id,
  kind,
  target,
  workspaceId,
  reason,
  setBy,
  setAt,
}: KillSwitch): KillSwitchView => ({
  id,
  kind,
  target,
  workspace: workspaceId,
  reason,
  set_by: setBy,
  set_at: written(setAt),
});
