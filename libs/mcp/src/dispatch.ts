import { recordCall } from '#libs/audit';
import { type CallStats } from '#libs/clickup';
import { type Caller } from '#libs/connections';
import { AppError, toolBody } from '#libs/core';
import { type Tool } from '#libs/tools';
import { type ServerContext } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import { CODES, isObject, RpcError } from './jsonrpc.js';
import { type ToolList, ToolLists } from './tool-lists.js';
import { type ToolResult } from './tool-result.js';
import { ToolRunner } from './tool-runner.js';

/** What a transport lends to a call. */
export interface Exchange {
  /** Fires when the client goes away. */
  signal?: AbortSignal;
  progress?(done: number, total: number | undefined, message: string): void;
  /** Only where the SDK frames the call; extension tools may need it. */
  context?: ServerContext;
}

/** What a call answers, and what it cost upstream. */
export interface Outcome {
  result: ToolResult;
  stats?: CallStats;
}

/** The one owner of tools/list and tools/call; every transport only frames it. */
@Injectable()
export class Dispatch {
  constructor(
    private readonly lists: ToolLists,
    private readonly runner: ToolRunner,
  ) {}

  /** @throws RpcError for a cursor: the list has one page, so every cursor is a wrong one */
  list(caller: Caller, params: Record<string, unknown>): ToolList {
    if (params.cursor !== undefined) throw new RpcError(CODES.params, 'Invalid cursor', 'tools/list has a single page: call it without `cursor`.');
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
  async call(caller: Caller, params: Record<string, unknown>, exchange: Exchange): Promise<Outcome> {
    const { name, arguments: args = {} } = params;
    if (typeof name !== 'string') throw new RpcError(CODES.params, 'Invalid params', '`params.name` must be the name of a tool.');
    if (!isObject(args)) throw new RpcError(CODES.params, 'Invalid params', '`params.arguments` must be an object.');

    const tool = this.lists.of(caller.policies).tools.get(name);
    if (tool) return this.run(tool, caller, args, exchange);
    const extension = this.lists.extensionTools.get(name);
    if (extension) return { result: (await extension.call(args, exchange.context)) as unknown as ToolResult };
    const shown = /^[\w.-]{1,128}$/.test(name) ? `: ${name}` : '';
    throw new RpcError(CODES.params, `Unknown tool${shown}`, 'Take a name from tools/list.');
  }

  private async run(tool: Tool, caller: Caller, args: Record<string, unknown>, exchange: Exchange): Promise<Outcome> {
    const started = performance.now();
    const record = (outcome: Parameters<typeof recordCall>[0]['outcome'], stats?: CallStats) =>
      recordCall({ tool: tool.name, caller: caller.id, outcome, ms: performance.now() - started, requests: stats?.requests ?? 0, retries: stats?.retries ?? 0, scopeViolations: stats?.scopeViolations });
    const run = this.runner.prepare(tool, caller, exchange, started);
    try {
      const { result, preview } = await run.execute(args);
      record(preview ? 'preview' : 'success', run.stats());
      return { result: this.reported(tool.name, caller, result, run.stats()), stats: run.stats() };
    } catch (thrown) {
      const error = AppError.of(thrown);
      record(error.code, run.stats());
      if (error.code === 'internal_error') this.runner.report(tool.name, error);
      return { result: this.reported(tool.name, caller, toolBody(error), run.stats()), stats: run.stats() };
    }
  }

  /** Says that something was changed which had moved out of scope meanwhile (security.md 191): ClickUp has no conditional writes. */
  private reported(tool: string, caller: Caller, result: ToolResult, stats: CallStats | undefined): ToolResult {
    if (!stats?.scopeViolations) return result;
    this.runner.violated(tool, caller.id, stats.scopeViolations);
    return { ...result, _meta: { ...result._meta, scope_violation: stats.scopeViolations } };
  }
}
