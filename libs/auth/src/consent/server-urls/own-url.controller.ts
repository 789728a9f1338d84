import { SERVER_URL_NAME, ServerUrls } from '#libs/connections';
import { Form, type PageAnswer, PageController, type Redirect, type View } from '#libs/web';
import { Get, Param, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Consent } from '../consent.service.js';
import { MANAGE_FLOW, urlFlow } from '../flow.js';
import { Flows } from '../flows.service.js';
import { asGone, makerOf, OwnUrls } from './own-urls.service.js';

const MAX_NAME = 100;

/** A person renames one of their server URLs, or gives it another secret (feature A10). They come from `/sessions`. */
@PageController('sessions/urls/:grant')
export class OwnUrlController {
  constructor(
    private readonly flows: Flows,
    private readonly consent: Consent,
    private readonly own: OwnUrls,
    private readonly urls: ServerUrls,
  ) {}

  @Post('begin') async begin(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<Redirect> {
    const { identity } = await this.flows.proofOf(MANAGE_FLOW, request, new Form(request.body));
    await this.own.one(id, identity);
    return this.flows.carryOn(urlFlow(id), request, { identity, label: '' });
  }

  @Get('access') async choose(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<View> {
    const [flow, query] = [urlFlow(id), new Form(request.query)];
    const { identity } = await this.flows.proofOf(flow, request, query);
    const { label } = await this.own.one(id, identity);
    const sent = await this.flows.sentForm(flow, request);
    const data = {
      proof: query.text('proof'),
      label,
      name: sent?.text('name') ?? label,
      problem: sent && 'problem.url_name',
    };
    return this.flows.page(flow, { view: 'own-server-url', status: sent && 400, data });
  }

  @Post('rename') async rename(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    const [flow, form] = [urlFlow(id), new Form(request.body)];
    const { identity } = await this.flows.proofOf(flow, request, form);
    const { label, workspaceId, connectionId } = await this.own.one(id, identity);
    const name = form.text('name');
    if (name.length > MAX_NAME || !SERVER_URL_NAME.test(name)) {
      const data = { proof: form.text('proof'), label, name, problem: 'problem.url_name' };
      return this.flows.afterForm(flow, request, this.flows.page(flow, { view: 'own-server-url', status: 400, data }));
    }
    await this.urls.rename(makerOf(workspaceId, identity), connectionId, id, name).catch(asGone);
    return { redirect: await this.own.back(request, identity, 'renamed') };
  }

  @Post('rotate') async rotate(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<PageAnswer> {
    const flow = urlFlow(id);
    const repeated = await this.consent.repeated(flow, request);
    if (repeated) return repeated;
    return this.consent.decideOn(
      flow,
      request,
      async ({ identity }, form) => {
        const url = await this.own.one(id, identity);
        const data = { proof: form.text('proof'), label: url.label, name: url.label };
        return { decision: { url }, page: this.flows.page(flow, { view: 'own-server-url', data }) };
      },
      async ({ url: { workspaceId, connectionId, label, tokenRequired }, proof: { identity } }, use) => {
        const back = await this.own.back(request, identity);
        await this.urls
          .rotateOnce(makerOf(workspaceId, identity), connectionId, id, (manager, { secret }) =>
            use(manager, { show: { id, secret, label, tokenRequired, back } }),
          )
          .catch(asGone);
      },
    );
  }

  @Get('done') show(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<View> {
    return this.own.show(urlFlow(id), request);
  }

  @Post('cancel') cancel(@Param('grant') id: string, @Req() request: FastifyRequest): Promise<Redirect> {
    return this.own.cancel(urlFlow(id), request, new Form(request.body));
  }
}
