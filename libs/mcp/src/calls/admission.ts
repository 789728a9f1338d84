import { type Caller } from '#libs/connections';
import { type AppError, isRead } from '#libs/core';
import { lacksWrite } from '#libs/permissions';
import { ALIASES, CATALOGUE, type Tool } from '#libs/tools';
import { Injectable } from '@nestjs/common';
import { CallResolver, type NamedCall } from './call-resolver.js';
import { switchedOffTool } from './switched-off.js';
import { type ToolList, ToolLists } from './tool-lists.js';

/** Whether a call may begin, as far as that can be said before anything of it runs. */
interface Admitted {
  list: ToolList;
  /** The tool that was meant; undefined where the caller is offered none of that name. */
  named?: NamedCall | undefined;
  /** It was granted, and not to this token. */
  lacksScope?: boolean;
  /** Where a kill switch has taken the tool away. */
  off?: AppError | undefined;
}

/** Says which tool a call means, and whether its caller may call that at all: the same for calls and for who only asks what would become of one. */
@Injectable()
export class Admission {
  constructor(
    private readonly lists: ToolLists,
    private readonly resolver: CallResolver,
  ) {}

  async of(name: string, args: Record<string, unknown>, caller: Caller): Promise<Admitted> {
    const list = this.lists.of(caller.policies);
    const named = await this.resolver.resolve(name, args, caller, list.tools);
    if (named) return { list, named, lacksScope: needsMoreScope(named.tool, caller) };
    return { list, off: switchedOffTool(list.policies, nameOf(name)) };
  }
}

export const LACKS_SCOPE = 'the token has the scope read only';
export const needsMoreScope = ({ verb }: Tool, caller: Caller): boolean => !isRead(verb) && lacksWrite(caller);

export const UNKNOWN = 'unknown';
const NAMES: ReadonlySet<string> = new Set(CATALOGUE.map(({ name }) => name));

/** The tool of the catalogue that a name means, whether it is offered or not; any other name is the caller's own text. */
export function nameOf(name: unknown): string {
  const own = typeof name === 'string' && Object.hasOwn(ALIASES, name) ? ALIASES[name]!.tool : name;
  return typeof own === 'string' && NAMES.has(own) ? own : UNKNOWN;
}
