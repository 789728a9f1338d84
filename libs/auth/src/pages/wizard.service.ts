import { type Place } from '#libs/clickup';
import { CONFIG, type Config } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { redirectTarget } from '../oauth/redirect-uris.js';
import { chosenPlaces, chosenPolicy, isNothing, type Mode, MODES, placeValue } from './chosen-policy.js';
import { type Errand } from './errand.js';
import { Form } from './form.js';
import { Identities, type Identity } from './identity.service.js';
import { PageError } from './page-error.js';
import { Pages } from './pages.service.js';
import { type Holder, Proofs } from './proofs.service.js';

/** Somebody has shown a ClickUp credential for an errand. */
export interface Proof {
  identity: Identity;
  /** Of a key: the name they gave it. */
  label: string;
}

/** What somebody has decided at the end of an errand. */
export interface Decision {
  proof: Proof;
  workspaceId: string;
  policy: Policy;
}

/** ClickUp tokens are printable ASCII; anything else must not get near a header. */
const TOKEN = /^[\x21-\x7e]{8,300}$/;
const MAX_LABEL = 80;

/** The pages that all errands share: credential, Workspace, what may be done, where. */
@Injectable()
export class Wizard {
  constructor(
    private readonly pages: Pages,
    private readonly proofs: Proofs,
    private readonly identities: Identities,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The first page: who asks for what, and the question for a ClickUp credential. */
  begin(errand: Errand, request: FastifyRequest, reply: FastifyReply, problem?: PageError, label = ''): void {
    const signIn = Boolean(this.config.CLICKUP_CLIENT_ID && this.config.CLICKUP_CLIENT_SECRET);
    const endsAt = [...ends(errand), ...(signIn ? [this.config.CLICKUP_AUTHORIZE_URL] : [])];
    this.show(errand, request, reply, { name: 'credential', status: problem?.http, endsAt, data: { problem: problem?.text, signIn, label } });
  }

  /** Takes a typed ClickUp key. What ClickUp says against it is shown on the same page; the key never is. */
  async prove(errand: Errand, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const form = new Form(request.body);
    const [token, label] = [form.text('clickup_key', 400), form.text('label', MAX_LABEL)];
    try {
      if (!TOKEN.test(token)) throw new PageError('invalid_parameters', 'problem.wrong_key');
      await this.carryOn(errand, request, reply, { identity: await this.identities.of(token), label });
    } catch (error) {
      // The person stays on the page and can try again: that is what the catch adds.
      if (!(error instanceof PageError)) throw error;
      this.begin(errand, request, reply, error, label);
    }
  }

  /** Notes a proof and goes on to what it is for. */
  async carryOn({ purpose, base, start }: Pick<Errand, 'purpose' | 'base' | 'start'>, request: FastifyRequest, reply: FastifyReply, proof: Proof): Promise<void> {
    const holder = this.holder(purpose, request);
    // What nobody in particular holds, everybody without a cookie would.
    if (!holder.browser) throw expired({ start });
    const id = await this.proofs.put(holder, proof);
    this.pages.redirect(reply, `${base}/access?proof=${id}`);
  }

  /** The proof that a form or link names. @throws PageError when it is none of this browser, used, or too old */
  async proofOf(errand: Errand, request: FastifyRequest, fields: Form): Promise<Proof> {
    const proof = await this.proofs.read<Proof>(this.holder(errand.purpose, request), fields.text('proof'));
    if (!proof) throw expired(errand);
    return proof;
  }

  /** Workspace, then what may be done, then (for a selection) where. */
  async choose(errand: Errand, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = new Form(request.query);
    const proof = await this.proofOf(errand, request, query);
    const workspace = workspaceOf(proof, query.text('workspace'));
    const data = { proof: query.text('proof'), person: proof.identity.person.name, workspaces: proof.identity.workspaces, workspace };
    if (!workspace) return this.show(errand, request, reply, { name: 'workspace', data });
    if (query.text('mode') !== 'selective' || errand.readOnly) return this.show(errand, request, reply, { name: 'access', data });
    this.show(errand, request, reply, { name: 'places', data: { ...data, placeValue, tree: await this.identities.tree(proof.identity.token, workspace.id) } });
  }

  /** Where an earlier click on the same form has led, if there was one: then this one leads there, too. */
  async repeated({ purpose, base }: Pick<Errand, 'purpose' | 'base'>, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const id = new Form(request.body).text('proof');
    const outcome = await this.proofs.outcome<Outcome>(this.holder(purpose, request), id);
    if (outcome) this.pages.redirect(reply, outcome.to ?? `${base}/done?proof=${id}`);
    return outcome !== undefined;
  }

  /**
   * Reads the decision from the last form and does what it says, once.
   * @param act stores the connection and tells where to go on
   */
  async decide(errand: Errand, request: FastifyRequest, reply: FastifyReply, act: (decision: Decision) => Promise<Outcome>): Promise<void> {
    const form = new Form(request.body);
    const [id, holder] = [form.text('proof'), this.holder(errand.purpose, request)];
    const open = await this.proofs.read<Proof>(holder, id);
    const decision = open && (await this.ready(errand, request, reply, open, form));
    if (open && !decision) return;
    const proof = decision && (await this.proofs.use<Proof>(holder, id));
    if (!decision || !proof) {
      if (await this.repeated(errand, request, reply)) return;
      throw expired(errand);
    }
    const outcome = await act({ ...decision, proof });
    await this.proofs.settle(holder, id, outcome);
    this.pages.redirect(reply, outcome.to ?? `${errand.base}/done?proof=${id}`);
  }

  /** What came of a proof, once. */
  async outcome(errand: Errand, request: FastifyRequest): Promise<Outcome | undefined> {
    const note = await this.proofs.take<{ outcome?: Outcome }>(this.holder(errand.purpose, request), new Form(request.query).text('proof'));
    return note?.outcome;
  }

  /** @returns undefined when another page had to be shown first */
  private async ready(errand: Errand, request: FastifyRequest, reply: FastifyReply, { identity }: Proof, form: Form): Promise<Omit<Decision, 'proof'> | undefined> {
    const workspace = identity.workspaces.find(({ id }) => id === form.text('workspace'));
    const mode = MODES.find((known) => known === form.text('mode'));
    if (!workspace || !mode || (errand.readOnly && mode !== 'read')) throw new PageError('invalid_parameters', 'problem.field', errand.start);
    if (mode !== 'selective') return { workspaceId: workspace.id, policy: chosenPolicy(mode) };
    const link = { proof: form.text('proof'), workspace: workspace.id, mode } satisfies Record<string, string> & { mode: Mode };
    if (form.text('places') !== 'shown') {
      this.pages.redirect(reply, `${errand.base}/access?${new URLSearchParams(link).toString()}`);
      return undefined;
    }
    const tree: Place[] = await this.identities.tree(identity.token, workspace.id);
    const places = chosenPlaces(tree, new Set(form.all('place')));
    if (!isNothing(places)) return { workspaceId: workspace.id, policy: chosenPolicy(mode, places) };
    const data = { proof: link.proof, person: identity.person.name, workspaces: identity.workspaces, workspace, placeValue, tree, problem: 'problem.nothing_ticked' };
    this.show(errand, request, reply, { name: 'places', status: 400, data });
    return undefined;
  }

  private show(errand: Errand, request: FastifyRequest, reply: FastifyReply, { name, data, status, endsAt = ends(errand) }: { name: string; data: object; status?: number; endsAt?: string[] }): void {
    const { asking } = errand;
    const client = asking && { ...asking, ...redirectTarget(asking.redirectUri) };
    this.pages.render(request, reply, { name, status, endsAt, data: { ...data, errand, client } });
  }

  private holder(purpose: string, request: FastifyRequest): Holder {
    return { purpose, browser: this.pages.browser.cookie(request, 'browser') ?? '' };
  }
}

/** What came of an errand: where to go (absent = the errand's own last page), and what to show there. */
export interface Outcome {
  to?: string;
  show?: unknown;
}

const ends = ({ asking }: Errand) => (asking ? [asking.redirectUri] : []);
const expired = ({ start }: Pick<Errand, 'start'>) => new PageError('invalid_parameters', 'problem.expired', start);

/** The one chosen, or the only one. */
function workspaceOf({ identity: { workspaces } }: Proof, id: string) {
  return workspaces.find((workspace) => workspace.id === id) ?? (workspaces.length === 1 ? workspaces[0] : undefined);
}
