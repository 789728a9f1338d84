import { CONFIG, type Config, LOGGER } from '#libs/core';
import { Pages } from '#libs/web';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { AuthorizationServer } from './authorization-server.service.js';
import { Authorizations } from './authorizations.service.js';
import { authorizeQuery, inTheirLanguage, problemOf } from './authorize-request.js';
import { ClientDocuments } from './clients/client-documents.js';
import { redirectRefused } from './clients/redirect-refused.js';
import { Registration } from './clients/registration.js';
import { SessionCodes } from './session-codes.service.js';
import { TokenClients } from './token-clients.service.js';
import { ended } from './artifacts/interactions.js';
import { refuseSecrets } from './refuse-secrets.js';
import { type ProviderAnswer, type ProviderRequest } from './provider-request.js';
import { revokeForm, tokenForm } from './token-request.js';

/** The endpoints of OAuth 2.1, at the origin root: some clients go there whatever the metadata says. */
@Controller()
export class OAuthController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
    private readonly pages: Pages,
    private readonly server: AuthorizationServer,
    private readonly authorizations: Authorizations,
    private readonly tokenClients: TokenClients,
    private readonly registration: Registration,
    private readonly documents: ClientDocuments,
    private readonly codes: SessionCodes,
  ) {}

  @Get('authorize')
  async authorize(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const query = authorizeQuery(search(request), this.pages.browser.id(request));
    const answer = await this.server.ask({ method: 'GET', url: `/authorize?${query}` });
    if (answer.problem) throw problemOf(answer.problem, new URLSearchParams(query), request, this.log, this.config);
    send(reply, answer);
  }

  /** Where the pages send the browser when the person has decided. */
  @Get('authorize/:uid')
  async resume(@Req() request: FastifyRequest<{ Params: { uid: string } }>, @Res() reply: FastifyReply) {
    const { uid } = request.params;
    const interaction = await this.authorizations.begun(uid, request).catch(inTheirLanguage);
    const dropped = await this.server.droppedRedirect(interaction);
    if (dropped)
      throw redirectRefused(this.log, this.config, {
        redirectUris: [dropped.redirectUri],
        clientId: dropped.clientId,
        address: request.ip,
        userAgent: request.headers['user-agent'],
      });
    const answer = await this.server
      .ask({ method: 'GET', url: `/authorize/${encodeURIComponent(uid)}` })
      .catch(inTheirLanguage);
    // The library answers so when the authorization is gone.
    if (answer.problem?.error === 'invalid_request') inTheirLanguage(ended());
    if (answer.problem) throw problemOf(answer.problem, new URLSearchParams(), request, this.log, this.config);
    send(reply, answer);
  }

  @Post('token')
  async token(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const sent = tokenForm(request.body, this.server.resource);
    refuseSecrets(request, reply, sent);
    if (this.codes.concerns(sent))
      return send(reply, { status: 200, headers: {}, body: await this.codes.exchange(sent) });
    const form = await this.tokenClients.complete(sent);
    const answer = await this.server.ask({ method: 'POST', url: '/token', body: formBody(form) });
    if (answer.status === 200) this.documents.granted(form.get('client_id')!);
    send(reply, answer);
  }

  @Post('revoke')
  async revoke(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const sent = revokeForm(request.body);
    refuseSecrets(request, reply, sent);
    const form = await this.tokenClients.complete(sent);
    send(reply, await this.server.ask({ method: 'POST', url: '/revoke', body: formBody(form) }));
  }

  @Post('register')
  async register(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const { metadata, dropped } = this.registration.accept(request.body, {
      address: request.ip,
      userAgent: request.headers['user-agent'],
    });
    await this.registration.count(metadata, request.ip);
    const answer = await this.server.ask({
      method: 'POST',
      url: '/register',
      body: { type: 'application/json', text: JSON.stringify(metadata) },
    });
    const body = dropped.length > 0 ? { ...(answer.body as object), dropped_redirect_uris: dropped } : answer.body;
    send(reply, { ...answer, body });
  }
}

function send(reply: FastifyReply, { status, headers, body }: ProviderAnswer): void {
  void reply.status(status).headers(headers).headers({ 'cache-control': 'no-store', pragma: 'no-cache' }).send(body);
}

const formBody = (form: URLSearchParams): ProviderRequest['body'] => ({
  type: 'application/x-www-form-urlencoded',
  text: form.toString(),
});

const search = ({ url }: FastifyRequest) => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
