import { PersonGrants } from '#libs/connections';
import { AppError } from '#libs/core';
import { Permissions, type Policy } from '#libs/permissions';
import { Form, type PageAnswer, PageError, type Redirect, type View } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type EntityManager } from 'typeorm';
import { AREAS } from './areas.js';
import {
  type ChosenRights,
  type ChosenTools,
  chosenPaths,
  chosenPlaces,
  chosenPolicy,
  chosenTools,
  isNothing,
  type Mode,
  needsPlaces,
  offeredModes,
  offeredPlaces,
  offeredToolsets,
  placeValue,
  rightsOf,
  tickedOf,
  toolsOf,
} from './chosen-policy.js';
import { type Flow } from './flow.js';
import { expired, Flows, type Proof } from './flows.service.js';
import { Identities, type Identity } from './identities.service.js';
import { momentsFor } from './moments.js';
import { type OlderSession, olderSessions } from './older-sessions.js';
import { Proofs } from './proofs.service.js';

/** What somebody has decided at the end of a flow. */
export interface Decision {
  proof: Proof;
  workspaceId: string;
  policy: Policy;
  /** Older sessions of the same client that are to end. */
  replaces: string[];
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
    private readonly grants: PersonGrants,
  ) {}

  /** Workspace, then what may be done, then (where that names places) where. */
  async choose(flow: Flow, request: FastifyRequest): Promise<View> {
    const query = new Form(request.query);
    const proof = await this.flows.proofOf(flow, request, query);
    const workspace = workspaceOf(proof, flow.workspace ?? query.text('workspace'));
    const { workspaces, person } = proof.identity;
    const expiresDays = query.text('expires_days');
    const data = { proof: query.text('proof'), person: person.name, workspaces, expiresDays };
    if (!workspace) return this.flows.page(flow, { view: 'workspace', data: { ...data, at: 'workspace' } });
    // The first page of a change shows what was granted so far; the pages after it carry what was chosen.
    const chosen = query.text('mode') !== '';
    const tools = this.tools(query, chosen ? undefined : flow.preset);
    const rights = chosen ? this.rights(flow, query) : undefined;
    const older = await this.older(flow, request, proof.identity, workspace.id, chosen ? query : undefined);
    if (rights && needsPlaces(rights)) {
      const ticked = flow.preset ? tickedOf(flow.preset) : NOTHING;
      const shown = { ...data, workspace, tools, rights, ...older };
      return this.flows.page(flow, await this.placesView(flow, proof.identity, workspace.id, shown, ticked));
    }
    const preset = flow.preset ? rightsOf(flow.preset) : { mode: flow.asked, limited: false };
    return this.flows.page(
      flow,
      this.accessView(flow, { ...data, workspace, tools, rights: rights ?? preset, ...older }),
    );
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
      const { decision, page } = await this.read(flow, request, proof, form);
      if (!decision) return page;
      const use: UseProof = (manager, outcome) => this.proofs.use(manager, holder, id, outcome);
      if (!(await this.stores(act({ ...decision, proof }, use)))) {
        const data = { ...page.data, problem: 'problem.not_stored' };
        return this.flows.page(flow, { ...page, status: 503, data });
      }
    }
    const outcome = await this.repeated(flow, request);
    if (!outcome) throw expired(flow, holder);
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
  private async read(flow: Flow, request: FastifyRequest, { identity }: Proof, form: Form): Promise<Read> {
    const workspace = identity.workspaces.find(({ id }) => id === (flow.workspace ?? form.text('workspace')));
    const rights = this.rights(flow, form);
    if (!workspace || !rights) throw new PageError('invalid_parameters', 'problem.field', flow.start);
    const tools = this.tools(form);
    const { workspaces, person } = identity;
    const { older, moments } = await this.older(flow, request, identity, workspace.id, form);
    const replaces = older.filter(({ ticked }) => ticked).map(({ id }) => id);
    const shown = { tools, rights, older, moments, expiresDays: form.text('expires_days') };
    const data = { proof: form.text('proof'), person: person.name, workspaces, workspace, ...shown };
    if (!needsPlaces(rights))
      return {
        decision: { workspaceId: workspace.id, policy: chosenPolicy(rights, tools), replaces },
        page: this.accessView(flow, data),
      };
    if (form.text('places') !== 'shown') return { page: { redirect: placesPage(flow, data) } };
    const ticked = new Set(form.all('place'));
    const removed = form.text('remove');
    ticked.delete(removed);
    const page = await this.placesView(flow, identity, workspace.id, data, ticked);
    const { tree } = page.data;
    // Without scripts what was ticked is shown, and taken away again, by sending the form.
    if (removed || form.text('review')) return { page: this.flows.page(flow, page) };
    const places = chosenPlaces(tree, ticked);
    if (!isNothing(places))
      return { decision: { workspaceId: workspace.id, policy: chosenPolicy(rights, tools, places), replaces }, page };
    const problem = { ...page.data, problem: 'problem.nothing_ticked' };
    return { page: this.flows.page(flow, { ...page, status: 400, data: problem }) };
  }

  /** The sessions of the client that asks, which the new one may take the place of. @param form the one that has shown them, if any has */
  private async older(flow: Flow, request: FastifyRequest, identity: Identity, workspaceId: string, form?: Form) {
    const grants = flow.asking ? await this.grants.ofPerson(identity.person.id, [workspaceId]) : [];
    const older = flow.asking ? olderSessions(grants, flow.asking, form?.all('replace')) : [];
    return { older, moments: momentsFor(request, identity) };
  }

  /** What the form says about tools, and what it may say. */
  private tools(form: Form, preset?: Policy): ChosenTools & { offered: string[]; names: typeof AREAS } {
    const offered = offeredToolsets(this.operator);
    const chosen = preset ? toolsOf(preset) : chosenTools(form, offered);
    return { ...chosen, toolsets: chosen.toolsets.filter((each) => offered.includes(each)), offered, names: AREAS };
  }

  /** What the form says may be done; undefined when it says nothing that is offered. */
  private rights(flow: Flow, form: Form): ChosenRights | undefined {
    const mode = this.modes(flow).find((offered) => offered === form.text('mode'));
    return mode && { mode, limited: form.text('limit') === 'places' };
  }

  private modes({ asked }: Flow): readonly Mode[] {
    return offeredModes(asked === 'read' ? [...this.operator, { mode: 'read' }] : this.operator);
  }

  /** @param shown whose rights are those to begin with: `mode` is undefined where the person has to choose */
  private accessView<Shown extends { rights: Partial<ChosenRights> }>(flow: Flow, shown: Shown) {
    return { view: 'access', data: { ...shown, modes: this.modes(flow), bound: this.bound, at: 'rights' } };
  }

  /** @throws PageError that leads back to this page when ClickUp does not answer with the places; the proof stays valid */
  private async placesView(
    flow: Flow,
    { token }: Identity,
    workspaceId: string,
    shown: PlacesShown,
    ticked: ReadonlySet<string>,
  ) {
    const all = await this.identities.tree(token, workspaceId).catch((error: unknown) => {
      throw error instanceof PageError ? new PageError(error.code, error.text, placesPage(flow, shown), error) : error;
    });
    const tree = offeredPlaces(all, this.operator, shown.rights.mode === 'selective');
    const chosen = chosenPaths(tree, ticked);
    return {
      view: 'places',
      data: { ...shown, tree, ticked, chosen, placeValue, bound: this.bound, at: 'places' },
    };
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

/** What the page of places is shown with. */
interface PlacesShown {
  proof: string;
  workspace: { id: string };
  rights: ChosenRights;
  tools: ChosenTools;
  older: OlderSession[];
  expiresDays: string;
}

const placesPage = (
  { base }: Flow,
  { proof, workspace, rights, tools: { toolsets, profile }, older, expiresDays }: PlacesShown,
) => {
  const query = new URLSearchParams({ proof, workspace: workspace.id, mode: rights.mode });
  if (rights.limited) query.set('limit', 'places');
  if (expiresDays) query.set('expires_days', expiresDays);
  for (const toolset of toolsets) query.append('toolset', toolset);
  if (profile) query.append('profile', profile);
  for (const { id, ticked } of older) if (ticked) query.append('replace', id);
  return `${base}/access?${query.toString()}`;
};

const NOTHING: ReadonlySet<string> = new Set();
/** No layers of a person or a grant, so that only those of the operator remain. */
const NO_LAYERS = Object.freeze([]);

/** The one chosen, or the only one. */
function workspaceOf({ identity: { workspaces } }: Proof, id: string) {
  return workspaces.find((workspace) => workspace.id === id) ?? (workspaces.length === 1 ? workspaces[0] : undefined);
}
