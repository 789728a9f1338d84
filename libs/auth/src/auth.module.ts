import { ClickUpModule } from '#libs/clickup';
import { ConnectionsModule } from '#libs/connections';
import { Module } from '@nestjs/common';
import { Access } from './access.js';
import { PAGE_CONTROLLERS, PAGE_SERVICES, Pages } from './pages/index.js';

@Module({
  imports: [ClickUpModule, ConnectionsModule],
  controllers: PAGE_CONTROLLERS,
  providers: [Access, ...PAGE_SERVICES],
  exports: [Access, Pages],
})
export class AuthModule {}
