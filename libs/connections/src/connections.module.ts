import { ClickUpModule } from '#libs/clickup';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { ConnectionStore } from './connection-store.service.js';
import { Connections } from './connections.service.js';
import { Grants } from './grants.service.js';

@Module({ imports: [ClickUpModule, PermissionsModule], providers: [Connections, ConnectionStore, Grants], exports: [Connections, ConnectionStore, Grants] })
export class ConnectionsModule {}
