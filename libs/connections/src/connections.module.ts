import { ClickUpModule } from '#libs/clickup';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { ConnectionStore } from './connection-store.service.js';
import { Connections } from './connections.service.js';
import { Grants } from './grants.service.js';
import { Invalidations } from './invalidations.service.js';

@Module({
  imports: [ClickUpModule, PermissionsModule],
  providers: [Connections, ConnectionStore, Grants, Invalidations],
  exports: [Connections, ConnectionStore, Grants, Invalidations],
})
export class ConnectionsModule {}
