import { AuthModule } from '#libs/auth';
import { ClickUpModule } from '#libs/clickup';
import { ConnectionsModule } from '#libs/connections';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { Dispatch } from './calls/dispatch.js';
import { ToolLists } from './calls/tool-lists.js';
import { ToolRunner } from './calls/tool-runner.js';
import { Confirmations } from './confirmations/confirmations.js';
import { McpController } from './http/mcp.controller.js';
import { Protocol } from './http/protocol.js';

@Module({
  imports: [AuthModule, ClickUpModule, ConnectionsModule, PermissionsModule],
  controllers: [McpController],
  providers: [Confirmations, Dispatch, Protocol, ToolLists, ToolRunner],
  exports: [Dispatch, Protocol],
})
export class McpModule {}
