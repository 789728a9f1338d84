import { AppError, CONFIG, type Config, type ErrorCode, imitatedVendor, vendorOf } from '#libs/core';
import { Form, type PageAnswer, PageError, Pages, type Redirect, type View } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { redirectTarget } from '../oauth/clients/redirect-uris.js';
import { type Flow, MANAGE_FLOW } from './flow.js';
import { Identities, type Identity } from './identities.service.js';
import { TOKEN } from './clickup-answers.js';
import { type Holder, Proofs } from './proofs.service.js';

/** Somebody has shown a ClickUp credential for a flow. */
export interface Proof {
  identity: Identity;
  /** Of a key: the name they gave it. */
  label: string;
}

/** Why a credential was refused, and the name that was typed beside it. */
interface FailedProof {
  code: ErrorCode;
  text: string;
  label: string;
}

const MAX_LABEL = 80;
/** Where people find and make their key in ClickUp. */
const KEY_PAGE = 'https://app.clickup.com/settings/apps';

/** What every flow begins with: somebody shows a ClickUp credential. */
@Injectable()
export class Flows {
  constructor(
    private readonly pages: Pages,
    private readonly proofs: Proofs,
    private readonly identities: Identities,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The first page: who asks for what, and the question for a ClickUp credential. */
  begin(flow: Flow, problem?: PageError, label = ''): View {
    const signIn = Boolean(this.config.CLICKUP_CLIENT_ID && this.config.CLICKUP_CLIENT_SECRET);
    const endsAt = [...ends(flow), ...(signIn ? [this.config.CLICKUP_AUTHORIZE_URL] : [])];
    const data = { problem: problem?.text, signIn, label, keyPage: KEY_PAGE, at: 'credential' };
    return this.page(flow, { view: 'credential', status: problem?.http, endsAt, data });
  }

  /** Takes a typed ClickUp key. When ClickUp refuses it, the same page says so, without showing the key. */
  async prove(flow: Flow, request: FastifyRequest): Promise<PageAnswer> {
    const form = new Form(request.body);
    const [token, label] = [form.text('clickup_key', 400), form.text('label', MAX_LABEL)];
    try {
      if (!TOKEN.test(token)) throw new PageError('invalid_parameters', 'problem.wrong_key');
      return await this.carryOn(flow, request, { identity: await this.identify(flow, request, token), label });
    } catch (error) {
      // The person stays on the page and can try again: that is what the catch adds.
      if (!(error instanceof PageError)) throw error;
      const { code, text } = error;
      const id = await this.keep(flow, request, { code, text, label } satisfies FailedProof);
      return id === undefined ? this.begin(flow, error, label) : { redirect: `${flow.start}?note=${id}` };
    }
  }

  /** The first page, with what was wrong when it was sent before. */
  async beginAgain(flow: Flow, request: FastifyRequest): Promise<View> {
    const id = new Form(request.query).text('note');
    const failed = id ? await this.proofs.read<FailedProof>(this.kept(flow, request), id) : undefined;
    return failed ? this.begin(flow, new PageError(failed.code, failed.text), failed.label) : this.begin(flow);
  }

  /**
   * Answers a form that is shown again: the browser is led to a page that it can come back to, because the answer to a form itself is
   * kept by no history (`no-store`): whoever goes back to it sees an error of the browser.
   */
  async afterForm(flow: Flow, request: FastifyRequest, page: PageAnswer): Promise<PageAnswer> {
    if ('redirect' in page) return page;
    const { csrf: _csrf, ...fields } = request.body as Record<string, unknown>;
    const form = await this.keep(flow, request, fields);
    if (form === undefined) return page;
    const query = new URLSearchParams({ proof: new Form(fields).text('proof'), form });
    return { redirect: `${flow.base}/access?${query.toString()}` };
  }

  /** The form that {@link afterForm} has kept; undefined where the page was not opened by that. */
  async sentForm(flow: Pick<Flow, 'purpose'>, request: FastifyRequest): Promise<Form | undefined> {
    const id = new Form(request.query).text('form');
    const fields = id ? await this.proofs.read<object>(this.kept(flow, request), id) : undefined;
    return fields && new Form(fields);
  }

  /** Keeps something for the next page of this browser; undefined where that cannot be: then the form is answered at once. */
  private async keep(flow: Pick<Flow, 'purpose'>, request: FastifyRequest, value: object): Promise<string | undefined> {
    const holder = this.kept(flow, request);
    if (!holder.browser) return undefined;
    return this.proofs.put(holder, value).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'unavailable') return undefined;
      throw error;
    });
  }

  private kept({ purpose }: Pick<Flow, 'purpose'>, request: FastifyRequest): Holder {
    return this.holder(`again:${purpose}`, request);
  }

  /** Who shows this ClickUp token. @throws PageError for somebody who may not come in, unless they came to end what they have */
  identify({ purpose }: Pick<Flow, 'purpose'>, request: FastifyRequest, token: string): Promise<Identity> {
    return this.identities.of(token, request, purpose === MANAGE_FLOW.purpose);
  }

  /** Stores a proof and leads to the next page of its flow. */
  async carryOn(
    { purpose, base, start }: Pick<Flow, 'purpose' | 'base' | 'start'>,
    request: FastifyRequest,
    proof: Proof,
  ): Promise<Redirect> {
    const holder = this.holder(purpose, request);
    // A proof for a browser without a cookie could be used by every browser without one.
    if (!holder.browser) throw noCookie({ start });
    const id = await this.proofs.put(holder, proof);
    return { redirect: `${base}/access?proof=${id}` };
  }

  /** The proof that a form or link names. @throws PageError that says whether it is this browser's, used, or too old */
  async proofOf(flow: Flow, request: FastifyRequest, fields: Form): Promise<Proof> {
    const [holder, id] = [this.holder(flow.purpose, request), fields.text('proof')];
    const proof = await this.proofs.read<Proof>(holder, id);
    if (proof) return proof;
    throw (await this.proofs.outcome(holder, id)) === undefined ? expired(flow, holder) : finished(flow);
  }

  /** As {@link proofOf}, and of several requests one gets it. @throws PageError */
  async takeProof(flow: Flow, request: FastifyRequest, fields: Form): Promise<Proof> {
    const holder = this.holder(flow.purpose, request);
    const proof = await this.proofs.take<Proof>(holder, fields.text('proof'));
    if (!proof) throw expired(flow, holder);
    return proof;
  }

  /** Notes how a flow ended, for {@link explain}. */
  mark({ purpose }: Pick<Flow, 'purpose'>, request: FastifyRequest, ending: Ending): Promise<void> {
    return this.proofs.mark(this.holder(purpose, request), ending);
  }

  /** Says why an authorization cannot go on: a person who comes back after success must not read that something failed. @throws PageError, or the error itself where it is about something else */
  async explain(flow: Flow, request: FastifyRequest, error: unknown): Promise<never> {
    if (!(error instanceof AppError && ['invalid_parameters', 'forbidden'].includes(error.code))) throw error;
    const holder = this.holder(flow.purpose, request);
    if (!holder.browser) throw noCookie(flow);
    const ending = await this.proofs.ending(holder);
    if (ending !== undefined) throw ended(ENDINGS[ending as Ending]);
    const text = error.code === 'forbidden' ? 'problem.other_browser' : 'problem.authorization_expired';
    throw new PageError(error.code, text, undefined, error);
  }

  /** A page of a flow, which tells who asks for access. */
  page(flow: Flow, { view, data, status, endsAt = ends(flow) }: View): View {
    const { asking } = flow;
    const client = asking && {
      ...asking,
      ...redirectTarget(asking.redirectUri),
      vendor: vendorOf(asking.redirectUri)?.label,
      imitates: imitatedVendor(asking.name, asking.redirectUri)?.label,
    };
    return {
      view,
      status,
      endsAt,
      data: { ...data, flow, client, previews: this.config.CONFIRM_DESTRUCTIVE === 'always' },
    };
  }

  /** The purpose and the browser that proofs of a flow are kept for. */
  holder(purpose: string, request: FastifyRequest): Holder {
    return { purpose, browser: this.pages.browser.cookie(request, 'browser') ?? '' };
  }
}

/** How a flow ended before: what a person is told who comes back to its pages. */
const ENDINGS = {
  connected: 'problem.connected',
  declined: 'problem.declined',
  kept_out: 'problem.kept_out',
  made: 'problem.key_shown',
  changed: 'problem.changed',
  url_shown: 'problem.url_shown',
} as const;
export type Ending = keyof typeof ENDINGS;
const ENDING_OF = {
  authorize: 'connected',
  key: 'made',
  change: 'changed',
  manage: 'changed',
  url: 'url_shown',
  jwt: 'connected',
  console: 'connected',
  approve: 'changed',
} as const;

const ended = (text: (typeof ENDINGS)[keyof typeof ENDINGS]) =>
  new PageError('invalid_parameters', text, '/sessions').under(`${text}.heading`);
/** The form that led here was used: what it asked for is done. */
const finished = ({ kind }: Flow) => ended(ENDINGS[ENDING_OF[kind]]);
const noCookie = ({ start }: Pick<Flow, 'start'>) => new PageError('invalid_parameters', 'problem.no_cookie', start);

export const expired = (flow: Pick<Flow, 'start'>, { browser }: Pick<Holder, 'browser'>) =>
  browser ? new PageError('invalid_parameters', 'problem.expired', flow.start) : noCookie(flow);
const ends = ({ asking }: Flow) => (asking ? [asking.redirectUri] : []);
