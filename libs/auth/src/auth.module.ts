import { ClickUpModule } from '#libs/clickup';
import { ConnectionsModule } from '#libs/connections';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { Access } from './access/access.js';
import { Authentication } from './access/authentication.js';
import { OAUTH_CONTROLLERS, OAUTH_PROVIDERS } from './oauth/index.js';
import { PAGE_CONTROLLERS, PAGE_PROVIDERS, Pages } from './pages/index.js';
import { PublicUrl } from './public-url.js';

@Module({
  imports: [ClickUpModule, ConnectionsModule, PermissionsModule],
  controllers: [...OAUTH_CONTROLLERS, ...PAGE_CONTROLLERS],
  providers: [Access, Authentication, PublicUrl, ...OAUTH_PROVIDERS, ...PAGE_PROVIDERS],
  exports: [Access, Pages, PublicUrl, ...OAUTH_PROVIDERS],
})
export class AuthModule {}
