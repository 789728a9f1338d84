import { PageController, type View } from '#libs/web';
import { Get, Query, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { type Mandate, Mandated } from '../access/mandate.js';
import { eventsFor } from '../audit/audit.controller.js';
import { AuditQuery } from '../audit/audit.dto.js';
import { Paging } from '../rest/paging.service.js';
import { ConsolePages } from './console-pages.service.js';
import { EVENTS } from './shown.js';

/** What was done in a Workspace, newest first. */
@PageController('console/:workspace/audit')
export class ConsoleAuditController {
  constructor(
    private readonly database: DataSource,
    private readonly paging: Paging,
    private readonly pages: ConsolePages,
  ) {}

  @Get() async list(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Query() query: AuditQuery,
  ): Promise<View> {
    const { data, next_cursor } = await eventsFor(this.database, this.paging, mandate, query);
    const { event, decision, tool, person } = query;
    return this.pages.page('console-audit', 'console.audit', mandate, request, {
      entries: data.map((entry) => ({ ...entry, moment: new Date(entry.at) })),
      next: next_cursor,
      filter: Object.fromEntries(
        Object.entries({ event, decision, tool, person }).filter(([, value]) => value !== undefined),
      ),
      events: EVENTS,
    });
  }
}
