import { type Audited, type CallRecord, reasonOf, recordCall } from '#libs/audit';
import { Access } from '#libs/auth';
import { type CallStats, operationById } from '#libs/clickup';
import { type Caller } from '#libs/connections';
import { AppError, isObject, LOGGER } from '#libs/core';
import { lacksWrite } from '#libs/permissions';
import { stopJob, understand } from '#libs/tools';
import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { type z } from 'zod';
import { Admission, LACKS_SCOPE, nameOf, needsMoreScope, UNKNOWN } from './admission.js';
import { CallAudit } from './call-audit.js';
import { Callers } from './callers.js';
import { CALLERS, type NamedCall } from './call-resolver.js';
import { GrantedInWords } from './granted-in-words.js';
import { type Question } from '../elicitation/elicitation.js';
import { CODES, RpcError } from './jsonrpc.js';
import { type Origin } from './origin.js';
import { type ToolList, ToolLists } from './tool-lists.js';
import { failed, foreign, type ToolResult, withMeta } from './tool-result.js';
import { ToolRunner } from './tool-runner.js';
import { type TransportContext } from './transport-context.js';
import { UpstreamBudget } from './upstream-budget.js';

/** What a call answers. */
export interface Outcome {
  result: ToolResult;
  /** What the client is to ask its user before anything is changed; of the result, only `_meta` is for it. */
  question?: Question | undefined;
  /** Id of the job that does what the call did not come to. */
  job?: string | undefined;
}

/** Answers tools/list and tools/call for every transport. A transport only unpacks the request and packs the answer. */
@Injectable()
export class Dispatch {
  constructor(
    private readonly lists: ToolLists,
    private readonly admission: Admission,
    private readonly runner: ToolRunner,
    private readonly access: Access,
    private readonly granted: GrantedInWords,
    private readonly callers: Callers,
    private readonly budget: UpstreamBudget,
    private readonly audit: CallAudit,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws RpcError for a cursor: the list has one page, so every cursor is a wrong one */
  list(caller: Caller, params: Record<string, unknown>): ToolList {
    if (params.cursor !== undefined)
      throw new RpcError(CODES.params, 'Invalid cursor', 'tools/list has a single page: call it without `cursor`.');
    return this.lists.of(caller.policies);
  }

  /** Whether a call can be answered without the SDK's context. */
  isPlain(params: Record<string, unknown>): boolean {
    return this.lists.extensionTools.get(String(params.name))?.streams !== true;
  }

  /**
   * Runs a tool. What fails inside it is a result with `isError`, never an exception.
   * @throws RpcError -32602 for an unknown tool (one that the policy hides is unknown too) or a malformed request
   */
  async call(caller: Caller, params: Record<string, unknown>, transport: TransportContext): Promise<Outcome> {
    const started = performance.now();
    const { name, arguments: args = {} } = params;
    const told = (what: Pick<CallRecord, 'tool' | 'outcome' | 'reason'>, layer?: string) =>
      this.record(caller, transport, { ...what, ms: performance.now() - started }, this.audit.of(caller, { layer }));
    const malformed = (details: string) => {
      told({ tool: nameOf(name), outcome: 'invalid_parameters', reason: 'malformed request' });
      return new RpcError(CODES.params, 'Invalid params', details);
    };
    if (typeof name !== 'string') throw malformed('`params.name` must be the name of a tool.');
    if (!isObject(args)) throw malformed('`params.arguments` must be an object.');

    const { list, named, lacksScope, off } = await this.admission.of(name, args, caller);
    if (named && lacksScope) {
      told({ tool: named.tool.name, outcome: 'insufficient_scope', reason: LACKS_SCOPE });
      return { result: stepUpResult(this.access.scopeChallenge()) };
    }
    if (named) return this.run(named, name, caller, list, transport, started);
    const extension = this.lists.extensionTools.get(name);
    if (extension) {
      const result = foreign(await extension.call(args, transport.context));
      told({ tool: name, outcome: 'ok' });
      return { result };
    }
    const hidden = nameOf(name);
    if (off) {
      told({ tool: hidden, outcome: off.code, reason: String(off.details.reason) }, layerIn(off));
      return { result: failed(off) };
    }
    told({ tool: hidden, outcome: 'tool_not_found', reason: hidden === UNKNOWN ? 'no such tool' : 'not granted' });
    const shown = /^[\w.-]{1,128}$/.test(name) ? `: ${name}` : '';
    throw new RpcError(
      CODES.params,
      `Unknown tool${shown}`,
      ['Take a name from tools/list.', this.granted.lacking(caller)].filter(Boolean).join(' '),
    );
  }

  /** Whether a message calls a tool that was granted, but not to this token: then its transport asks for more scope before anything starts (RS-A5). */
  asksForScope(caller: Caller, message: unknown): boolean {
    if (!lacksWrite(caller) || !isObject(message)) return false;
    const offered = this.lists.of(caller.policies).tools.get(toolIn(message) ?? '');
    return offered !== undefined && needsMoreScope(offered.tool, caller);
  }

  /** Records a message that `asksForScope` is true for, where its transport refuses it before anything starts. */
  refusedForScope(caller: Caller, message: unknown, from: Origin): void {
    const tool = toolIn(message as Record<string, unknown>)!;
    const what = { tool, outcome: 'insufficient_scope', reason: LACKS_SCOPE } as const;
    this.record(caller, { from }, { ...what, ms: 0 });
  }

  private record(
    caller: Caller,
    { from }: TransportContext,
    record: Omit<CallRecord, 'by'>,
    audited: Audited = this.audit.of(caller),
  ): void {
    recordCall(this.log, { ...record, by: { ...from, ...this.callers.of(caller) } }, audited);
  }

  private async run(
    { tool, schema, args }: NamedCall,
    name: string,
    caller: Caller,
    list: ToolList,
    transport: TransportContext,
    started: number,
  ): Promise<Outcome> {
    const { audited, beforeWrites } = this.audit.announced(
      caller,
      { tool: tool.name, effect: tool.verb },
      transport.from,
    );
    const record = (outcome: CallRecord['outcome'], upstream?: CallStats, error?: AppError) =>
      this.record(
        caller,
        transport,
        {
          tool: tool.name,
          as: name === tool.name ? undefined : name,
          operation: CALLERS.has(tool.name) ? operationById(String(understand(args, schema).operation))?.id : undefined,
          outcome,
          reason: error && reasonOf(error, Object.keys((tool.input as z.ZodObject).shape)),
          ms: performance.now() - started,
          upstream,
        },
        {
          ...audited,
          layer: error && layerIn(error),
          approval: run.approval(),
        },
      );
    const run = this.runner.prepare({ tool, schema }, caller, list, { ...transport, beforeWrites }, started);
    try {
      const { result, preview, question, job } = await run.execute(args);
      record(preview ? 'preview' : 'ok', run.stats());
      return { result: this.reported(tool.name, caller, result, run.stats()), question, job };
    } catch (thrown) {
      const error = AppError.of(thrown);
      record(error.code, run.stats(), error);
      if (error.code === 'internal_error') this.runner.report(tool.name, error, transport.from?.reqId);
      return { result: this.reported(tool.name, caller, failed(error), run.stats()) };
    }
  }

  /**
   * Says what ClickUp's budget has left, and that something was changed which had moved out of scope meanwhile (SEC-191): ClickUp has no
   * conditional writes.
   */
  private reported(tool: string, caller: Caller, result: ToolResult, stats: CallStats | undefined): ToolResult {
    const ratelimit = this.budget.of(caller);
    const told = ratelimit ? withMeta(result, { ratelimit }) : result;
    if (!stats?.scopeViolations) return told;
    this.runner.violated(tool, caller.id, stats.scopeViolations);
    return withMeta(told, { scope_violation: stats.scopeViolations });
  }
}

/** The layer that refused, where an error says so. */
const layerIn = ({ details: { layer } }: AppError): string | undefined =>
  typeof layer === 'string' ? layer : undefined;
/** The tool that a message calls: by its name, or as the Tasks extension does. */
function toolIn({ method, params }: Record<string, unknown>): string | undefined {
  if (method === 'tasks/cancel') return stopJob.name;
  return method === 'tools/call' && isObject(params) ? String(params.name) : undefined;
}

/** Asks for more scope where no HTTP status can do so: ChatGPT looks for the challenge in `_meta`. */
const stepUpResult = (challenge: string): ToolResult =>
  withMeta(failed(new AppError('insufficient_scope')), stepUpMeta(challenge));

/** The challenge of `WWW-Authenticate`, for clients that see only the body of an answer. */
export const stepUpMeta = (challenge: string) => ({ 'mcp/www_authenticate': [challenge] });
