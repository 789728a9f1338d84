import { CONFIG, type Config } from '#libs/core';
import { Form, type PageAnswer, PageError, Pages, type Redirect, type View } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { redirectTarget } from '../oauth/clients/redirect-uris.js';
import { type Flow } from './flow.js';
import { Identities, type Identity } from './identities.service.js';
import { TOKEN } from './clickup-answers.js';
import { type Holder, Proofs } from './proofs.service.js';

/** Somebody has shown a ClickUp credential for a flow. */
export interface Proof {
  identity: Identity;
  /** Of a key: the name they gave it. */
  label: string;
}

const MAX_LABEL = 80;

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
    const data = { problem: problem?.text, signIn, label };
    return this.page(flow, { view: 'credential', status: problem?.http, endsAt, data });
  }

  /** Takes a typed ClickUp key. When ClickUp refuses it, the same page says so, without showing the key. */
  async prove(flow: Flow, request: FastifyRequest): Promise<PageAnswer> {
    const form = new Form(request.body);
    const [token, label] = [form.text('clickup_key', 400), form.text('label', MAX_LABEL)];
    try {
      if (!TOKEN.test(token)) throw new PageError('invalid_parameters', 'problem.wrong_key');
      return await this.carryOn(flow, request, { identity: await this.identities.of(token, request), label });
    } catch (error) {
      // The person stays on the page and can try again: that is what the catch adds.
      if (!(error instanceof PageError)) throw error;
      return this.begin(flow, error, label);
    }
  }

  /** Stores a proof and leads to the next page of its flow. */
  async carryOn(
    { purpose, base, start }: Pick<Flow, 'purpose' | 'base' | 'start'>,
    request: FastifyRequest,
    proof: Proof,
  ): Promise<Redirect> {
    const holder = this.holder(purpose, request);
    // A proof for a browser without a cookie could be used by every browser without one.
    if (!holder.browser) throw expired({ start });
    const id = await this.proofs.put(holder, proof);
    return { redirect: `${base}/access?proof=${id}` };
  }

  /** The proof that a form or link names. @throws PageError when it is not this browser's, used, or too old */
  async proofOf(flow: Flow, request: FastifyRequest, fields: Form): Promise<Proof> {
    const proof = await this.proofs.read<Proof>(this.holder(flow.purpose, request), fields.text('proof'));
    if (!proof) throw expired(flow);
    return proof;
  }

  /** A page of a flow, which tells who asks for access. */
  page(flow: Flow, { view, data, status, endsAt = ends(flow) }: View): View {
    const { asking } = flow;
    const client = asking && { ...asking, ...redirectTarget(asking.redirectUri) };
    return { view, status, endsAt, data: { ...data, flow, client } };
  }

  /** The purpose and the browser that proofs of a flow are kept for. */
  holder(purpose: string, request: FastifyRequest): Holder {
    return { purpose, browser: this.pages.browser.cookie(request, 'browser') ?? '' };
  }
}

export const expired = ({ start }: Pick<Flow, 'start'>) =>
  new PageError('invalid_parameters', 'problem.expired', start);
const ends = ({ asking }: Flow) => (asking ? [asking.redirectUri] : []);
