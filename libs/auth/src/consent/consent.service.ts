import { PersonGrants } from '#libs/connections';
import { AppError } from '#libs/core';
import { type Policy } from '#libs/permissions';
import { Form, type PageAnswer, PageError, type Redirect, type View } from '#libs/web';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type EntityManager } from 'typeorm';
import { chosenPlaces, isNothing } from './choice/chosen-places.js';
import { apartOf, chosenPolicy, needsPlaces, rightsOf } from './choice/chosen-policy.js';
import { ChoicePages, placesPage } from './choice-pages.service.js';
import { type Flow } from './flow.js';
import { type Ending, expired, Flows, type Proof } from './flows.service.js';
import { type Identity } from './identities.service.js';
import { momentsFor } from './moments.js';
import { type OfferedWorkspace, Offers } from './offers.service.js';
import { olderSessions } from './older-sessions.js';
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

/** What a client is told of a person who could connect it nowhere (RFC 6749 section 4.1.2.1). */
export const NOTHING_LEFT = 'No Workspace of this person lets in this client';

/** Uses up the proof, in the transaction that stores what was decided. `false` = it was used before. */
export type UseProof = (manager: EntityManager, outcome: Outcome, ending?: Ending) => Promise<boolean>;

/** What a form says: a decision, with the page it was made on; or, when something is missing, the answer that asks for it. */
export type Read<Decided> = { decision: Decided; page: View } | { page: PageAnswer };

/** The steps after the credential: in which Workspace, what may be done, and where; in the end one decision, acted on once. */
@Injectable()
export class Consent {
  constructor(
    private readonly flows: Flows,
    private readonly proofs: Proofs,
    private readonly offers: Offers,
    private readonly pages: ChoicePages,
    private readonly grants: PersonGrants,
  ) {}

  /** Workspace, then what may be done, then (where that names places) where. */
  async choose(flow: Flow, request: FastifyRequest): Promise<PageAnswer> {
    const query = new Form(request.query);
    const proof = await this.flows.proofOf(flow, request, query);
    const sent = await this.flows.sentForm(flow, request);
    if (sent) return (await this.read(flow, request, proof, sent)).page;
    const { identity } = proof;
    const offered = await this.workspaces(flow, identity);
    const workspace = workspaceOf(offered, flow.workspace ?? query.text('workspace'));
    if (!workspace || workspace.closed) return this.workspacePage(flow, query, identity, offered);
    // The first page of a change shows what was granted so far; the pages after it carry what was chosen.
    const chosen = query.text('mode') === '' ? undefined : query;
    const shell = await this.shown(flow, request, identity, workspace, query, chosen);
    const rights = chosen && this.offers.rights(flow, shell.above, chosen);
    const tools = this.offers.tools(flow, shell.above, flow.preset ? chosen : query);
    const shown = { ...shell, tools };
    if (rights && needsPlaces(rights))
      return this.flows.page(flow, await this.pages.places(flow, identity, { ...shown, rights }));
    const preset = flow.preset ? rightsOf(flow.preset) : { mode: flow.asked, limited: false };
    return this.flows.page(flow, this.pages.access(flow, { ...shown, rights: rights ?? preset }));
  }

  /** Where an earlier click on the same form has led, so that a double click leads to one page; undefined for the first click. */
  async repeated(flow: Pick<Flow, 'purpose' | 'base'>, request: FastifyRequest): Promise<Redirect | undefined> {
    const id = new Form(request.body).text('proof');
    const outcome = await this.proofs.outcome<Outcome>(this.flows.holder(flow.purpose, request), id);
    return outcome && leadingTo(flow, id, outcome);
  }

  /**
   * Reads the decision from the last form and acts on it, once. The use of the proof, the connection and the outcome are stored in one
   * transaction, so the form can be sent again when its answer was lost.
   * @param act stores the connection; it must pass the proof through `use`
   */
  decide(
    flow: Flow,
    request: FastifyRequest,
    act: (decision: Decision, use: UseProof) => Promise<unknown>,
  ): Promise<PageAnswer> {
    return this.decideOn(flow, request, (proof, form) => this.read(flow, request, proof, form), act);
  }

  /** As {@link decide}, for a form of another kind. @param read what the form says */
  async decideOn<Decided>(
    flow: Flow,
    request: FastifyRequest,
    read: (proof: Proof, form: Form) => Promise<Read<Decided>>,
    act: (decision: Decided & { proof: Proof }, use: UseProof) => Promise<unknown>,
  ): Promise<PageAnswer> {
    const form = new Form(request.body);
    const [id, holder] = [form.text('proof'), this.flows.holder(flow.purpose, request)];
    const proof = await this.proofs.read<Proof>(holder, id);
    if (proof) {
      const said = await read(proof, form);
      if (!('decision' in said)) return this.flows.afterForm(flow, request, said.page);
      const { decision, page } = said;
      let stored: Outcome | undefined;
      const use: UseProof = async (manager, outcome, ending) => {
        const used = await this.proofs.use(manager, holder, id, outcome, ending);
        if (used) stored = outcome;
        return used;
      };
      if (!(await stores(act({ ...decision, proof }, use)))) {
        const data = { ...page.data, problem: 'problem.not_stored' };
        return this.flows.page(flow, { ...page, status: 503, data });
      }
      if (stored) return leadingTo(flow, id, stored);
    }
    const outcome = await this.repeated(flow, request);
    if (!outcome) throw expired(flow, holder);
    return outcome;
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
  private async read(
    flow: Flow,
    request: FastifyRequest,
    { identity }: Proof,
    form: Form,
  ): Promise<Read<Omit<Decision, 'proof'>>> {
    const offered = await this.workspaces(flow, identity);
    const workspace = offered.find(({ id }) => id === (flow.workspace ?? form.text('workspace')));
    // Closed since the page was shown, or sent by whoever was not shown it.
    if (workspace?.closed) return { page: { ...this.workspacePage(flow, form, identity, offered), status: 403 } };
    const above = workspace && (await this.offers.above(workspace.id));
    const rights = above && this.offers.rights(flow, above, form);
    if (!workspace || !above || !rights) throw new PageError('invalid_parameters', 'problem.field', flow.start);
    const tools = this.offers.tools(flow, above, form);
    const shown = { ...(await this.shown(flow, request, identity, workspace, form, form)), tools, rights };
    const replaces = shown.older.filter(({ ticked }) => ticked).map(({ id }) => id);
    const decided = (policy: Policy) => ({ workspaceId: workspace.id, policy, replaces });
    if (!needsPlaces(rights))
      return { decision: decided(chosenPolicy(rights, tools)), page: this.pages.access(flow, shown) };
    if (form.text('places') !== 'shown') return { page: { redirect: placesPage(flow, shown) } };
    const page = await this.pages.places(flow, identity, shown, form);
    // Without scripts what was ticked is shown, and taken away again, by sending the form.
    if (form.text('remove') || form.text('review')) return { page: this.flows.page(flow, page) };
    if (page.data.apart) {
      const apart = form.text('apart');
      if (!['keep', 'join'].includes(apart)) throw new PageError('invalid_parameters', 'problem.field', flow.start);
      if (apart === 'keep')
        return { decision: decided({ ...chosenPolicy(rights, tools), ...apartOf(flow.preset) }), page };
    }
    const places = chosenPlaces(page.data.tree, page.data.ticked);
    if (!isNothing(places)) return { decision: decided(chosenPolicy(rights, tools, places)), page };
    const problem = { ...page.data, problem: 'problem.nothing_ticked' };
    return { page: this.flows.page(flow, { ...page, status: 400, data: problem }) };
  }

  /** Whether nothing can come of a flow, because no Workspace of the person lets it in. False where the person has not shown who they are. */
  async nothingLeft(flow: Flow, request: FastifyRequest): Promise<boolean> {
    const holder = this.flows.holder(flow.purpose, request);
    const proof = await this.proofs.read<Proof>(holder, new Form(request.body).text('proof'));
    return proof !== undefined && (await this.workspaces(flow, proof.identity)).every(({ closed }) => closed);
  }

  /** Where the flow may lead: of one that was begun for a Workspace, that one. */
  private workspaces(flow: Flow, { workspaces }: Identity): Promise<OfferedWorkspace[]> {
    return this.offers.workspaces(
      flow,
      workspaces.filter(({ id }) => flow.workspace === undefined || id === flow.workspace),
    );
  }

  private workspacePage(flow: Flow, form: Form, { person }: Identity, workspaces: readonly OfferedWorkspace[]): View {
    const open = workspaces.filter(({ closed }) => !closed);
    const data = { proof: form.text('proof'), person: person.name, workspaces, open, at: 'workspace' };
    return this.flows.page(flow, { view: 'workspace', data });
  }

  /** What every page of the choice shows. @param chosen the form that has shown the older sessions of the client, if any has */
  private async shown(
    flow: Flow,
    request: FastifyRequest,
    identity: Identity,
    workspace: Identity['workspaces'][number],
    form: Form,
    chosen?: Form,
  ) {
    const { person, workspaces } = identity;
    // Sessions of the client that asks, which the new one may take the place of.
    const grants = flow.asking ? await this.grants.ofPerson(person.id, [workspace.id]) : [];
    return {
      proof: form.text('proof'),
      expiresDays: form.text('expires_days'),
      person: person.name,
      workspaces,
      workspace,
      above: await this.offers.above(workspace.id),
      older: flow.asking ? olderSessions(grants, flow.asking, chosen?.all('replace')) : [],
      moments: momentsFor(request, identity),
    };
  }
}

const leadingTo = ({ base }: Pick<Flow, 'base'>, id: string, { to }: Outcome): Redirect => ({
  redirect: to ?? `${base}/done?proof=${id}`,
});

/** @returns false when it is not known whether the database has stored it: the person stays on the page, filled in as it was, and can send it again */
async function stores(work: Promise<unknown>): Promise<boolean> {
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

/** The one chosen, or the only one. */
function workspaceOf(workspaces: readonly OfferedWorkspace[], id: string) {
  return workspaces.find((workspace) => workspace.id === id) ?? (workspaces.length === 1 ? workspaces[0] : undefined);
}
