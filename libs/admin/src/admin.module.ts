import { ApprovalsModule } from '#libs/approvals';
import { AuthModule } from '#libs/auth';
import { ClickUpModule } from '#libs/clickup';
import { ConnectionsModule } from '#libs/connections';
import { McpModule } from '#libs/mcp';
import { PermissionsModule } from '#libs/permissions';
import { WebModule } from '#libs/web';
import { Module } from '@nestjs/common';
import { Administration } from './access/administration.service.js';
import { AdminSessions } from './access/admin-sessions.service.js';
import { Memberships } from './access/memberships.service.js';
import { Workspaces } from './access/workspaces.service.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { ClientLists } from './clients/client-lists.service.js';
import { ClientsController } from './clients/clients.controller.js';
import { CONSOLE_CONTROLLERS, CONSOLE_PROVIDERS } from './console/index.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { ApiKeysController } from './grants/api-keys.controller.js';
import { GrantsController } from './grants/grants.controller.js';
import { KillSwitchesController } from './kill-switches/kill-switches.controller.js';
import { HealthController } from './health/health.controller.js';
import { ApiDocsController } from './openapi/api-docs.controller.js';
import { ApiDocument } from './openapi/api-document.service.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { PeopleController } from './people/people.controller.js';
import { DryRunController } from './policies/dry-run.controller.js';
import { ExplainController } from './policies/explain.controller.js';
import { PolicyQuestions } from './policies/policy-questions.service.js';
import { PoliciesController } from './policies/policies.controller.js';
import { IdempotentAnswers } from './rest/idempotent-answers.service.js';
import { Paging } from './rest/paging.service.js';
import { IdentityProvider } from './sso/identity-provider.service.js';
import { SignOn } from './access/sign-on.service.js';
import { UsageController } from './usage/usage.controller.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';

@Module({
  imports: [ApprovalsModule, AuthModule, ClickUpModule, ConnectionsModule, McpModule, PermissionsModule, WebModule],
  controllers: [
    ...CONSOLE_CONTROLLERS,
    ApiDocsController,
    ApiKeysController,
    ApprovalsController,
    AuditController,
    ClientsController,
    ConnectionsController,
    DryRunController,
    ExplainController,
    HealthController,
    GrantsController,
    KillSwitchesController,
    OpenApiController,
    PeopleController,
    PoliciesController,
    UsageController,
    WorkspacesController,
  ],
  providers: [
    ...CONSOLE_PROVIDERS,
    Administration,
    AdminSessions,
    ApiDocument,
    ClientLists,
    IdempotentAnswers,
    Memberships,
    IdentityProvider,
    Paging,
    PolicyQuestions,
    SignOn,
    Workspaces,
  ],
  exports: [ApiDocument],
})
export class AdminModule {}
