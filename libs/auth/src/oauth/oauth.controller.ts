import { AppError } from '#libs/core';
import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AuthorizationServer } from './authorization-server.service.js';
import { authorizeQuery } from './authorize-request.js';
import { type Answer, type Question } from './exchange.js';
import { REDIRECT_REFUSED } from './redirect-uris.js';
import { revokeForm, tokenForm } from './token-request.js';
import { TokenClients } from './token-clients.service.js';

/** The endpoints of OAuth 2.1, at the origin root: some clients go there whatever the metadata says. */
@Controller()
export class OAuthController {
  constructor(
    private readonly server: AuthorizationServer,
    private readonly tokenClients: TokenClients,
  ) {}

  @Get('authorize')
  authorize(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.forward(request, reply, { method: 'GET', url: `/authorize?${authorizeQuery(search(request))}` });
  }

  /** Where the pages send the browser when the person has decided. */
  @Get('authorize/:uid')
  resume(@Req() request: FastifyRequest<{ Params: { uid: string } }>, @Res() reply: FastifyReply) {
    return this.forward(request, reply, { method: 'GET', url: `/authorize/${encodeURIComponent(request.params.uid)}` });
  }

  @Post('token')
  async token(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const form = await this.tokenClients.complete(tokenForm(request.body, this.server.resource));
    await this.forward(request, reply, { method: 'POST', url: '/token', body: formBody(form) });
  }

  @Post('revoke')
  async revoke(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    await this.forward(request, reply, { method: 'POST', url: '/revoke', body: formBody(await this.tokenClients.complete(revokeForm(request.body))) });
  }

  @Post('register')
  register(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.forward(request, reply, { method: 'POST', url: '/register', body: { type: 'application/json', text: JSON.stringify(request.body ?? null) } });
  }

  private async forward(request: FastifyRequest, reply: FastifyReply, question: Question): Promise<void> {
    const answer = await this.server.ask({ ...question, cookie: request.headers.cookie });
    send(reply, answer);
  }
}

function send(reply: FastifyReply, { status, headers, body, problem }: Answer): void {
  if (problem) throw new AppError('invalid_parameters', problem.error === 'invalid_redirect_uri' ? REDIRECT_REFUSED : (problem.error_description ?? problem.error));
  void reply.status(status).headers(headers).header('cache-control', 'no-store').send(body);
}

const formBody = (form: URLSearchParams): Question['body'] => ({ type: 'application/x-www-form-urlencoded', text: form.toString() });

const search = ({ url }: FastifyRequest) => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
