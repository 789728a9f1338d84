import { Access } from '#libs/auth';
import { Bounds, type Maker, type ServerUrl, ServerUrls } from '#libs/connections';
import { AppError } from '#libs/core';
import { askedPolicy, beyond, Permissions } from '#libs/permissions';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { ToolLists } from '../calls/tool-lists.js';
import { NewServerUrlDto, RenamedServerUrlDto } from './server-url.dto.js';

const OF_CONNECTION = 'api/v1/connections/:id/mcp-servers';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Server URLs over REST (feature A10, contract item 20): a program makes them with the API key of the person whose connection they use. */
@ApiTags('Server URLs')
@Controller()
export class ServerUrlsController {
  constructor(
    private readonly urls: ServerUrls,
    private readonly permissions: Permissions,
    private readonly lists: ToolLists,
    private readonly access: Access,
    private readonly bounds: Bounds,
  ) {}

  /** The caller's own connections, so that one can find the id that the other paths want. */
  @Get('api/v1/connections')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The connections of the person whose API key asks' })
  async connections(@Req() request: FastifyRequest) {
    const connections = await this.urls.connections(makerOf(request));
    return { connections: connections.map(({ id, workspaceId, mode }) => ({ id, workspace_id: workspaceId, mode })) };
  }

  @Post([OF_CONNECTION, 'integrated-account/:id/mcp'])
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Make a server URL; `url` is shown this once' })
  async make(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: NewServerUrlDto) {
    const maker = makerOf(request);
    const { name, config, require_api_token_auth, expires_at } = body;
    const asked = {
      ...(config.methods && { methods: config.methods }),
      ...(config.tags && { tags: config.tags }),
      ...(config.upstream_retry !== undefined && { upstream_retry: config.upstream_retry }),
    };
    const policy = askedPolicy(asked);
    const expiresAt = momentOf(expires_at);
    const granted = await this.urls.layers(maker, connectionId(id));
    const keptOut = await this.bounds.against(maker.connection.tenantId, { kind: 'server_url' });
    if (keptOut) throw keptOut;
    const reason = beyond(this.permissions.granted(granted), asked);
    if (reason !== undefined) throw new AppError('forbidden', `Not allowed: ${reason}.`, { details: { reason } });
    if (this.lists.of([...granted, policy]).offered.length === 0)
      throw new AppError('invalid_parameters', 'No tool is left under these methods and tags: ask for more of them.', {
        details: { parameter: 'config' },
      });
    const made = await this.urls.make(maker, connectionId(id), {
      label: name,
      config: asked,
      policy,
      tokenRequired: require_api_token_auth === true || config.require_api_token_auth === true,
      expiresAt,
    });
    return { ...shown(made), url: this.urlOf(made) };
  }

  @Get(OF_CONNECTION)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The server URLs on a connection' })
  async list(@Req() request: FastifyRequest, @Param('id') id: string) {
    const urls = await this.urls.list(makerOf(request), connectionId(id));
    return { servers: urls.map(shown) };
  }

  @Get(`${OF_CONNECTION}/:server`)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'One server URL' })
  async read(@Req() request: FastifyRequest, @Param('id') id: string, @Param('server') server: string) {
    return shown(await this.urls.read(makerOf(request), connectionId(id), server));
  }

  @Patch(`${OF_CONNECTION}/:server`)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Give a server URL another name' })
  async rename(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Param('server') server: string,
    @Body() { name }: RenamedServerUrlDto,
  ) {
    return shown(await this.urls.rename(makerOf(request), connectionId(id), server, name));
  }

  @Post(`${OF_CONNECTION}/:server/rotate`)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Give a server URL another secret; `url` is shown this once' })
  async rotate(@Req() request: FastifyRequest, @Param('id') id: string, @Param('server') server: string) {
    const rotated = await this.urls.rotate(makerOf(request), connectionId(id), server);
    return { ...shown(rotated), url: this.urlOf(rotated) };
  }

  @Delete(`${OF_CONNECTION}/:server`)
  @HttpCode(204)
  @ApiOperation({ summary: 'End a server URL' })
  async end(@Req() request: FastifyRequest, @Param('id') id: string, @Param('server') server: string): Promise<void> {
    await this.urls.end(makerOf(request), connectionId(id), server);
  }

  private urlOf({ id, secret }: Pick<ServerUrl, 'id'> & { secret: string }): string {
    return this.access.pageUrl(`/mcp/cuu_${id}:${secret}`);
  }
}

/**
 * An AI client that a person let in for a while must not make itself a way in that outlives its session; whoever holds a global key is no person.
 * @throws AppError `forbidden`
 */
function makerOf({ caller }: FastifyRequest): Maker {
  if (caller?.kind === 'api_key' && caller.connection) return { ...caller, connection: caller.connection };
  throw new AppError(
    'forbidden',
    'Only an API key of your own (cuk_…) may look after server URLs: make one at the start page of this server, and send it as Authorization: Bearer.',
    { details: { reason: 'kind of credential' } },
  );
}

/** What is no id of ours belongs to nobody. @throws AppError `not_found` */
function connectionId(id: string): string {
  if (!UUID.test(id)) throw new AppError('not_found');
  return id.toLowerCase();
}

/** @throws AppError `invalid_parameters` for a day that no calendar has */
function momentOf(text: string | null | undefined): Date | undefined {
  if (text === undefined || text === null) return undefined;
  const moment = DateTime.fromISO(text.toUpperCase(), { setZone: true });
  if (moment.isValid) return moment.toJSDate();
  throw new AppError('invalid_parameters', '`expires_at` names a moment that does not exist.', {
    details: { parameter: 'expires_at' },
  });
}

const shown = ({ id, label, config, tokenRequired, createdAt, expiresAt }: ServerUrl) => ({
  id,
  name: label,
  config: config ?? {},
  require_api_token_auth: tokenRequired,
  expires_at: expiresAt && written(expiresAt),
  created_at: written(createdAt),
});

/** As people write it: without fractions that are zero. */
const written = (moment: Date) => moment.toISOString().replace('.000Z', 'Z');
