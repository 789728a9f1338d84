import { ApprovalsModule } from '#libs/approvals';
import { ClickUpModule } from '#libs/clickup';
import { ConnectionsModule } from '#libs/connections';
import { PermissionsModule } from '#libs/permissions';
import { WebModule } from '#libs/web';
import { Module } from '@nestjs/common';
import { Access } from './access/access.js';
import { Authentication } from './access/authentication.js';
import { CallerLimits } from './access/caller-limits.js';
import { CallerTiers } from './access/caller-tiers.js';
import { SessionTokens } from './access/session-tokens.service.js';
import { Flows } from './consent/flows.service.js';
import { PAGE_CONTROLLERS, PAGE_PROVIDERS } from './consent/index.js';
import { Proofs } from './consent/proofs.service.js';
import { SignIn } from './consent/sign-in.service.js';
import { JWT_CONTROLLERS, JWT_PROVIDERS } from './jwt/index.js';
import { OAUTH_CONTROLLERS, OAUTH_PROVIDERS } from './oauth/index.js';

@Module({
  imports: [ApprovalsModule, ClickUpModule, ConnectionsModule, PermissionsModule, WebModule],
  controllers: [...OAUTH_CONTROLLERS, ...PAGE_CONTROLLERS, ...JWT_CONTROLLERS],
  providers: [
    Access,
    Authentication,
    CallerLimits,
    CallerTiers,
    SessionTokens,
    ...OAUTH_PROVIDERS,
    ...PAGE_PROVIDERS,
    ...JWT_PROVIDERS,
  ],
  exports: [Access, CallerTiers, Flows, Proofs, SignIn, ...OAUTH_PROVIDERS],
})
export class AuthModule {}
