import { type CallStats, type ClickUpClient, DirectoryCache } from '#libs/clickup';
import { type Caller, ClickUpClients } from '#libs/connections';
import { AppError, CONFIG, type Config, deriveKey, LOGGER, MASTER_KEY, sealer } from '#libs/core';
import { permits, type Policies, policyDigest, questionOf } from '#libs/permissions';
import { type Tool, type ToolContext } from '#libs/tools';
import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { type z } from 'zod';
import { ConfirmationTokens } from '../confirmations/confirmation-tokens.js';
import { Confirmations } from '../confirmations/confirmations.js';
import { succeeded, type ToolResult } from './tool-result.js';
import { type TransportContext } from './transport-context.js';

/** Arguments that the tool's schema has accepted; only the tool knows their types. */
type Input = Record<string, unknown>;

/** Who calls, and all policy layers that hold for them. */
interface Subject {
  caller: Caller;
  policies: Policies;
}

/** One run of a tool; `stats` may be asked for whether it succeeded or not. */
export interface ToolRun {
  execute(args: Record<string, unknown>): Promise<{ result: ToolResult; preview: boolean }>;
  stats(): CallStats | undefined;
}

/** Turns a tool's definition into a run: arguments checked, context made, confirmation asked for, output rendered. */
@Injectable()
export class ToolRunner {
  private readonly cursorKey: Buffer;
  private readonly tokens: ConfirmationTokens;

  constructor(
    private readonly connections: ClickUpClients,
    private readonly directories: DirectoryCache,
    private readonly confirmations: Confirmations,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    // Without a master key no caller is ever authenticated, so these keys are then never used.
    const master = masterKey ?? Buffer.alloc(0);
    this.cursorKey = deriveKey(master, 'cursor');
    this.tokens = new ConfirmationTokens(deriveKey(master, 'confirm'));
  }

  /**
   * @param policies all layers that hold for the caller, the operator's first; scopes that the token lacks are no layer of these
   * @param started when the call came in, on the clock of `performance.now()`: the time limit counts from there
   */
  prepare(tool: Tool, caller: Caller, policies: Policies, transport: TransportContext, started: number): ToolRun {
    let client: ClickUpClient | undefined;
    const by: Subject = { caller, policies };
    return {
      stats: () => client?.stats,
      execute: async (raw) => {
        const { confirm_token: confirmToken, ...args } = raw;
        const input = parse(tool, tool.preview ? args : raw);
        client = this.connections.client(
          caller,
          {
            signal: transport.signal,
            deadline: started + this.config.CALL_TIMEOUT_MS,
            priority: tool.bulk ? 'bulk' : 'interactive',
          },
          policies,
        );
        const context = await this.context(tool, by, client, transport);
        const { preview, now } = await this.previewed(tool, by, input, confirmToken, context);
        if (preview) return { result: succeeded(tool, preview), preview: true };
        return {
          result: succeeded(tool, (await tool.handler(input, { ...context, now })) as Record<string, unknown>),
          preview: false,
        };
      },
    };
  }

  /** Logs an unexpected error with its cause, which the caller never sees. */
  report(tool: string, error: AppError): void {
    this.log.error({ tool, err: error.cause }, 'a tool failed unexpectedly');
  }

  /** Logs that writes changed objects which had been moved out of the caller's reach a moment before. */
  violated(tool: string, caller: string, count: number): void {
    this.log.warn({ tool, caller, count, outcome: 'scope_violation' }, 'a write hit what had just moved out of scope');
  }

  private async context(
    tool: Tool,
    { caller, policies }: Subject,
    clickup: ClickUpClient,
    transport: TransportContext,
  ): Promise<ToolContext> {
    const directory = this.directories.directory(clickup, caller.workspaceId, transport.signal);
    const me = await directory.me();
    return {
      clickup,
      directory,
      me,
      zone: me.timezone,
      now: Date.now(),
      cursors: sealer(this.cursorKey, `${caller.id}/${clickup.credential.hash}/${tool.name}`, 'cursor'),
      permits: (row) => permits(policies, questionOf(row)),
      progress: (done, total, message) => transport.progress?.(done, total, message),
    };
  }

  /**
   * The preview to answer with instead of acting, or none: when nothing needs confirming, or when the token confirms exactly this call.
   * In the second case `now` is the moment of the confirmed preview, so that "tomorrow" still means the day that was shown, even when
   * the confirmation comes after midnight.
   */
  private async previewed(
    tool: Tool,
    { caller, policies }: Subject,
    args: Input,
    token: unknown,
    context: ToolContext,
  ): Promise<{ preview?: Record<string, unknown>; now: number }> {
    const { now } = context;
    if (!tool.preview || !policies.some(({ confirm }) => confirm === 'always')) return { now };
    const call = { tool: tool.name, caller: caller.id, policy: policyDigest(policies), arguments: args };
    const then = typeof token === 'string' ? this.tokens.previewedAt(token, call) : undefined;
    const seen = await tool.preview(args, { ...context, now: then ?? now });
    if (!seen) return { now };
    if (token !== undefined) {
      if (typeof token !== 'string')
        throw new AppError('invalid_parameters', '`confirm_token` must be a string.', {
          details: { parameter: 'confirm_token', type: 'string' },
        });
      const checked = this.tokens.check(token, { ...call, state: seen.state }, now);
      if (checked) {
        await this.confirmations.useUp(caller.workspaceId, token, checked.usableUntil);
        return { now: then ?? now };
      }
    }
    // The state has changed since the preview: show it as it is now, with words such as "tomorrow" read anew.
    const { summary, current, state } = then === undefined ? seen : ((await tool.preview(args, context)) ?? seen);
    const changed = token === undefined ? '' : 'It has changed since the last preview. ';
    const shown = {
      summary: `${changed}${summary} Nothing was changed yet: repeat the same call with this confirm_token to do it.`,
      current,
    };
    return { preview: { preview: shown, ...this.tokens.issue({ ...call, state }, now) }, now };
  }
}

/** @throws AppError `invalid_parameters` that names the argument, never its value */
function parse(tool: Tool, args: Record<string, unknown>): Input {
  const parsed = (tool.input as z.ZodObject).safeParse(args);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : undefined;
  const missing = issue?.code === 'invalid_type' && args[at] === undefined;
  const parameter = unknown?.[0]?.slice(0, 64) ?? at;
  const message = unknown
    ? `Unknown parameter: ${parameter}. ${tool.name} takes ${Object.keys((tool.input as z.ZodObject).shape).join(', ')}.`
    : missing
      ? `Missing required parameter: ${parameter}`
      : `Invalid parameter ${parameter}: ${issue?.message ?? 'wrong'}`;
  throw new AppError('invalid_parameters', message, {
    details: {
      parameter,
      required: missing || undefined,
      type: issue?.code === 'invalid_type' ? issue.expected : undefined,
    },
  });
}
