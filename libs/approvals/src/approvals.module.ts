import { ConnectionsModule } from '#libs/connections';
import { Module } from '@nestjs/common';
import { Approvals } from './approvals.service.js';
import { Decisions } from './decisions.service.js';
import { Readers } from './readers.service.js';

@Module({
  imports: [ConnectionsModule],
  providers: [Approvals, Decisions, Readers],
  exports: [Approvals, Decisions, Readers],
})
export class ApprovalsModule {}
