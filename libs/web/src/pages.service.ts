import { type AppError, CONFIG, type Config, MASTER_KEY } from '#libs/core';
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
import { formTarget, setPageHeaders } from './page-headers.js';
import { renderView } from './views.js';

/** Makes the answers of pages, and guards their forms. */
@Injectable()
export class Pages {
  private readonly configuredBrowser: Browser | undefined;

  constructor(
    private readonly url: PublicUrl,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    this.configuredBrowser = masterKey && new Browser(masterKey, url.https);
  }

  /** @throws AppError `not_configured` without a master key */
  get browser(): Browser {
    if (!this.configuredBrowser) throw notConfigured();
    return this.configuredBrowser;
  }

  /** Installs the hooks of pages. Call it before the first route is registered, and after `Access`, which gives routes their rows. */
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
      // Link previews ask with HEAD whether a page exists. That must not use up what the page gives only once.
      if (policy?.spends && request.method === 'HEAD') return void reply.send();
      if (!policy?.csrf || this.browser.isOwnForm(request)) return done();
      const cookie = this.browser.cookie(request, 'browser');
      done(new PageError('forbidden', cookie ? 'problem.form' : 'problem.no_cookie', this.page(request)));
    });
  }

  /** Turns the answer of a page into the body to send; sets status and headers on the reply. */
  bodyOf(answer: PageAnswer | object, request: FastifyRequest, reply: FastifyReply): unknown {
    if ('view' in answer) return this.html(answer, request, reply);
    if (!('redirect' in answer)) return answer;
    // 303, because after other codes browsers may send the body of the form on (RFC 9700 section 4.12).
    void reply.status(answer.status ?? 303).header('location', answer.redirect);
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
      // The error page has no form, so it needs no cookie.
      csrf: this.configuredBrowser && view !== 'error' ? this.browser.csrf(this.browser.id(request)) : '',
      assets: ASSETS,
      mcpUrl: this.url.mcp,
      server: this.server,
    });
    void reply.status(status).type('text/html; charset=utf-8');
    // Added to what is named already: at some paths Accept decides whether there is a page at all.
    const vary = new Set([reply.getHeader('vary') ?? [], 'Accept-Language'].flat());
    void reply.header('vary', [...vary].join(', '));
    return html;
  }

  /** Whom a person deals with: every page can say it. */
  private get server() {
    const { OPERATOR_NAME: operator, OPERATOR_CONTACT_URL: contact, PRIVACY_URL: privacy } = this.config;
    return { operator, contact, privacy, host: new URL(this.url.base).host };
  }

  /** Whether an error of this request is shown as a page. */
  wantsPage(request: FastifyRequest): boolean {
    const policy = policyOf(request);
    if (policy?.programs) return isBrowser(request);
    return policy ? policy.surface === 'page' : isBrowser(request);
  }

  /** Sends the error page. */
  error(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
    const view = errorView(error);
    // After a failure that may pass, the link leads back to the page that failed.
    const again = error.code === 'unavailable' && view.again === '/' ? this.page(request) : view.again;
    const data = { ...view, again, link: again === view.again ? view.link : 'link.again', requestId: request.id };
    const html = this.html({ view: 'error', status: error.http, data }, request, reply);
    // Where no route is, the path may be anything, a mistyped server URL too; and this page has no form that would need an Origin.
    if (!policyOf(request)) void reply.header('referrer-policy', 'no-referrer');
    void reply.send(html);
  }

  /** The page that was asked for, or that holds the form that was sent. */
  private page(request: FastifyRequest): string {
    const { method, url } = request;
    const { referer = '' } = request.headers;
    // Only paths of our own pages are repeated: others may hold a secret.
    if (policyOf(request)?.surface !== 'page') return '/';
    // Not `//host`: as a link it would lead to another server.
    if (method === 'GET') return /^\/(?![/\\])/.test(url) ? url : '/';
    const from = URL.canParse(referer) ? new URL(referer) : undefined;
    return from?.origin === new URL(this.url.base).origin ? from.pathname + from.search : '/';
  }
}

/** Programs ask for JSON or anything; only browsers ask for HTML. */
export const isBrowser = ({ headers: { accept } }: FastifyRequest) => accept?.includes('text/html') ?? false;
