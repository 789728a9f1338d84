import { AppError } from '#libs/core';
import { Permissions, type Policy } from '#libs/permissions';
import { Form, type PageAnswer, PageError, type Redirect, type View } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type EntityManager } from 'typeorm';
import {
  type Choice,
  type ChosenTools,
  chosenPlaces,
  chosenPolicy,
  chosenTools,
  isNothing,
  type Mode,
  offeredModes,
  offeredPlaces,
  offeredToolsets,
  placeValue,
} from './chosen-policy.js';
import { type Flow } from './flow.js';
import { expired, Flows, type Proof } from './flows.service.js';
import { Identities, type Identity } from './identities.service.js';
import { Proofs } from './proofs.service.js';

/** What somebody has decided at the end of a flow. */
export interface Decision {
  proof: Proof;
  workspaceId: string;
  policy: Policy;
}

/** What came of a flow: where to go (absent = the flow's own last page), and what to show there. */
export interface Outcome {
  to?: string;
  show?: unknown;
}

/** Uses up the proof, in the transaction that stores what was decided. `false` = it was used before. */
export type UseProof = (manager: EntityManager, outcome: Outcome) => Promise<boolean>;

/** What a form says: a decision, with the page it was made on; or, when something is missing, the answer that asks for it. */
type Read = { decision: Omit<Decision, 'proof'>; page: View } | { decision?: undefined; page: PageAnswer };

/** The pages after the credential: in which Workspace, what may be done, and where. Only what the operator allows is offered. */
@Injectable()
export class Consent {
  constructor(
    private readonly flows: Flows,
    private readonly proofs: Proofs,
    private readonly identities: Identities,
    private readonly permissions: Permissions,
  ) {}

  /** Workspace, then what may be done, then (for a selection) where. */
  async choose(flow: Flow, request: FastifyRequest): Promise<View> {
    const query = new Form(request.query);
    const proof = await this.flows.proofOf(flow, request, query);
    const workspace = workspaceOf(proof, query.text('workspace'));
    const data = {
      proof: query.text('proof'),
      person: proof.identity.person.name,
      workspaces: proof.identity.workspaces,
      workspace,
      expiresDays: query.text('expires_days'),
    };
    if (!workspace) return this.flows.page(flow, { view: 'workspace', data });
    const modes = this.modes(flow);
    const tools = this.tools(query);
    if (query.text('mode') === 'selective' && modes.includes('selective')) {
      const offered = await this.places(proof.identity, workspace.id, placesPage(flow, query, workspace.id, tools));
      return this.flows.page(flow, { view: 'places', data: { ...data, ...offered, tools } });
    }
    return this.flows.page(flow, { view: 'access', data: { ...data, modes, bound: this.bound, tools } });
  }

  /** Where an earlier click on the same form has led, so that a double click leads to one page; undefined for the first click. */
  async repeated(
    { purpose, base }: Pick<Flow, 'purpose' | 'base'>,
    request: FastifyRequest,
  ): Promise<Redirect | undefined> {
    const id = new Form(request.body).text('proof');
    const outcome = await this.proofs.outcome<Outcome>(this.flows.holder(purpose, request), id);
    return outcome && { redirect: outcome.to ?? `${base}/done?proof=${id}` };
  }

  /**
   * Reads the decision from the last form and acts on it, once. The use of the proof, the connection and the outcome are stored in one
   * transaction, so the form can be sent again when its answer was lost.
   * @param act stores the connection; it must pass the proof through `use`
   */
  async decide(
    flow: Flow,
    request: FastifyRequest,
    act: (decision: Decision, use: UseProof) => Promise<unknown>,
  ): Promise<PageAnswer> {
    const form = new Form(request.body);
    const [id, holder] = [form.text('proof'), this.flows.holder(flow.purpose, request)];
    const proof = await this.proofs.read<Proof>(holder, id);
    if (proof) {
      const { decision, page } = await this.read(flow, proof, form);
      if (!decision) return page;
      const use: UseProof = (manager, outcome) => this.proofs.use(manager, holder, id, outcome);
      if (!(await this.stores(act({ ...decision, proof }, use)))) {
        const data = { ...page.data, problem: 'problem.not_stored' };
        return this.flows.page(flow, { ...page, status: 503, data });
      }
    }
    const outcome = await this.repeated(flow, request);
    if (!outcome) throw expired(flow);
    return outcome;
  }

  /** @returns false when it is not known whether the database has stored it: the person stays on the page, filled in as it was, and can send it again */
  private async stores(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'unavailable') return false;
      if (error instanceof AppError && error.code === 'quota_exceeded')
        throw new PageError('forbidden', 'problem.too_many_grants', '/sessions', error);
      throw error;
    }
  }

  /** What came of a proof, once. */
  async outcome(flow: Flow, request: FastifyRequest): Promise<Outcome | undefined> {
    const note = await this.proofs.take<{ outcome?: Outcome }>(
      this.flows.holder(flow.purpose, request),
      new Form(request.query).text('proof'),
    );
    return note?.outcome;
  }

  /** What the last form says. */
  private async read(flow: Flow, { identity }: Proof, form: Form): Promise<Read> {
    const workspace = identity.workspaces.find(({ id }) => id === form.text('workspace'));
    const mode = this.modes(flow).find((offered) => offered === form.text('mode'));
    if (!workspace || !mode) throw new PageError('invalid_parameters', 'problem.field', flow.start);
    const [proof, expiresDays] = [form.text('proof'), form.text('expires_days')];
    const tools = this.tools(form);
    const data = {
      proof,
      person: identity.person.name,
      workspaces: identity.workspaces,
      workspace,
      tools,
      expiresDays,
    };
    if (mode !== 'selective')
      return {
        decision: { workspaceId: workspace.id, policy: chosenPolicy(mode, tools) },
        page: { view: 'access', data: { ...data, modes: this.modes(flow), bound: this.bound, mode } },
      };
    const url = placesPage(flow, form, workspace.id, tools);
    if (form.text('places') !== 'shown') return { page: { redirect: url } };
    const [offered, ticked] = [await this.places(identity, workspace.id, url), new Set(form.all('place'))];
    const page = { view: 'places', data: { ...data, ...offered, ticked } };
    const places = chosenPlaces(offered.tree, ticked);
    if (!isNothing(places))
      return { decision: { workspaceId: workspace.id, policy: chosenPolicy(mode, tools, places) }, page };
    const problem = { ...page.data, problem: 'problem.nothing_ticked' };
    return { page: this.flows.page(flow, { ...page, status: 400, data: problem }) };
  }

  /** What the form says about tools, and what it may say. */
  private tools(form: Form): ChosenTools & { offered: string[] } {
    const offered = offeredToolsets(this.operator);
    return { offered, ...chosenTools(form, offered) };
  }

  private modes({ readOnly }: Flow): readonly Mode[] {
    return offeredModes(readOnly ? [...this.operator, { mode: 'read' }] : this.operator);
  }

  /** @throws PageError that leads back to `page` when ClickUp does not answer with the places; the proof stays valid */
  private async places(
    { token }: Identity,
    workspaceId: string,
    page: string,
  ): Promise<{ tree: Choice[]; placeValue: typeof placeValue; bound: string | undefined }> {
    const tree = await this.identities.tree(token, workspaceId).catch((error: unknown) => {
      throw error instanceof PageError ? new PageError(error.code, error.text, page, error) : error;
    });
    return { tree: offeredPlaces(tree, this.operator), placeValue, bound: this.bound };
  }

  /** The key of the line that tells what the operator does not allow; undefined when everything is allowed. */
  private get bound(): string | undefined {
    return { read: 'access.bound.read', selective: 'access.bound.selective', write: undefined }[
      offeredModes(this.operator).at(-1) ?? 'read'
    ];
  }

  private get operator() {
    return this.permissions.granted(NO_LAYERS);
  }
}

/** The page of places, with what was chosen before it. */
const placesPage = ({ base }: Flow, form: Form, workspace: string, { toolsets, profile }: ChosenTools) => {
  const query = new URLSearchParams({ proof: form.text('proof'), workspace, mode: 'selective' satisfies Mode });
  if (form.text('expires_days')) query.set('expires_days', form.text('expires_days'));
  for (const toolset of toolsets) query.append('toolset', toolset);
  if (profile) query.append('profile', profile);
  return `${base}/access?${query.toString()}`;
};

/** No layers of a person or a grant, so that only those of the operator remain. */
const NO_LAYERS = Object.freeze([]);

/** The one chosen, or the only one. */
function workspaceOf({ identity: { workspaces } }: Proof, id: string) {
  return workspaces.find((workspace) => workspace.id === id) ?? (workspaces.length === 1 ? workspaces[0] : undefined);
}
