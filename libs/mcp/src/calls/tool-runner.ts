import { isDeepStrictEqual } from 'node:util';
import { type CallStats, type ClickUpClient, DirectoryCache } from '#libs/clickup';
import { type Caller, ClickUpClients } from '#libs/connections';
import { AppError, CONFIG, type Config, deriveKey, LOGGER, MASTER_KEY, sealer } from '#libs/core';
import { permits, type Policies, policyDigest, questionOf } from '#libs/permissions';
import { argumentsOf, type Content, type Offered, type Tool, type ToolContext, watchWrites } from '#libs/tools';
import { Inject, Injectable, type OnModuleDestroy, Optional } from '@nestjs/common';
import { type Logger } from 'pino';
import { ConfirmationTokens, refused } from '../confirmations/confirmation-tokens.js';
import { Confirmations } from '../confirmations/confirmations.js';
import { RequestKeys } from '../request-keys/request-keys.js';
import { Downloads } from './downloads.js';
import { Pictures } from './pictures.js';
import { succeeded, type ToolResult } from './tool-result.js';
import { type TransportContext } from './transport-context.js';

/** Arguments that the tool's schema has accepted; only the tool knows their types. */
type Input = Record<string, unknown>;

/** One index may take this part of the cache: with the default, that of some 25,000 tasks. */
const PARTS_OF_CACHE = 2;

/** Who calls, and all policy layers that hold for them. */
interface Subject {
  caller: Caller;
  policies: Policies;
  /** Every tool that the caller is offered. */
  offered: readonly Offered[];
}

/** One run of a tool; `stats` may be asked for whether it succeeded or not. */
export interface ToolRun {
  execute(args: Record<string, unknown>): Promise<{ result: ToolResult; preview: boolean }>;
  stats(): CallStats | undefined;
}

/** Turns a tool's definition into a run: arguments checked, context made, confirmation asked for, output rendered. */
@Injectable()
export class ToolRunner implements OnModuleDestroy {
  private readonly cursorKey: Buffer;
  private readonly tokens: ConfirmationTokens;

  constructor(
    private readonly connections: ClickUpClients,
    private readonly directories: DirectoryCache,
    private readonly confirmations: Confirmations,
    private readonly requestKeys: RequestKeys,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
    @Optional() private readonly downloads: Downloads = new Downloads(),
    @Optional() private readonly pictures: Pictures = new Pictures(),
  ) {
    // Without a master key no caller is ever authenticated, so these keys are then never used.
    const master = masterKey ?? Buffer.alloc(0);
    this.cursorKey = deriveKey(master, 'cursor');
    this.tokens = new ConfirmationTokens(deriveKey(master, 'confirm'));
  }

  /**
   * @param granted what the caller is offered, and all layers that hold for it, the operator's first; scopes that the token lacks are no
   * layer of these
   * @param started when the call came in, on the clock of `performance.now()`: the time limit counts from there
   */
  prepare(
    { tool, schema }: Offered,
    caller: Caller,
    granted: Pick<Subject, 'policies' | 'offered'>,
    transport: TransportContext,
    started: number,
  ): ToolRun {
    let client: ClickUpClient | undefined;
    const { policies, offered } = granted;
    const by: Subject = { caller, policies, offered };
    return {
      stats: () => client?.stats,
      execute: async (raw) => {
        const { confirm_token: confirmToken, ...args } = raw;
        const input = argumentsOf(tool, tool.preview ? args : raw, schema);
        client = this.connections.client(
          caller,
          {
            signal: transport.signal,
            reqId: transport.from?.reqId,
            deadline: started + this.config.CALL_TIMEOUT_MS,
            priority: tool.bulk ? 'bulk' : 'interactive',
          },
          policies,
        );
        const beside: Content[] = [];
        const context = await this.context(tool, by, client, transport, beside);
        const { preview, now } = await this.previewed(tool, by, { input, args }, confirmToken, context);
        if (preview) return { result: succeeded(tool, preview), preview: true };
        return {
          result: succeeded(tool, (await tool.handler(input, { ...context, now })) as Record<string, unknown>, beside),
          preview: false,
        };
      },
    };
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.downloads.close(), this.pictures.close()]);
  }

  /** Logs an unexpected error with its cause, which the caller never sees. */
  report(tool: string, error: AppError, reqId?: string): void {
    this.log.error({ reqId, tool, err: error.cause }, 'a tool failed unexpectedly');
  }

  /** Logs that writes changed objects which had been moved out of the caller's reach a moment before. */
  violated(tool: string, caller: string, count: number): void {
    this.log.warn({ tool, caller, count, outcome: 'scope_violation' }, 'a write hit what had just moved out of scope');
  }

  private async context(
    tool: Tool,
    { caller, policies, offered }: Subject,
    clickup: ClickUpClient,
    transport: TransportContext,
    beside: Content[],
  ): Promise<ToolContext> {
    const directory = this.directories.directory(clickup, caller.workspaceId, transport.signal);
    const me = await directory.me();
    const { cache } = this.directories;
    const partition = clickup.cachePartition ?? clickup.credential.hash;
    // One credential may work in several Workspaces, each in a connection of its own.
    const named = (key: string) => `workspace/${caller.workspaceId ?? ''}/${key}`;
    const kept: ToolContext['cache'] = {
      read: (key, ttlMs, load) => cache.read(partition, named(key), ttlMs, load, transport.signal),
      peek: (key) => cache.peek(partition, named(key)),
      keep: (key, ttlMs, value, bytes) => cache.put(partition, named(key), ttlMs, value, bytes),
      room: this.config.CACHE_BYTES / PARTS_OF_CACHE,
      forget: (prefix) => cache.forget(partition, named(prefix)),
    };
    watchWrites(clickup, kept);
    return {
      clickup,
      directory,
      me,
      zone: me.timezone,
      now: Date.now(),
      cursors: sealer(this.cursorKey, `${caller.id}/${clickup.credential.hash}/${tool.name}`, 'cursor'),
      cache: kept,
      taskIndex: this.config.TASK_INDEX,
      ledger: this.requestKeys.ledger(caller, tool.name),
      tools: offered,
      download: (url) => this.downloads.file(url),
      picture: (url) => this.pictures.get(url),
      show: (content) => void beside.push(content),
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
    { input, args }: { input: Input; args: Input },
    token: unknown,
    context: ToolContext,
  ): Promise<{ preview?: Record<string, unknown>; now: number }> {
    const { now } = context;
    if (!tool.preview || !policies.some(({ confirm }) => confirm === 'always')) return { now };
    const call = { tool: tool.name, caller: caller.id, policy: policyDigest(policies), arguments: input };
    const then = typeof token === 'string' ? this.tokens.previewedAt(token, call) : undefined;
    if (typeof token === 'string' && then === undefined) await this.refuseOther(tool, caller, args, token);
    const seen = await tool.preview(input, { ...context, now: then ?? now });
    if (!seen) return { now };
    if (token !== undefined) {
      if (typeof token !== 'string')
        throw new AppError('invalid_parameters', '`confirm_token` must be a string.', {
          details: { parameter: 'confirm_token', type: 'string' },
        });
      if (this.tokens.check(token, { ...call, state: seen.state }, now)) {
        await this.confirmations.useUp(caller.workspaceId, token);
        return { now: then ?? now };
      }
    }
    // The state has changed since the preview: show it as it is now, with words such as "tomorrow" read anew.
    const { summary, current, state } = then === undefined ? seen : ((await tool.preview(input, context)) ?? seen);
    const changed = token === undefined ? '' : 'It has changed since the last preview. ';
    const shown = {
      summary: `${changed}${summary} Nothing was changed yet: confirm_change with this confirm_token does it.`,
      current,
    };
    const issued = this.tokens.issue({ ...call, state }, now);
    await this.confirmations.keep(
      caller.workspaceId,
      issued.confirm_token,
      { caller: caller.id, tool: tool.name, arguments: args },
      now + issued.expires_in_seconds * 1000,
    );
    return { preview: { preview: shown, ...issued }, now };
  }

  /**
   * Refuses a token that was given for another call, saying how that call differs.
   * @throws AppError `invalid_parameters`; nothing when the call is not known any more, which is refused elsewhere
   */
  private async refuseOther(tool: Tool, caller: Caller, args: Input, token: string): Promise<void> {
    const shown = await this.confirmations.pending(caller.workspaceId, caller.id, token);
    if (!shown) return;
    if (shown.tool !== tool.name) throw refused(`was given for ${shown.tool}, not for ${tool.name}`);
    const names = new Set([...Object.keys(shown.arguments), ...Object.keys(args)]);
    const differing = [...names].filter((name) => !isDeepStrictEqual(shown.arguments[name], args[name]));
    if (differing.length) throw refused(`was given for other arguments: ${differing.join(', ')} differs`);
  }
}
