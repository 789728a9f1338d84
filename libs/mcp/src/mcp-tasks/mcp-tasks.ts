import { recordCall } from '#libs/audit';
import { type Caller } from '#libs/connections';
import { isObject, LOGGER } from '#libs/core';
import { Jobs, type SeenJob } from '#libs/jobs';
import { CATALOGUE, getJob, stopJob, type Tool } from '#libs/tools';
import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { CallAudit } from '../calls/call-audit.js';
import { Callers } from '../calls/callers.js';
import { type Outcome } from '../calls/dispatch.js';
import { CODES, RpcError } from '../calls/jsonrpc.js';
import { type Origin } from '../calls/origin.js';
import { ToolLists } from '../calls/tool-lists.js';
import { type ToolResult } from '../calls/tool-result.js';
import { demandTasks } from './demand.js';
import { created, type CreatedTask, declaresTasks, detailed } from './task-state.js';

const TOOLS: ReadonlyMap<string, Tool> = new Map(CATALOGUE.map((tool) => [tool.name, tool]));

/** One request for a task. */
export interface TaskRequest {
  caller: Caller;
  params: Record<string, unknown>;
  /** The fields of the newer era in its `_meta`. */
  envelope: unknown;
  from: Origin;
}

/**
 * Jobs as the Tasks extension shows them: the same rows, for the same callers, as get_job and stop_job, which are what clients without
 * the extension use. Asking costs no request to ClickUp.
 */
@Injectable()
export class McpTasks {
  constructor(
    private readonly jobs: Jobs,
    private readonly lists: ToolLists,
    private readonly callers: Callers,
    private readonly audit: CallAudit,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * What is answered to a call: a task where it goes on as a job and its client takes that, otherwise its result. Who could not ask for the
   * task later is told of the job as other clients are.
   * @param envelope the fields of the newer era in the `_meta` of the call
   */
  async answer({ result, job }: Outcome, caller: Caller, envelope: unknown): Promise<ToolResult | CreatedTask> {
    if (job === undefined || !declaresTasks(envelope) || !this.offers(caller, getJob)) return result;
    // Something was changed already, and must be answered whatever becomes of this question.
    const begun = await this.jobs.of(caller, job).catch(() => undefined);
    return begun ? { ...created(begun), ...(result._meta && { _meta: result._meta }) } : result;
  }

  /**
   * tasks/get.
   * @throws RpcError -32021 without the extension, -32602 for an id that is not one of this caller's jobs
   */
  async get(request: TaskRequest): Promise<Record<string, unknown>> {
    const job = await this.job(request);
    // A tool that a later version does not have any more answers nothing that could be shown.
    return { ...detailed(job, TOOLS.get(job.tool) ?? getJob) };
  }

  /**
   * tasks/cancel: what is under way is finished, nothing more is begun. A job that has ended stays as it is.
   * @throws RpcError as `get`; -32602 also where the caller may not stop jobs
   */
  async cancel(request: TaskRequest): Promise<Record<string, unknown>> {
    const { caller, from } = request;
    const started = performance.now();
    const job = await this.job(request);
    if (!this.offers(caller, stopJob))
      throw new RpcError(CODES.params, 'Task cannot be cancelled', 'Stopping jobs is not granted to you.');
    await this.jobs.cancel(caller, job.id);
    const by = { ...from, ...this.callers.of(caller) };
    recordCall(
      this.log,
      { tool: stopJob.name, as: 'tasks/cancel', outcome: 'ok', by, ms: performance.now() - started },
      this.audit.of(caller, { effect: stopJob.verb }),
    );
    return {};
  }

  /**
   * tasks/update. Jobs ask nothing: what a call needs to know, it asks before it goes on as a job. So every response is to a question that
   * is not open, and ignored, as the extension wants it.
   * @throws RpcError as `get`; -32602 also for responses that are none
   */
  async update(request: TaskRequest): Promise<Record<string, unknown>> {
    await this.job(request);
    if (!isObject(request.params.inputResponses))
      throw new RpcError(CODES.params, 'Invalid params', '`params.inputResponses` must be an object.');
    return {};
  }

  /** Where an id is another's, or where asking for jobs is not granted, it is as unknown as one that never was. */
  private async job({ caller, params: { taskId }, envelope }: TaskRequest): Promise<SeenJob> {
    demandTasks(envelope);
    // Anything else is no id, and may be no text that a database takes.
    const known = typeof taskId === 'string' && /^[\w-]{1,64}$/.test(taskId) && this.offers(caller, getJob);
    const job = known ? await this.jobs.of(caller, taskId) : undefined;
    if (job) return job;
    throw new RpcError(
      CODES.params,
      'Task not found',
      '`params.taskId`: there is no such task of yours. Tasks are kept for a day.',
    );
  }

  private offers(caller: Caller, tool: Tool): boolean {
    return this.lists.of(caller.policies).tools.has(tool.name);
  }
}
