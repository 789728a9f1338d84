import { type AppError, MASTER_KEY } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ASSETS } from './assets.js';
import { Browser, sendCookies } from './browser.js';
import { errorView } from './error-view.js';
import { languageOf, translator } from './language.js';
import { notConfigured } from './not-configured.js';
import { type PageAnswer, type View } from './page-answer.js';
import { PageError } from './page-error.js';
import { PublicUrl } from './public-url.js';
import { policyOf } from './routes.js';
import { formTarget, setPageHeaders } from './security-headers.js';
import { renderView } from './views.js';

/** Makes the answers of pages, and guards their forms. */
@Injectable()
export class Pages {
  private readonly own: Browser | undefined;

  constructor(
    private readonly url: PublicUrl,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    this.own = masterKey && new Browser(masterKey, url.https);
  }

  /** @throws AppError `not_configured` without a master key */
  get browser(): Browser {
    if (!this.own) throw notConfigured();
    return this.own;
  }

  /** Installs the hooks on the routes whose row says so; call it before the first route is registered, after Access. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      if (route.config?.policy?.surface === 'page') route.onSend = [route.onSend ?? [], sendCookies].flat();
    });
    fastify.addHook('onRequest', (request, reply, done) => {
      if (policyOf(request)?.surface === 'page') setPageHeaders(reply, this.url.https);
      done();
    });
    fastify.addHook('preHandler', (request, reply, done) => {
      const policy = policyOf(request);
      // Link previews and the like ask with HEAD whether a page is there: that must not use up what it gives once.
      if (policy?.spends && request.method === 'HEAD') return void reply.send();
      const valid = !policy?.csrf || this.browser.isOwnForm(request);
      done(valid ? undefined : new PageError('forbidden', 'problem.form'));
    });
  }

  /** The body to send for what a page has answered; status and headers are set on the reply. */
  bodyOf(answer: PageAnswer | object, request: FastifyRequest, reply: FastifyReply): unknown {
    if ('view' in answer) return this.html(answer, request, reply);
    if (!('redirect' in answer)) return answer;
    // 303, so that no browser ever sends a form's body on (RFC 9700 section 4.12).
    void reply.status(303).header('location', answer.redirect);
    return undefined;
  }

  /** A page in the language of the browser. */
  private html({ view, data, status = 200, endsAt = [] }: View, request: FastifyRequest, reply: FastifyReply): string {
    const language = languageOf(request.headers['accept-language']);
    setPageHeaders(reply, this.url.https, endsAt.map(formTarget));
    const html = renderView(view, {
      ...data,
      t: translator(language),
      language,
      // A page that tells of an error has no form; no cookie is made for it.
      csrf: this.own && view !== 'error' ? this.own.csrf(this.own.id(request)) : '',
      assets: ASSETS,
      mcpUrl: this.url.mcp,
    });
    void reply.status(status).type('text/html; charset=utf-8');
    // Added to what is named already: at some paths Accept decides whether there is a page at all.
    const vary = new Set([reply.getHeader('vary') ?? [], 'Accept-Language'].flat());
    void reply.header('vary', [...vary].join(', '));
    return html;
  }

  /** Whether an error of this request is for a person to read. */
  wantsPage(request: FastifyRequest): boolean {
    const policy = policyOf(request);
    return policy ? policy.surface === 'page' : isBrowser(request);
  }

  /** Sends the page that tells of an error. */
  error(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
    const view = errorView(error);
    // What failed for the moment is tried again where it failed.
    const again = error.code === 'unavailable' && view.again === '/' ? this.page(request) : view.again;
    const data = { ...view, again, link: again === view.again ? view.link : 'link.again', requestId: request.id };
    void reply.send(this.html({ view: 'error', status: error.http, data }, request, reply));
  }

  /** The page that a request is for, or whose form it carries. */
  private page({ method, url, headers: { referer = '' } }: FastifyRequest): string {
    // Not `//elsewhere`, which no route of ours has but a request may.
    if (method === 'GET') return /^\/(?![/\\])/.test(url) ? url : '/';
    const from = URL.canParse(referer) ? new URL(referer) : undefined;
    return from?.origin === new URL(this.url.base).origin ? from.pathname + from.search : '/';
  }
}

/** Programs ask for JSON or anything; only browsers ask for HTML. */
export const isBrowser = ({ headers: { accept } }: FastifyRequest) => accept?.includes('text/html') ?? false;
