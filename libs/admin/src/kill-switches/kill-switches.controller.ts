import { KillSwitches, workspaceOf } from '#libs/connections';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { changerOf } from '../access/changer.js';
import { type Mandate, Mandated } from '../access/mandate.js';
import { Creates } from '../rest/creates.js';
import { uuid } from '../rest/ids.js';
import { WorkspaceQuery } from '../rest/page-query.dto.js';
import { KillSwitchBody, KillSwitchList, killSwitchView, KillSwitchView } from './kill-switches.dto.js';
import { newSwitch } from './new-switch.js';

const EVERYWHERE = 'The operator names the Workspace `-` for what holds everywhere.';

/** What is switched off, on every replica in less than a second. */
@ApiTags('Kill switches')
@Controller('api/v1/kill-switches')
export class KillSwitchesController {
  constructor(private readonly switches: KillSwitches) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What is switched off in a Workspace or everywhere, newest first', description: EVERYWHERE })
  @ApiOkResponse({ type: KillSwitchList })
  async list(@Mandated() { workspaceId }: Mandate, @Query() _: WorkspaceQuery): Promise<KillSwitchList> {
    return { data: (await this.switches.list(workspaceOf(workspaceId))).map(killSwitchView) };
  }

  @Post()
  @Creates()
  @ApiOperation({
    summary: 'Switch off a Workspace, a connection, a client or a tool',
    description: `What is off already stays as it is. ${EVERYWHERE}`,
  })
  @ApiCreatedResponse({ type: KillSwitchView })
  async set(
    @Mandated() mandate: Mandate,
    @Query() _: WorkspaceQuery,
    @Body() { kind, target, reason }: KillSwitchBody,
  ): Promise<KillSwitchView> {
    const wanted = newSwitch(mandate, { kind, target, reason });
    return killSwitchView(await this.switches.set(wanted, changerOf(mandate)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Switch it on again', description: EVERYWHERE })
  @ApiNoContentResponse({ description: 'It is on again, on every replica.' })
  async lift(@Mandated() mandate: Mandate, @Query() _: WorkspaceQuery, @Param('id') id: string): Promise<void> {
    await this.switches.lift(uuid(id), workspaceOf(mandate.workspaceId) ?? null, changerOf(mandate));
  }
}
