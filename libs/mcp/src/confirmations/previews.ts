import { isDeepStrictEqual } from 'node:util';
import { type Caller } from '#libs/connections';
import { AppError, deriveKey, MASTER_KEY } from '#libs/core';
import { type Policies, policyDigest } from '#libs/permissions';
import { type Selection, type Tool, type ToolContext } from '#libs/tools';
import { Inject, Injectable } from '@nestjs/common';
import { ConfirmationTokens, refused } from './confirmation-tokens.js';
import { Confirmations } from './confirmations.js';

/** Arguments that the tool's schema has accepted; only the tool knows their types. */
type Input = Record<string, unknown>;

/** Shows what a call would do instead of doing it, until the caller confirms exactly that. */
@Injectable()
export class Previews {
  private readonly tokens: ConfirmationTokens;

  constructor(
    @Inject(Confirmations) private readonly confirmations: Pick<Confirmations, 'keep' | 'pending' | 'useUp'>,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    // Without a master key no caller is ever authenticated, so this key is then never used.
    this.tokens = new ConfirmationTokens(deriveKey(masterKey ?? Buffer.alloc(0), 'confirm'));
  }

  /**
   * The preview to answer with instead of acting, or none: when nothing needs confirming, or when the token confirms exactly this call.
   * In the second case `now` is the moment of the confirmed preview, so that "tomorrow" still means the day that was shown, even when
   * the confirmation comes after midnight, and `selection` is what that preview found, however many match by then.
   */
  async of(
    tool: Tool,
    { caller, policies }: { caller: Caller; policies: Policies },
    { input, args }: { input: Input; args: Input },
    token: unknown,
    context: ToolContext,
  ): Promise<{ preview?: Record<string, unknown>; now: number; selection?: Selection | undefined }> {
    const { now } = context;
    if (!tool.preview || !policies.some(({ confirm }) => confirm === 'always')) return { now };
    const call = { tool: tool.name, caller: caller.id, policy: policyDigest(policies), arguments: input };
    const then = typeof token === 'string' ? this.tokens.previewedAt(token, call) : undefined;
    if (typeof token === 'string' && then === undefined) await this.refuseOther(tool, caller, args, token);
    const selection = typeof token === 'string' && then !== undefined ? await this.found(caller, token) : undefined;
    const confirmed = { ...context, now: then ?? now, ...(selection && { selection }) };
    const seen = await tool.preview(input, confirmed);
    if (!seen) return { now };
    if (token !== undefined) {
      if (typeof token !== 'string')
        throw new AppError('invalid_parameters', '`confirm_token` must be a string.', {
          details: { parameter: 'confirm_token', type: 'string' },
        });
      if (this.tokens.check(token, { ...call, state: seen.state }, now)) {
        await this.confirmations.useUp(caller.workspaceId, token).catch(async (error: unknown) => {
          if (!(await tool.goesOn?.(input, confirmed))) throw error;
        });
        return { now: then ?? now, selection };
      }
    }
    // The state has changed since the preview: show it as it is now, with words such as "tomorrow" read anew.
    const {
      summary,
      current,
      state,
      selection: found,
    } = then === undefined ? seen : ((await tool.preview(input, context)) ?? seen);
    const changed = token === undefined ? '' : 'It has changed since the last preview. ';
    const shown = {
      summary: `${changed}${summary} Nothing was changed yet: confirm_change with this confirm_token does it.`,
      current,
    };
    const issued = this.tokens.issue({ ...call, state }, now);
    await this.confirmations.keep(
      caller.workspaceId,
      issued.confirm_token,
      { caller: caller.id, tool: tool.name, arguments: args, selection: found },
      now + issued.expires_in_seconds * 1000,
    );
    return { preview: { preview: shown, ...issued }, now };
  }

  /** What the preview found that a token stands for. */
  private async found(caller: Caller, token: string): Promise<Selection | undefined> {
    return (await this.confirmations.pending(caller.workspaceId, caller.id, token))?.selection;
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
