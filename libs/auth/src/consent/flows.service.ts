import { CONFIG, type Config } from '#libs/core';
import { Form, PageError, Pages } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { redirectTarget } from '../oauth/clients/redirect-uris.js';
import { type Flow } from './flow.js';
import { TOKEN } from './identity-answers.js';
import { Identities, type Identity } from './identity.service.js';
import { type Holder, Proofs } from './proofs.service.js';

/** Somebody has shown a ClickUp credential for an flow. */
export interface Proof {
  identity: Identity;
  /** Of a key: the name they gave it. */
  label: string;
}

/** A step of an flow, as it is to be seen. */
export interface Step {
  name: string;
  data: object;
  status?: number;
  /** Where its form may end, besides at ourselves. */
  endsAt?: string[];
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
  begin(flow: Flow, request: FastifyRequest, reply: FastifyReply, problem?: PageError, label = ''): void {
    const signIn = Boolean(this.config.CLICKUP_CLIENT_ID && this.config.CLICKUP_CLIENT_SECRET);
    const endsAt = [...ends(flow), ...(signIn ? [this.config.CLICKUP_AUTHORIZE_URL] : [])];
    this.show(flow, request, reply, {
      name: 'credential',
      status: problem?.http,
      endsAt,
      data: { problem: problem?.text, signIn, label },
    });
  }

  /** Takes a typed ClickUp key. What ClickUp says against it is shown on the same page; the key never is. */
  async prove(flow: Flow, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const form = new Form(request.body);
    const [token, label] = [form.text('clickup_key', 400), form.text('label', MAX_LABEL)];
    try {
      if (!TOKEN.test(token)) throw new PageError('invalid_parameters', 'problem.wrong_key');
      await this.carryOn(flow, request, reply, { identity: await this.identities.of(token), label });
    } catch (error) {
      // The person stays on the page and can try again: that is what the catch adds.
      if (!(error instanceof PageError)) throw error;
      this.begin(flow, request, reply, error, label);
    }
  }

  /** Notes a proof and goes on to what it is for. */
  async carryOn(
    { purpose, base, start }: Pick<Flow, 'purpose' | 'base' | 'start'>,
    request: FastifyRequest,
    reply: FastifyReply,
    proof: Proof,
  ): Promise<void> {
    const holder = this.holder(purpose, request);
    // What nobody in particular holds, everybody without a cookie would.
    if (!holder.browser) throw expired({ start });
    const id = await this.proofs.put(holder, proof);
    this.pages.redirect(reply, `${base}/access?proof=${id}`);
  }

  /** The proof that a form or link names. @throws PageError when it is none of this browser, used, or too old */
  async proofOf(flow: Flow, request: FastifyRequest, fields: Form): Promise<Proof> {
    const proof = await this.proofs.read<Proof>(this.holder(flow.purpose, request), fields.text('proof'));
    if (!proof) throw expired(flow);
    return proof;
  }

  /** Shows a page of an flow: every one says who asks. */
  show(
    flow: Flow,
    request: FastifyRequest,
    reply: FastifyReply,
    { name, data, status, endsAt = ends(flow) }: Step,
  ): void {
    const { asking } = flow;
    const client = asking && { ...asking, ...redirectTarget(asking.redirectUri) };
    this.pages.render(request, reply, { name, status, endsAt, data: { ...data, flow, client } });
  }

  holder(purpose: string, request: FastifyRequest): Holder {
    return { purpose, browser: this.pages.browser.cookie(request, 'browser') ?? '' };
  }
}

export const expired = ({ start }: Pick<Flow, 'start'>) =>
  new PageError('invalid_parameters', 'problem.expired', start);
const ends = ({ asking }: Flow) => (asking ? [asking.redirectUri] : []);
