import { AdministeredConnections } from '#libs/connections';
import { type PageAnswer, PageController, type View } from '#libs/web';
import { Get, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { ConsolePages } from './console-pages.service.js';

/** How many connections in trouble the overview names. */
const MOST_PROBLEMS = 10;

/** Where one chooses a Workspace, and what one sees first there. */
@PageController('console')
export class ConsoleWorkspacesController {
  constructor(
    private readonly connections: AdministeredConnections,
    private readonly pages: ConsolePages,
  ) {}

  @Get() async choose(@Mandated() { administrator }: Mandate): Promise<PageAnswer> {
    const workspaces = await administrator.standings();
    const [only, another] = workspaces;
    if (only && !another) return { redirect: `/console/${encodeURIComponent(only.workspaceId)}` };
    return { view: 'console-workspaces', data: { workspaces } };
  }

  @Get(':workspace') async overview(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<View> {
    const realm = realmOf(mandate);
    const [figures, refused] = await Promise.all([
      this.connections.figures(realm),
      this.connections.list(realm, { state: 'needs_reauth', limit: MOST_PROBLEMS }),
    ]);
    const data = { figures, refused: refused.slice(0, MOST_PROBLEMS) };
    return this.pages.page('console-overview', 'console.overview', mandate, request, data);
  }
}
