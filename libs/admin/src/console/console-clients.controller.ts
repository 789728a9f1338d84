import { AdministeredClients, letsIn } from '#libs/connections';
import { AppError } from '#libs/core';
import { Form, PageController, PageError, type Redirect, type View } from '#libs/web';
import { Get, Post, Query, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Mandate, Mandated } from '../access/mandate.js';
import { KINDS_OF_CLIENTS, LIST_CHANGES, type ListChange } from '../clients/client-list.js';
import { ClientLists } from '../clients/client-lists.service.js';
import { Paging } from '../rest/paging.service.js';
import { ConsoleClientsQuery } from './console-queries.js';
import { ConsolePages } from './console-pages.service.js';
import { CLIENT_KINDS } from './shown.js';

const LIST = 'clients';
const TITLE = 'console.clients';
/** So many that nobody uses are named. */
const MOST_UNUSED = 100;
const isKind = (client: string) => (KINDS_OF_CLIENTS as readonly string[]).includes(client);

/** Which clients people of a Workspace use, and which it lets in. */
@PageController('console/:workspace/clients')
export class ConsoleClientsController {
  constructor(
    private readonly clients: AdministeredClients,
    private readonly lists: ClientLists,
    private readonly paging: Paging,
    private readonly pages: ConsolePages,
  ) {}

  @Get() async list(
    @Mandated() mandate: Mandate,
    @Req() request: FastifyRequest,
    @Query() query: ConsoleClientsQuery,
  ): Promise<View> {
    const { workspaceId } = mandate;
    const after = this.paging.after<string>(LIST, mandate, query);
    const [rows, list] = await Promise.all([
      this.clients.list(workspaceId, { ...query, after }),
      this.lists.read(workspaceId),
    ]);
    const listed = (list.clients ?? []).filter((client) => !isKind(client));
    const unused = after === undefined ? await this.clients.unused(workspaceId, listed) : [];
    const { data, next_cursor } = this.paging.page(
      LIST,
      mandate,
      query,
      rows,
      ({ id }) => id,
      (row) => ({
        ...row,
        letIn: letsIn(list.clients, { kind: 'session', clientId: row.id }),
        // Then it is let in as every app is.
        named: list.clients?.includes(row.id) === true,
      }),
    );
    const kinds = KINDS_OF_CLIENTS.map((kind) => ({
      kind,
      text: CLIENT_KINDS[kind],
      letIn: letsIn(list.clients, { kind }),
    }));
    return this.pages.page('console-clients', TITLE, mandate, request, {
      clients: data,
      next: next_cursor,
      list,
      kinds,
      unused: unused.slice(0, MOST_UNUSED),
      more: Math.max(unused.length - MOST_UNUSED, 0),
    });
  }

  /** Asks before a client is not let in any more. */
  @Get('disallow') async ask(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<View> {
    const form = new Form(request.query);
    const { client } = asked({ what: 'disallow', client: form.text('client', 2048) });
    const { version } = await this.lists.read(mandate.workspaceId);
    const text = client && isKind(client) ? CLIENT_KINDS[client as keyof typeof CLIENT_KINDS] : undefined;
    return this.pages.page('console-disallow', TITLE, mandate, request, { client, text, version });
  }

  @Post() async change(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<Redirect> {
    const form = new Form(request.body);
    const what = LIST_CHANGES.find((one) => one === form.text('what'));
    const version = Number(form.text('version'));
    if (!what || !Number.isSafeInteger(version)) throw new PageError('invalid_parameters', 'problem.field');
    const back = `/console/${encodeURIComponent(mandate.workspaceId)}/clients`;
    await this.lists
      .change(mandate, version, asked({ what, client: form.text('client', 2048) }))
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'precondition_failed')
          throw new PageError('precondition_failed', 'problem.list_changed', back, error);
        throw error;
      });
    return { redirect: `${back}?done=clients` };
  }
}

/** @throws PageError for what no form of ours sends */
function asked({ what, client }: ListChange): ListChange {
  if (what !== 'allow' && what !== 'disallow') return { what };
  if (!client) throw new PageError('invalid_parameters', 'problem.field');
  return { what, client };
}
