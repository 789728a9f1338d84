import { type Caller } from '#libs/connections';
import { isObject, isRead } from '#libs/core';
import { ALIASES, confirmChange, type Offered, understand } from '#libs/tools';
import { Injectable } from '@nestjs/common';
import { Confirmations } from '../confirmations/confirmations.js';

/** They call tools by name, too. */
export const CALLERS: ReadonlySet<string> = new Set(['call_read_operation', 'call_write_operation']);

/** A tool and what it is to do. */
export interface NamedCall extends Offered {
  args: Record<string, unknown>;
}

/** Which tool a call means: by its name, by another name for it, or by a confirmation that stands for a call made before. */
@Injectable()
export class CallResolver {
  constructor(private readonly confirmations: Confirmations) {}

  /**
   * @param tools what the caller is offered: a tool that is hidden from it does not exist under any name
   * @returns undefined when there is no such tool
   */
  async resolve(
    name: string,
    args: Record<string, unknown>,
    caller: Caller,
    tools: ReadonlyMap<string, Offered>,
  ): Promise<NamedCall | undefined> {
    const alias = ALIASES[name];
    const offered = tools.get(alias?.tool ?? name);
    if (!offered) return undefined;
    if (offered.tool === confirmChange) return (await this.confirmed(args, caller, tools)) ?? { ...offered, args };
    const job = CALLERS.has(offered.tool.name) && this.job(offered, args, tools);
    return job || { ...offered, args: alias?.arguments?.(args) ?? args };
  }

  /**
   * The tool that a caller of the long tail names instead of an operation: it is then called as if by its own name, so everything holds for
   * it that holds for a tool that is listed. undefined where no tool is named, or one of the other kind: what to do then is said by the
   * caller of the long tail itself.
   */
  private job(by: Offered, args: Record<string, unknown>, tools: ReadonlyMap<string, Offered>): NamedCall | undefined {
    const { operation, args: own = {}, confirm_token } = understand(args, by.schema);
    const offered = typeof operation === 'string' ? tools.get(operation) : undefined;
    if (!offered || CALLERS.has(offered.tool.name) || isRead(offered.tool.verb) !== isRead(by.tool.verb))
      return undefined;
    if (!isObject(own)) return undefined;
    const token = confirm_token ?? args.confirm_token;
    return { ...offered, args: { ...own, ...(token !== undefined && { confirm_token: token }) } };
  }

  /** The call that waits under a token, to be made again with it: so everything is checked that is checked when a client repeats it. */
  private async confirmed(
    { confirm_token: token }: Record<string, unknown>,
    caller: Caller,
    tools: ReadonlyMap<string, Offered>,
  ): Promise<NamedCall | undefined> {
    if (typeof token !== 'string') return undefined;
    const call = await this.confirmations.pending(caller.workspaceId, caller.id, token);
    const offered = call && tools.get(call.tool);
    return offered && { ...offered, args: { ...call.arguments, confirm_token: token } };
  }
}
