import { ClickUpTransport, DirectoryCache, type Place } from '#libs/clickup';
import { AdministeredGrants, type StoredPolicy, WorkspacePolicies } from '#libs/connections';
import { AppError } from '#libs/core';
import { AREAS } from '#libs/auth';
import { type Policy } from '#libs/permissions';
import { Form, PageController, PageError, type Redirect, type View } from '#libs/web';
import { Get, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { changerOf } from '../access/changer.js';
import { type Mandate, Mandated, realmOf } from '../access/mandate.js';
import { PolicyQuestions } from '../policies/policy-questions.service.js';
import { workspacePolicyView } from '../policies/policies.dto.js';
import { etagOf, Match } from '../rest/etag.js';
import { ConsolePages } from './console-pages.service.js';
import { formOf, policyIn, writtenIn } from './policy-form.js';

const TITLE = 'console.policy.page';
/** So long ClickUp is waited for, in milliseconds: the page is of use without the names of places. */
const PATIENCE_MS = 9_000;
const DAYS = 7;
const MOST_GRANTS = 100;
const LONGEST_JSON = 200_000;
const UNBOUND: Policy = { mode: 'write' };
const AREA_NAMES = Object.keys(AREAS);

/** What a Workspace allows at most: shown, tried on what was done, changed, and asked about. */
@PageController('console/:workspace/policy')
export class ConsolePolicyController {
  constructor(
    private readonly policies: WorkspacePolicies,
    private readonly grants: AdministeredGrants,
    private readonly questions: PolicyQuestions,
    private readonly transport: ClickUpTransport,
    private readonly directories: DirectoryCache,
    private readonly pages: ConsolePages,
  ) {}

  @Get() read(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<View> {
    return this.shown(mandate, request);
  }

  /** Shows what a changed policy would have refused, before it is stored. */
  @Post('try') async try(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<View> {
    const form = new Form(request.body);
    const { policy: before } = await this.current(mandate);
    const written = writtenIn(form, before, AREA_NAMES);
    const [etag, run] = [form.text('etag'), await this.questions.dryRun(mandate, policyIn(written), DAYS)];
    const data = { run, days: DAYS, etag, written: JSON.stringify(written), policy: policyIn(written) };
    return this.pages.page('console-policy-try', TITLE, mandate, request, data);
  }

  @Post() async store(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<Redirect> {
    const { workspaceId } = mandate;
    if (this.policies.filedFor(workspaceId)) throw new PageError('conflict', 'problem.policy.file');
    const form = new Form(request.body);
    const policy = policyIn(parsed(form.text('policy', LONGEST_JSON)));
    const match = new Match([form.text('etag')]);
    await this.policies.store(workspaceId, policy, changerOf(mandate), (stored: StoredPolicy | undefined) =>
      match.check(workspacePolicyView(workspaceId, stored, undefined)),
    );
    return { redirect: `/console/${encodeURIComponent(workspaceId)}/policy?done=policy` };
  }

  /** What would become of a call. */
  @Post('explain') async explain(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<View> {
    const form = new Form(request.body);
    const asked = { grant: form.text('grant'), tool: form.text('tool'), text: form.text('arguments', LONGEST_JSON) };
    const args = parsed(asked.text || '{}');
    if (typeof args !== 'object' || args === null || Array.isArray(args))
      throw new PageError('invalid_parameters', 'problem.arguments');
    const explained = await this.questions.explain(mandate, { ...asked, arguments: args as Record<string, unknown> });
    return this.shown(mandate, request, { asked, explained });
  }

  private async shown(mandate: Mandate, request: FastifyRequest, also: object = {}): Promise<View> {
    const { policy, etag, filed } = await this.current(mandate);
    const [tree, grants] = await Promise.all([
      this.places(mandate),
      this.grants.list(realmOf(mandate), { state: 'active', limit: MOST_GRANTS }),
    ]);
    return this.pages.page('console-policy-page', TITLE, mandate, request, {
      policy,
      filed,
      etag,
      treeMissing: tree === undefined,
      form: formOf(policy, tree ?? [], AREA_NAMES),
      areaNames: AREAS,
      grants: grants.slice(0, MOST_GRANTS),
      asked: { grant: '', tool: '', text: '' },
      explained: undefined,
      ...also,
    });
  }

  private async current({ workspaceId }: Mandate): Promise<{ policy: Policy; etag: string; filed: boolean }> {
    const filed = this.policies.filedFor(workspaceId);
    const stored = filed ? undefined : await this.policies.stored(workspaceId);
    return {
      policy: filed ?? stored?.policy ?? UNBOUND,
      etag: etagOf(workspacePolicyView(workspaceId, stored, filed)),
      filed: filed !== undefined,
    };
  }

  /** The places as whoever looks sees them in ClickUp; undefined where nothing can be asked, or ClickUp does not answer. */
  private async places({ administrator: { credential, id }, workspaceId }: Mandate): Promise<Place[] | undefined> {
    if (!credential) return undefined;
    const client = this.transport.client({
      credential,
      person: id,
      tenant: workspaceId,
      deadline: performance.now() + PATIENCE_MS,
      priority: 'interactive',
    });
    try {
      return await this.directories.directory(client, workspaceId).tree();
    } catch (thrown) {
      if (thrown instanceof AppError) return undefined;
      throw thrown;
    }
  }
}

/** @throws PageError for what is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PageError('invalid_parameters', 'problem.arguments');
  }
}
