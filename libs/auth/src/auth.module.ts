import { ConnectionsModule } from '#libs/connections';
import { Module } from '@nestjs/common';
import { Access } from './access.js';
import { Authentication } from './authentication.js';
import { OAUTH_CONTROLLERS, OAUTH_PROVIDERS } from './oauth/index.js';
import { PublicUrl } from './public-url.js';

@Module({
  imports: [ConnectionsModule],
  controllers: [...OAUTH_CONTROLLERS],
  providers: [Access, Authentication, PublicUrl, ...OAUTH_PROVIDERS],
  exports: [Access, PublicUrl, ...OAUTH_PROVIDERS],
})
export class AuthModule {}
