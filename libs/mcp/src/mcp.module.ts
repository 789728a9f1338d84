import { ApprovalsModule } from '#libs/approvals';
import { AuthModule } from '#libs/auth';
import { ClickUpModule } from '#libs/clickup';
import { ConnectionsModule } from '#libs/connections';
import { JobsModule } from '#libs/jobs';
import { PermissionsModule } from '#libs/permissions';
import { Module } from '@nestjs/common';
import { CALL_PROVIDERS } from './call-providers.js';
import { Dispatch } from './calls/dispatch.js';
import { Explanations } from './explain/explanations.service.js';
import { Confirmations } from './confirmations/confirmations.js';
import { JobWorker } from './jobs/job-worker.js';
import { McpController } from './http/mcp.controller.js';
import { RequestKeys } from './request-keys/request-keys.js';
import { PlainAnswers } from './http/plain-answers.js';
import { Protocol } from './http/protocol.js';
import { ServerUrlsController } from './server-urls/server-urls.controller.js';
import { SseController } from './sse/sse.controller.js';
import { Mirror } from './stream-post/mirror.js';
import { StreamPost } from './stream-post/stream-post.js';
import { OpenStreams } from './streams/open-streams.js';
import { StreamMessages } from './streams/stream-messages.js';
import { WebSockets } from './websocket/web-sockets.js';

@Module({
  imports: [ApprovalsModule, AuthModule, ClickUpModule, ConnectionsModule, JobsModule, PermissionsModule],
  controllers: [McpController, ServerUrlsController, SseController],
  providers: [
    ...CALL_PROVIDERS,
    Confirmations,
    Explanations,
    JobWorker,
    Mirror,
    OpenStreams,
    PlainAnswers,
    RequestKeys,
    StreamMessages,
    StreamPost,
    WebSockets,
  ],
  exports: [Dispatch, Explanations, OpenStreams, Protocol, StreamMessages, WebSockets],
})
export class McpModule {}
