import { type Caller } from '#libs/connections';
import { ALIASES, confirmChange } from '#libs/tools';
import { Injectable } from '@nestjs/common';
import { Confirmations } from '../confirmations/confirmations.js';
import { type OfferedTool } from './tool-lists.js';

/** A tool and what it is to do. */
export interface NamedCall extends OfferedTool {
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
    tools: ReadonlyMap<string, OfferedTool>,
  ): Promise<NamedCall | undefined> {
    const alias = ALIASES[name];
    const offered = tools.get(alias?.tool ?? name);
    if (!offered) return undefined;
    if (offered.tool === confirmChange) return (await this.confirmed(args, caller, tools)) ?? { ...offered, args };
    return { ...offered, args: alias?.arguments?.(args) ?? args };
  }

  /** The call that waits under a token, to be made again with it: so everything is checked that is checked when a client repeats it. */
  private async confirmed(
    { confirm_token: token }: Record<string, unknown>,
    caller: Caller,
    tools: ReadonlyMap<string, OfferedTool>,
  ): Promise<NamedCall | undefined> {
    if (typeof token !== 'string') return undefined;
    const call = await this.confirmations.pending(caller.workspaceId, caller.id, token);
    const offered = call && tools.get(call.tool);
    return offered && { ...offered, args: { ...call.arguments, confirm_token: token } };
  }
}
