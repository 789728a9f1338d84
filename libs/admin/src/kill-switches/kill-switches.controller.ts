import { KillSwitches, type NewSwitch, workspaceOf } from '#libs/connections';
import { AppError } from '#libs/core';
import { isTool } from '#libs/mcp';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { changerOf } from '../access/changer.js';
import { type Mandate, Mandated } from '../access/mandate.js';
import { Creates } from '../rest/creates.js';
import { uuid } from '../rest/ids.js';
import { WorkspaceQuery } from '../rest/page-query.dto.js';
import { KillSwitchBody, KillSwitchList, killSwitchView, KillSwitchView } from './kill-switches.dto.js';

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
    const workspaceId = workspaceOf(mandate.workspaceId) ?? null;
    const wanted: NewSwitch = { kind, target, workspaceId, reason };
    checkTarget(wanted);
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

/** A switch that concerns nothing would make somebody feel safe. @throws AppError `invalid_parameters` */
function checkTarget({ kind, target, workspaceId }: NewSwitch): void {
  const problem = {
    workspace: target !== workspaceId && 'must be the Workspace itself',
    connection:
      (workspaceId === null || !/^[\da-f-]{36}$/.test(target)) && 'must be the id of a connection in a Workspace',
    tool: !isTool(target) && 'must be the name of a tool',
    client: false,
  }[kind];
  if (problem) throw new AppError('invalid_parameters', `\`target\` ${problem}.`, { details: { parameter: 'target' } });
}
