import { AppError, type ErrorCode, isObject } from '#libs/core';
import { type SeenJob } from '#libs/jobs';
import { type Tool } from '#libs/tools';
import { failed, succeeded } from '../calls/tool-result.js';

/** The extension by which a call is answered with the name of a job instead of a result (SEP-2663). */
export const TASKS = 'io.modelcontextprotocol/tasks';
/** How often a client should ask: so often does a job at work tell how far it is. */
const POLL_INTERVAL_MS = 2_000;
/** Where the newer era has what a client can do, in each request. */
const CLIENT_CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

/** A job as the extension shows it (its `Task`). "Task" alone is ClickUp's word here. */
export interface McpTask {
  taskId: string;
  status: 'working' | 'completed' | 'cancelled';
  statusMessage: string;
  createdAt: string;
  lastUpdatedAt: string;
  /** Milliseconds from `createdAt`. */
  ttlMs: number;
  pollIntervalMs: number;
}

/** What a tools/call answers instead of a result (the extension's `CreateTaskResult`). */
export type CreatedTask = McpTask & { resultType: 'task'; _meta?: Record<string, unknown> };

/** @param envelope the fields that a request of the newer era has in its `_meta` */
export function declaresTasks(envelope: unknown): boolean {
  const capabilities = isObject(envelope) ? envelope[CLIENT_CAPABILITIES] : undefined;
  const extensions = isObject(capabilities) ? capabilities.extensions : undefined;
  return isObject(extensions) && isObject(extensions[TASKS]);
}

/** What a call answers that goes on as this job. */
export const created = (job: SeenJob): CreatedTask => ({ resultType: 'task', ...taskOf(job) });

/**
 * The state of a job, with what the call would have answered once it is done. An error of the tool is such an answer, too: the extension's
 * status `failed` is for failures of JSON-RPC alone, and those are answered to the request that meets them.
 * @param tool the tool that the job is a call of
 */
export function detailed(job: SeenJob, tool: Tool): McpTask & { result?: Record<string, unknown> } {
  const { state, answer } = job;
  if (answer === undefined || state === 'working' || state === 'cancelled') return taskOf(job);
  return {
    ...taskOf(job),
    result: { resultType: 'complete', ...(state === 'failed' ? failed(errorIn(answer)) : succeeded(tool, answer)) },
  };
}

function taskOf({ id, state, done, total, createdAt, updatedAt, expiresAt }: SeenJob): McpTask {
  return {
    taskId: id,
    status: state === 'failed' ? 'completed' : state,
    statusMessage: `${done} of ${total} done${state === 'cancelled' ? ', nothing more is begun' : ''}`,
    createdAt: createdAt.toISOString(),
    lastUpdatedAt: updatedAt.toISOString(),
    ttlMs: expiresAt.getTime() - createdAt.getTime(),
    pollIntervalMs: POLL_INTERVAL_MS,
  };
}

/** The error that a job has ended with, as it was thrown. */
function errorIn(answer: Record<string, unknown>): AppError {
  const { code, message, details } = answer.error as {
    code: ErrorCode;
    message: string;
    details?: Record<string, unknown>;
  };
  return new AppError(code, message, { details });
}
