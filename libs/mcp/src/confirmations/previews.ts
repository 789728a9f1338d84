import { isDeepStrictEqual } from 'node:util';
import { type Caller } from '#libs/connections';
import { AppError, deriveKey, MASTER_KEY } from '#libs/core';
import { type Policies, policyDigest } from '#libs/permissions';
import { type Selection, type Tool, type ToolContext } from '#libs/tools';
import { Inject, Injectable } from '@nestjs/common';
import { closedByUser, declinedByUser, declines, type Elicitation, type Question } from '../elicitation/elicitation.js';
import { messageOf } from '../elicitation/message.js';
import { ConfirmationTokens, type Confirmed, refused } from './confirmation-tokens.js';
import { Confirmations } from './confirmations.js';

/** Arguments that the tool's schema has accepted; only the tool knows their types. */
type Input = Record<string, unknown>;

/** What is said of a call: what to answer instead of acting, or with what to act. */
interface Previewed {
  /** The answer to give instead; nothing is changed then. */
  preview?: Record<string, unknown>;
  /** What the client is to ask its user instead of acting; nothing is changed then. */
  question?: Question;
  now: number;
  selection?: Selection | undefined;
  /** What has confirmed it: a token that the model has repeated, or the user in a form. */
  approval?: 'confirm_token' | 'form';
}

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
   * the confirmation comes after midnight, and `selection` is what that preview found, however many match by then. Where the client can
   * ask its user, it is the user who confirms, and the model is given no token.
   * @throws AppError `forbidden` when the user does not want it, `invalid_parameters` for a token that does not confirm this call
   */
  async of(
    tool: Tool,
    { caller, policies }: { caller: Caller; policies: Policies },
    { input, args }: { input: Input; args: Input },
    given: unknown,
    context: ToolContext,
    asks?: Elicitation,
  ): Promise<Previewed> {
    const { now } = context;
    if (!tool.preview || !policies.some(({ confirm }) => confirm === 'always')) return { now };
    const byUser = given === undefined && asks?.form ? asks : undefined;
    const carrier = byUser ? 'requestState' : 'confirm_token';
    const call = {
      carrier,
      tool: tool.name,
      caller: caller.id,
      policy: policyDigest(policies),
      arguments: input,
    } as const;
    const token = byUser ? await this.answered(byUser, call, caller) : given;
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
        await this.confirmations.useUp(caller.workspaceId, token, carrier).catch(async (error: unknown) => {
          if (!(await tool.goesOn?.(input, confirmed))) throw error;
        });
        return { now: then ?? now, selection, approval: byUser ? 'form' : 'confirm_token' };
      }
    }
    // The state has changed since the preview: show it as it is now, with words such as "tomorrow" read anew.
    const fresh = then === undefined ? seen : ((await tool.preview(input, context)) ?? seen);
    const { current, state, selection: found } = fresh;
    const summary = `${token === undefined ? '' : 'It has changed since the last preview. '}${fresh.summary}`;
    const issued = this.tokens.issue({ ...call, state }, now);
    await this.confirmations.keep(
      caller.workspaceId,
      issued.token,
      { caller: caller.id, tool: tool.name, arguments: args, selection: found },
      now + issued.expires_in_seconds * 1000,
    );
    if (byUser) {
      const { message } = messageOf({ summary, current, arguments: args });
      return { question: { message, state: issued.token }, now };
    }
    const shown = {
      summary: `${summary} Nothing was changed yet: confirm_change with this confirm_token does it.`,
      current,
    };
    const { token: confirm_token, expires_in_seconds } = issued;
    return { preview: { preview: shown, confirm_token, expires_in_seconds }, now };
  }

  /**
   * What confirms the call where its user was asked; undefined where the user is to be asked (again).
   * @throws AppError `forbidden` when the user does not want it; then the question is closed, and no later answer to it counts
   */
  private async answered(
    { state, answer }: Elicitation,
    call: Omit<Confirmed, 'state'>,
    { workspaceId }: Caller,
  ): Promise<string | undefined> {
    if (state === undefined || !answer) return undefined;
    const declined = declines(answer);
    if (!declined && answer.action !== 'cancel') return answer.approve ? state : undefined;
    if (this.tokens.previewedAt(state, call) === undefined) throw refused('was given for another call', call.carrier);
    await this.confirmations.useUp(workspaceId, state, call.carrier);
    throw declined ? declinedByUser() : closedByUser();
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
