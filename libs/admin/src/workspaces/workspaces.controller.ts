import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type Role, ROLES } from '#libs/web';
import { type Mandate, Mandated } from '../access/mandate.js';

class WorkspaceView {
  @ApiProperty({ example: '9012345678' }) id!: string;
  @ApiProperty({
    nullable: true,
    type: 'string',
    description: 'As ClickUp has it; null where the operator asks, for whom ClickUp is not asked.',
  })
  name!: string | null;
  @ApiProperty({ enum: ROLES, description: 'What you are there.' }) role!: Role;
}

class WorkspacesView {
  @ApiProperty({ type: [WorkspaceView] }) data!: WorkspaceView[];
}

@ApiTags('Workspaces')
@Controller('api/v1/workspaces')
export class WorkspacesController {
  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The Workspaces that you are in, or, for the operator, all that somebody has connected' })
  @ApiOkResponse({ type: WorkspacesView })
  async list(@Mandated() { administrator }: Mandate): Promise<WorkspacesView> {
    const standings = await administrator.standings();
    return { data: standings.map(({ workspaceId, name = null, role }) => ({ id: workspaceId, name, role })) };
  }
}
