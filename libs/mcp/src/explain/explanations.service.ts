import { Approvals, Readers } from '#libs/approvals';
import { Access, CallerTiers } from '#libs/auth';
import { ClickUpTransport, DirectoryCache } from '#libs/clickup';
import { type Caller, ClickUpClients, KillSwitches } from '#libs/connections';
import { AppError, CONFIG, type Config, LOGGER, MASTER_KEY } from '#libs/core';
import { Jobs } from '#libs/jobs';
import { ofToken, Permissions, type Policies } from '#libs/permissions';
import { CATALOGUE, type Offered } from '#libs/tools';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type Logger } from 'pino';
import { Admission, nameOf, UNKNOWN } from '../calls/admission.js';
import { whyHidden } from '../calls/offered.js';
import { ToolRunner } from '../calls/tool-runner.js';
import { UpstreamBudget } from '../calls/upstream-budget.js';
import { Confirmations } from '../confirmations/confirmations.js';
import { RequestKeys } from '../request-keys/request-keys.js';
import { expectedOf } from './expected.js';
import { type Explanation } from './explanation.js';
import { type Gates, rehearsedApprovals, rehearsedPreviews } from './gates.js';
import { refusedInWords } from './in-words.js';
import { Rehearsal } from './rehearsal.js';
import { refusedBy, verdictOf } from './verdict.js';

/** A call that somebody asks about. */
interface Asked {
  tool: string;
  arguments: Record<string, unknown>;
}

/** Failures of ours, which say nothing of the call. */
const OURS: readonly string[] = ['unavailable', 'not_configured', 'cancelled', 'deadline_exceeded'];
/** There is nothing to wait for but our own database. */
const PATIENCE_MS = 10_000;

/**
 * Says what would become of a call. It is made as any call is: the same admission, the same runner, the same judge in front of every request.
 * But its clients send nothing and its stores store nothing, so it ends where only ClickUp could tell how it goes on.
 */
@Injectable()
export class Explanations {
  constructor(
    private readonly access: Access,
    private readonly admission: Admission,
    private readonly permissions: Permissions,
    private readonly transport: ClickUpTransport,
    private readonly directories: DirectoryCache,
    private readonly confirmations: Confirmations,
    private readonly approvals: Approvals,
    private readonly readers: Readers,
    private readonly requestKeys: RequestKeys,
    private readonly jobs: Jobs,
    private readonly budget: UpstreamBudget,
    private readonly switches: KillSwitches,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(MASTER_KEY) private readonly masterKey: Buffer | undefined,
    @Optional() private readonly tiers: CallerTiers = new CallerTiers(),
  ) {}

  /**
   * What would become of a call by this credential, as things stand.
   * @throws AppError (by rejecting) `not_found` for a credential that has ended, `invalid_parameters` for a tool that there is not, `unavailable`
   */
  async of(
    by: Pick<Caller, 'kind' | 'id' | 'workspaceId' | 'scopes'>,
    { tool: name, arguments: args }: Asked,
  ): Promise<Explanation> {
    const tool = nameOf(name);
    if (tool === UNKNOWN)
      throw new AppError('invalid_parameters', '`tool`: there is no tool of that name.', {
        details: { parameter: 'tool' },
      });
    let caller: Caller | undefined;
    try {
      caller = await this.access.again(by);
    } catch (thrown) {
      return atOnce(tool, thrown);
    }
    if (!caller) throw new AppError('not_found', 'This credential has ended, or lets nobody in any more.');
    const { list, named, lacksScope, off } = await this.admission.of(name, args, caller);
    if (named && lacksScope)
      return atOnce(named.tool.name, new AppError('insufficient_scope', undefined, { details: LACKS_SCOPE }));
    if (off) return atOnce(tool, off);
    if (!named) return hidden(tool, this.permissions.granted(caller.policies));
    return this.rehearsed(named, named.args, caller, list);
  }

  private async rehearsed(
    offered: Offered,
    args: Record<string, unknown>,
    caller: Caller,
    granted: { policies: Policies; offered: readonly Offered[] },
  ): Promise<Explanation> {
    const { tool } = offered;
    const { confirmations, approvals, readers, requestKeys, jobs } = this;
    const rehearsal = new Rehearsal(caller, { confirmations, approvals, readers, requestKeys, jobs });
    const directories = this.directories.onlyKept();
    const clients = new ClickUpClients(
      rehearsal.transport(this.transport),
      this.permissions,
      { needsReauth: () => Promise.resolve() },
      directories,
      this.config,
      this.log,
      this.switches,
    );
    const gates: Gates = { confirmation: 'not_needed', approval: 'not_needed' };
    const runner = new ToolRunner(
      clients,
      directories,
      rehearsedPreviews(rehearsal, gates, this.masterKey),
      rehearsedApprovals(rehearsal, gates, this.access),
      rehearsal.requestKeys,
      rehearsal.jobs,
      this.budget,
      this.config,
      this.log,
      this.masterKey,
      rehearsal.files,
      rehearsal.pictures,
      this.tiers,
    );
    let thrown: unknown;
    try {
      await runner.prepare(offered, caller, granted, {}, performance.now()).execute(args);
    } catch (error) {
      if (OURS.includes(AppError.of(error).code)) throw error;
      thrown = error;
    }
    const client = clients.client(
      caller,
      { tool: tool.name, deadline: performance.now() + PATIENCE_MS, priority: 'interactive' },
      granted.policies,
    );
    const { judged, unanswered } = { judged: rehearsal.judged, unanswered: [...rehearsal.unanswered] };
    const expected = await expectedOf(tool, ofToken(granted.policies, caller), rehearsal, client);
    return {
      tool: tool.name,
      ...verdictOf(tool, { judged, unanswered }, expected, thrown),
      ...gates,
      judged,
      expected,
      open: [...new Set(unanswered.map(({ unknown }) => unknown))],
    };
  }
}

const LACKS_SCOPE = { reason: 'the token has the scope read only', layer: 'token' };
const NO_GATES: Gates = { confirmation: 'not_needed', approval: 'not_needed' };
const NOTHING_JUDGED = { judged: [], expected: [], open: [] };

function atOnce(tool: string, thrown: unknown): Explanation {
  const error = AppError.of(thrown);
  if (OURS.includes(error.code) || error.code === 'internal_error') throw error;
  return { tool, ...refusedBy(error), ...NO_GATES, ...NOTHING_JUDGED };
}

function hidden(name: string, layers: Policies): Explanation {
  const tool = CATALOGUE.find((each) => each.name === name);
  const why = tool && whyHidden(tool, layers);
  const [reason, layer] = [why?.reason ?? 'the tool was not granted', why?.layer];
  return {
    tool: name,
    decision: 'refused',
    layer,
    error: 'tool_not_found',
    reason: `${refusedInWords(reason, layer)} The tool is not offered at all.`,
    ...NO_GATES,
    ...NOTHING_JUDGED,
  };
}
