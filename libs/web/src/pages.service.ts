import { type AppError, MASTER_KEY } from '#libs/core';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { notConfigured } from './not-configured.js';
import { PublicUrl } from './public-url.js';
import { policyOf } from './routes.js';
import { ASSETS } from './assets.js';
import { Browser } from './browser.js';
import { errorView } from './error-view.js';
import { languageOf, translator } from './language.js';
import { PageError } from './page-error.js';
import { formTarget, setPageHeaders } from './security-headers.js';
import { renderView } from './views.js';

/** Everything a template may need. */
export interface View {
  /** `views/<name>.eta` of any library. */
  name: string;
  data?: object;
  status?: number;
  /** Redirect URIs at which a form of this page may end. */
  endsAt?: readonly string[];
}

/** Renders pages, and guards their forms. */
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
    fastify.addHook('onRequest', (request, reply, done) => {
      if (policyOf(request)?.surface === 'page') setPageHeaders(reply, this.url.https);
      done();
    });
    fastify.addHook('preHandler', (request, _reply, done) => {
      const valid = !policyOf(request)?.csrf || this.browser.isOwnForm(request);
      done(valid ? undefined : new PageError('forbidden', 'problem.form'));
    });
  }

  /** Sends a page in the language of the browser. */
  render(request: FastifyRequest, reply: FastifyReply, { name, data = {}, status = 200, endsAt = [] }: View): void {
    const language = languageOf(request.headers['accept-language']);
    setPageHeaders(reply, this.url.https, endsAt.map(formTarget));
    const csrf = this.own && name !== 'error' ? this.own.csrf(this.own.id(request, reply)) : '';
    const html = renderView(name, {
      ...data,
      t: translator(language),
      language,
      csrf,
      assets: ASSETS,
      mcpUrl: this.url.mcp,
    });
    void reply.status(status).type('text/html; charset=utf-8').header('vary', 'Accept-Language').send(html);
  }

  /** 303, so that no browser ever sends a form's body on (RFC 9700 section 4.12). */
  redirect(reply: FastifyReply, to: string): void {
    void reply.status(303).header('location', to).send();
  }

  /** Whether an error of this request is for a person to read. */
  wantsPage(request: FastifyRequest): boolean {
    const policy = policyOf(request);
    return policy ? policy.surface === 'page' : isBrowser(request);
  }

  error(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
    const view = errorView(error);
    // What failed for the moment is tried again where it failed.
    const again = error.code === 'unavailable' && view.again === '/' ? this.page(request) : view.again;
    this.render(request, reply, {
      name: 'error',
      status: error.http,
      data: { ...view, again, link: again === view.again ? view.link : 'link.again', requestId: request.id },
    });
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
