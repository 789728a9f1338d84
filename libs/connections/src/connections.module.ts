import { ClickUpModule } from '#libs/clickup';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { Connections } from './connections.service.js';

@Module({ imports: [ClickUpModule, PermissionsModule], providers: [Connections], exports: [Connections] })
export class ConnectionsModule {}
