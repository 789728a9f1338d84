import { ClickUpModule } from '#libs/clickup';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { ClickUpClients } from './clickup-clients.service.js';
import { Connections } from './connections.service.js';
import { Grants } from './grants.service.js';
import { Invalidations } from './invalidations.service.js';

@Module({
  imports: [ClickUpModule, PermissionsModule],
  providers: [ClickUpClients, Connections, Grants, Invalidations],
  exports: [ClickUpClients, Connections, Grants, Invalidations],
})
export class ConnectionsModule {}
