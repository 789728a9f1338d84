import { AuthModule } from '#libs/auth';
import { ClickUpModule } from '#libs/clickup';
import { ConnectionsModule } from '#libs/connections';
import { JobsModule } from '#libs/jobs';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { Callers } from './calls/callers.js';
import { CallResolver } from './calls/call-resolver.js';
import { Dispatch } from './calls/dispatch.js';
import { GrantedInWords } from './calls/granted-in-words.js';
import { ToolLists } from './calls/tool-lists.js';
import { ToolRunner } from './calls/tool-runner.js';
import { UpstreamBudget } from './calls/upstream-budget.js';
import { Confirmations } from './confirmations/confirmations.js';
import { Previews } from './confirmations/previews.js';
import { Names } from './calls/names.js';
import { Completions } from './completions/completions.js';
import { PromptLists } from './prompts/prompt-lists.js';
import { Resources } from './resources/resources.js';
import { JobWorker } from './jobs/job-worker.js';
import { McpController } from './http/mcp.controller.js';
import { McpTasks } from './mcp-tasks/mcp-tasks.js';
import { RequestKeys } from './request-keys/request-keys.js';
import { PlainAnswers } from './http/plain-answers.js';
import { Protocol } from './http/protocol.js';
import { ServerUrlsController } from './server-urls/server-urls.controller.js';

@Module({
  imports: [AuthModule, ClickUpModule, ConnectionsModule, JobsModule, PermissionsModule],
  controllers: [McpController, ServerUrlsController],
  providers: [
    Callers,
    CallResolver,
    Completions,
    Confirmations,
    Dispatch,
    GrantedInWords,
    JobWorker,
    McpTasks,
    Names,
    PlainAnswers,
    Previews,
    PromptLists,
    Protocol,
    RequestKeys,
    Resources,
    ToolLists,
    ToolRunner,
    UpstreamBudget,
  ],
  exports: [Dispatch, Protocol],
})
export class McpModule {}
